import type { GraphBuilder, GraphNode, NodeOutput } from './graphBuilder.ts'
import { DataType } from './protos.ts'
import { prune } from './prune.ts'

/**
 * Replaces what a graph does in many passes by one of the library's fused kernels: product + bias
 * (+ GELU), and LayerNorm. Backpropagation needs the values in between, so it is for graphs that
 * only predict.
 *
 * @param keep nodes that are fetched by name
 */
export const fuse = (graph: GraphBuilder, keep: ReadonlySet<NodeOutput>): void => {
  const view = new GraphView(graph, keep)
  // From the end: what a larger pattern takes is no longer there for a smaller one.
  for (let at = graph.nodes.length - 1; at >= 0; at--) {
    const node = graph.nodes[at]!
    const fused = fusedNorm(node, view) ?? fusedLinear(node, view)
    if (fused) graph.nodes[at] = { name: node.name, ...fused }
  }
  prune(graph, keep)
}

type Replacement = Omit<GraphNode, 'name'>

const floatType = { type: DataType.float }

/** A graph as it was, by name, with how often each node is used. */
class GraphView {
  private readonly byName: ReadonlyMap<NodeOutput, GraphNode>
  private readonly uses = new Map<NodeOutput, number>()

  constructor(
    graph: GraphBuilder,
    private readonly keep: ReadonlySet<NodeOutput>,
  ) {
    this.byName = new Map(graph.nodes.map((node) => [node.name, node]))
    for (const { input } of graph.nodes) {
      for (const name of input) this.uses.set(name, (this.uses.get(name) ?? 0) + 1)
    }
  }

  /** The node behind an input, where it is of this op. */
  of(name: NodeOutput | undefined, op: string): GraphNode | undefined {
    const node = name === undefined ? undefined : this.byName.get(name)
    return node?.op === op ? node : undefined
  }

  /** Likewise, and nothing but one node uses it. */
  only(name: NodeOutput | undefined, op: string): GraphNode | undefined {
    const node = this.of(name, op)
    return node && this.uses.get(node.name) === 1 && !this.keep.has(node.name) ? node : undefined
  }

  /** A float constant's one value. */
  scalar(name: NodeOutput | undefined): number | undefined {
    const value = this.of(name, 'Const')?.attr.value
    if (!value || !('tensor' in value)) return undefined
    const { tensorContent } = value.tensor as { tensorContent: Uint8Array }
    if (tensorContent.length !== 4) return undefined
    return new Float32Array(tensorContent.slice().buffer)[0]
  }
}

/** x · W + b (bert.ts, `linear`), or GELU of it. */
const fusedLinear = (node: GraphNode, view: GraphView): Replacement | undefined => {
  const gelu = geluInput(node, view)
  const sum = gelu ?? node
  if (sum.op !== 'Add') return undefined
  const product = view.only(sum.input[0], 'MatMul')
  const bias = view.of(sum.input[1], 'ReadVariableOp')
  if (!product || !bias) return undefined
  const fused = gelu ? ['BiasAdd', 'GeluExact'] : ['BiasAdd']
  return {
    op: '_FusedMatMul',
    input: [...product.input, bias.name],
    attr: {
      T: floatType,
      transpose_a: product.attr.transpose_a!,
      transpose_b: product.attr.transpose_b!,
      num_args: { i: 1 },
      fused_ops: { list: { s: fused.map((name) => new TextEncoder().encode(name)) } },
    },
  }
}

/** h, where the node is h · ((erf(h · √½) + 1) · ½) (ops/gelu.ts). */
const geluInput = (node: GraphNode, view: GraphView): GraphNode | undefined => {
  if (node.op !== 'Mul') return undefined
  const half = view.only(node.input[1], 'Mul')
  const plusOne = view.only(half?.input[0], 'Add')
  const erf = view.only(plusOne?.input[0], 'Erf')
  const scaled = view.only(erf?.input[0], 'Mul')
  const isGelu =
    scaled?.input[0] === node.input[0] &&
    near(view.scalar(scaled?.input[1]), Math.SQRT1_2) &&
    near(view.scalar(plusOne?.input[1]), 1) &&
    near(view.scalar(half?.input[1]), 0.5)
  return isGelu ? view.of(node.input[0], 'Add') : undefined
}

const near = (value: number | undefined, wanted: number): boolean =>
  value !== undefined && Math.abs(value - wanted) < 1e-6

/** γ · (x − mean) / √(variance + ε) + β over the last axis (ops/layerNorm.ts). */
const fusedNorm = (node: GraphNode, view: GraphView): Replacement | undefined => {
  if (node.op !== 'Add') return undefined
  const beta = view.of(node.input[1], 'ReadVariableOp')
  const scaled = view.only(node.input[0], 'Mul')
  const gamma = view.of(scaled?.input[1], 'ReadVariableOp')
  const normal = view.only(scaled?.input[0], 'Mul')
  const centered = view.of(normal?.input[0], 'Sub')
  const inverse = view.only(normal?.input[1], 'Rsqrt')
  const variance = view.only(inverse?.input[0], 'Add')
  const epsilon = view.scalar(variance?.input[1])
  const mean = view.only(centered?.input[1], 'Mean')
  if (!beta || !gamma || !centered || !mean || epsilon === undefined) return undefined
  // tfjs casts what it takes the mean of, also where there is nothing to cast.
  const averaged = view.of(mean.input[0], 'Cast')?.input[0] ?? mean.input[0]
  if (averaged !== centered.input[0]) return undefined
  return {
    op: '_MklLayerNorm',
    input: [centered.input[0]!, gamma.name, beta.name],
    attr: { T: floatType, epsilon: { f: epsilon } },
  }
}
