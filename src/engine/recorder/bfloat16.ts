import type { EmitOptions } from './emit.ts'
import type { GraphBuilder, NodeOutput } from './graphBuilder.ts'
import { DataType } from './protos.ts'

const products = new Set(['MatMul', 'BatchMatMul', 'BatchMatMulV2'])

/**
 * Matrix products with their inputs rounded to bfloat16; sums inside them, weights and everything
 * else stay float32. Each tensor is rounded once, however many products use it.
 */
export const productsInBfloat16 = (): NonNullable<EmitOptions['rewrite']> => {
  const rounded = new Map<NodeOutput, NodeOutput>()
  const round = (graph: GraphBuilder, node: NodeOutput): NodeOutput => {
    const known = rounded.get(node)
    if (known !== undefined) return known
    const cast = addCast(graph, node, DataType.float, DataType.bfloat16)
    rounded.set(node, cast)
    return cast
  }
  return ({ op, attrs }, inputs, graph) => {
    if (!products.has(op)) return undefined
    const flags = attrs
      .filter((attr) => typeof attr.value === 'boolean')
      .map((attr) => [attr.name, { b: attr.value as boolean }] as const)
    const product = graph.add(
      op,
      inputs.map((input) => round(graph, input)),
      { T: { type: DataType.bfloat16 }, ...Object.fromEntries(flags) },
    )
    return addCast(graph, product, DataType.bfloat16, DataType.float)
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
