import * as tf from '@tensorflow/tfjs-core'

/** Name of the kernel each backend registers for stateless random numbers. */
export const uniformKernel = 'HeadwayStatelessUniform'

export interface UniformAttributes {
  readonly shape: number[]
  /** Tells apart the draws of one step. */
  readonly site: number
}

/**
 * Float32 numbers in [0, 1) that are a function of key, site and position alone; the generators
 * differ between backends.
 *
 * @param key int32 [2]: seed, step
 */
export const uniform = (shape: number[], key: tf.Tensor1D, site: number): tf.Tensor =>
  tf.engine().runKernel(uniformKernel, { key }, { shape, site } as unknown as tf.NamedAttrMap)
