import * as tf from '@tensorflow/tfjs-core'
import { uniform } from './uniform.ts'

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
  return (x, rate) => {
    if (rate === 0) return x
    const keep = tf.greaterEqual(uniform(x.shape, key, site++), rate)
    const mask = tf.mul(tf.cast(keep, 'float32'), 1 / (1 - rate))
    return tf.mul(x, mask)
  }
}
