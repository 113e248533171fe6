import type { TFEOpAttr } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js'
import type { EmitOptions } from './emit.ts'
import { DataType } from './protos.ts'

/**
 * Products of two matrices by `MatMul`: tfjs has `BatchMatMulV2` do them all, which in float32 takes
 * twice as long for some of BERT's shapes (1024 × 768 × 3072: 135 GFLOP/s instead of 249). It stays where
 * it is the faster one: the gradient of a weight with more inputs than outputs.
 */
export const productsOfMatrices = (): NonNullable<EmitOptions['rewrite']> => {
  const flag = (attrs: readonly TFEOpAttr[], name: string): boolean =>
    attrs.some((attr) => attr.name === name && Boolean(attr.value))
  return ({ op, attrs, shapes }, inputs, graph) => {
    const [rows = 0, columns = 0, ...more] = shapes[0] ?? []
    if (op !== 'BatchMatMulV2' || more.length > 0) return undefined
    const [first, second] = [flag(attrs, 'adj_x'), flag(attrs, 'adj_y')]
    if (first && !second && rows > columns) return undefined
    return [
      graph.add('MatMul', inputs, {
        T: { type: DataType.float },
        transpose_a: { b: first },
        transpose_b: { b: second },
      }),
    ]
  }
}
