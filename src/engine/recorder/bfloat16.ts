import { type FusedKernel, signatures } from '../ops/fusedKernels.ts'
import { attributesOf, type EmitOptions, outputsOf } from './emit.ts'
import type { GraphBuilder, NodeOutput } from './graphBuilder.ts'
import { DataType } from './protos.ts'

const products = new Set(['MatMul', 'BatchMatMul', 'BatchMatMulV2'])
/** They move numbers, and change none. */
const movers = new Set(['Reshape', 'Transpose'])

const narrowType = { T: { type: DataType.bfloat16 } }

/**
 * Matrix products with their inputs rounded to bfloat16; sums inside them, weights and everything
 * else stay float32. Each tensor is rounded once, however many products use it. What comes out of a
 * product stays narrow through what moves it and into the fused kernels, which compute in float32 and
 * round what the next product reads.
 */
export const productsInBfloat16 = (): NonNullable<EmitOptions['rewrite']> => {
  const narrow = new NarrowCopies()
  return ({ op, attrs, outputs }, inputs, graph) => {
    if (products.has(op)) {
      const product = graph.add(
        op,
        inputs.map((input) => narrow.of(graph, input)),
        { ...attributesOf(attrs), ...narrowType },
      )
      return [narrow.widened(graph, product)]
    }
    if (movers.has(op)) {
      const exact = narrow.exact(inputs[0]!)
      if (exact === undefined) return undefined
      const moved = graph.add(op, [exact, ...inputs.slice(1)], {
        ...attributesOf(attrs),
        ...narrowType,
      })
      return [narrow.widened(graph, moved)]
    }
    const signature = signatures[op as FusedKernel]
    if (!signature) return undefined
    const { narrow: places } = signature
    const node = graph.add(
      op,
      inputs.map((input, at) => (places.inputs.includes(at) ? narrow.of(graph, input) : input)),
      { ...attributesOf(attrs), ...narrowType },
    )
    return outputsOf(node, outputs.length).map((output, at) =>
      places.outputs.includes(at) ? narrow.widened(graph, output) : output,
    )
  }
}

/** Which float32 tensors there are in bfloat16 too. */
class NarrowCopies {
  private readonly copies = new Map<NodeOutput, NodeOutput>()
  /** Those that were bfloat16 before they were float32. */
  private readonly sources = new Map<NodeOutput, NodeOutput>()

  of(graph: GraphBuilder, node: NodeOutput): NodeOutput {
    const known = this.sources.get(node) ?? this.copies.get(node)
    if (known !== undefined) return known
    const copy = addCast(graph, node, DataType.float, DataType.bfloat16)
    this.copies.set(node, copy)
    return copy
  }

  exact(node: NodeOutput): NodeOutput | undefined {
    return this.sources.get(node)
  }

  /** In float32, for whoever needs that; nobody may. */
  widened(graph: GraphBuilder, node: NodeOutput): NodeOutput {
    const wide = addCast(graph, node, DataType.bfloat16, DataType.float)
    this.sources.set(wide, node)
    return wide
  }
}

export const addCast = (
  graph: GraphBuilder,
  node: NodeOutput,
  from: number,
  to: number,
): NodeOutput =>
  graph.add('Cast', [node], {
    SrcT: { type: from },
    DstT: { type: to },
    Truncate: { b: false },
  })
