import { addCast } from './bfloat16.ts'
import type { GraphBuilder, GraphNode, NodeOutput } from './graphBuilder.ts'
import { DataType } from './protos.ts'

const products = new Set(['MatMul', 'BatchMatMulV2', '_FusedMatMul'])
/** What only moves numbers leaves them as exact as they were; a softmax gives what the next product rounds. */
const moves = new Set([
  'Reshape',
  'Transpose',
  'Softmax',
  'HeadwayMaskedSoftmax',
  'HeadwayBiasGelu',
])
/** Attention's scores are rounded by the product that makes them: what follows may be, too. */
const scoreOps = new Set(['Mul', 'Add'])
const scoreRank = 4

/**
 * Products of a graph that only predicts, in bfloat16, with their results kept so on the way to the
 * next product: half the memory to write and to read. LayerNorm, sums over layers and what is fetched
 * stay float32, as under PyTorch's autocast.
 *
 * @param weights by the node that reads a float32 variable, the one that reads its bfloat16 copy
 */
export const predictInBfloat16 = (
  graph: GraphBuilder,
  weights: ReadonlyMap<NodeOutput, NodeOutput>,
): void => {
  const nodes = graph.nodes.splice(0)
  const writer = new Bfloat16Writer(graph, weights)
  for (const node of nodes) writer.write(node)
}

class Bfloat16Writer {
  /** The same numbers in bfloat16, by the float32 node. */
  private readonly rounded: Map<NodeOutput, NodeOutput>
  /** Nodes that are computed in bfloat16, and whose float32 form nothing has asked for yet. */
  private readonly narrow = new Set<NodeOutput>()

  constructor(
    private readonly graph: GraphBuilder,
    weights: ReadonlyMap<NodeOutput, NodeOutput>,
  ) {
    this.rounded = new Map(weights)
  }

  write(node: GraphNode): void {
    if (products.has(node.op) || this.isScore(node)) {
      this.writeNarrow(node, node.input.map(this.round))
    } else if (moves.has(node.op) && this.isNarrow(node.input[0])) {
      const [moved, ...how] = node.input
      this.writeNarrow(node, [this.round(moved!), ...how])
    } else if (node.op === 'HeadwayDropoutNorm' && this.isNarrow(node.input[0])) {
      const [product, ...others] = node.input
      others.forEach(this.widen)
      const attr = { ...node.attr, T: { type: DataType.bfloat16 } }
      this.graph.nodes.push({ ...node, input: [this.round(product!), ...others], attr })
    } else {
      node.input.forEach(this.widen)
      this.graph.nodes.push(node)
    }
  }

  private isScore({ op, name, input }: GraphNode): boolean {
    return scoreOps.has(op) && this.graph.ranks.get(name) === scoreRank && this.isNarrow(input[0])
  }

  private isNarrow(name: NodeOutput | undefined): boolean {
    return name !== undefined && this.narrow.has(name)
  }

  private writeNarrow(node: GraphNode, input: readonly NodeOutput[]): void {
    const name = `${node.name}/bf16`
    const attr = { ...node.attr, T: { type: DataType.bfloat16 } }
    this.graph.nodes.push({ ...node, name, input, attr })
    this.rounded.set(node.name, name)
    this.narrow.add(node.name)
  }

  private readonly round = (name: NodeOutput): NodeOutput => {
    const known = this.rounded.get(name)
    if (known !== undefined) return known
    const cast = addCast(this.graph, name, DataType.float, DataType.bfloat16)
    this.rounded.set(name, cast)
    return cast
  }

  /** Writes the float32 form of what was computed in bfloat16, under its own name. */
  private readonly widen = (name: NodeOutput): void => {
    if (!this.narrow.delete(name)) return
    const attr = {
      SrcT: { type: DataType.bfloat16 },
      DstT: { type: DataType.float },
      Truncate: { b: false },
    }
    this.graph.nodes.push({ name, op: 'Cast', input: [this.rounded.get(name)!], attr })
  }
}
