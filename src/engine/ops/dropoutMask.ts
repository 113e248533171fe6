import * as tf from '@tensorflow/tfjs-core'

/** Name of the kernel each backend registers for dropout's random masks. */
export const dropoutMaskKernel = 'HeadwayDropoutMask'

export interface DropoutMaskAttributes {
  readonly shape: number[]
  readonly rate: number
  /** Tells apart the masks of one step. */
  readonly site: number
}

/**
 * 1 / (1 − rate) where an element is kept, else 0; a function of key, site and position alone. The
 * generators differ between backends.
 *
 * @param shape the second size belongs to the model, not to the batch (width, or heads): a backend
 * may pair elements along it
 * @param key int32 [2]: seed, step
 */
export const dropoutMask = (attrs: DropoutMaskAttributes, key: tf.Tensor1D): tf.Tensor =>
  tf.engine().runKernel(dropoutMaskKernel, { key }, attrs as unknown as tf.NamedAttrMap)
