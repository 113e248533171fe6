import * as tf from '@tensorflow/tfjs-core'
import { dropoutMask } from './dropoutMask.ts'

/** Drops elements of x; each use in a model is a site of its own, so that masks are independent. */
export type Dropout = (x: tf.Tensor, rate: number) => tf.Tensor

export const noDropout: Dropout = (x) => x

/**
 * Inverted dropout whose masks depend on seed, step and site alone (not on what was drawn before), so
 * that a resumed run draws what the uninterrupted one would have.
 *
 * @param key int32 [2]: the run's seed and the step
 */
export const dropoutFrom = (key: tf.Tensor1D): Dropout => {
  let site = 0
  return (x, rate) =>
    rate === 0 ? x : tf.mul(x, dropoutMask({ shape: x.shape, rate, site: site++ }, key))
}
