import * as tf from '@tensorflow/tfjs-core'
import { dropoutMask } from './dropoutMask.ts'

/** One use of dropout: its mask is a function of these alone. */
export interface DropoutDraw {
  /** int32 [2]: the run's seed and the step */
  readonly key: tf.Tensor1D
  readonly site: number
  readonly rate: number
}

/** Drops elements; each use in a model is a site of its own, so that masks are independent. */
export interface Dropout {
  /** x, scaled where it is kept, else 0. */
  drop(x: tf.Tensor, rate: number): tf.Tensor
  /** What the next use is to draw; undefined where nothing is dropped. */
  next(rate: number): DropoutDraw | undefined
}

export const noDropout: Dropout = { drop: (x) => x, next: () => undefined }

/**
 * Inverted dropout whose masks depend on seed, step and site alone (not on what was drawn before), so
 * that a resumed run draws what the uninterrupted one would have.
 *
 * @param key int32 [2]: the run's seed and the step
 */
export const dropoutFrom = (key: tf.Tensor1D): Dropout => {
  let site = 0
  const next = (rate: number) => (rate === 0 ? undefined : { key, site: site++, rate })
  const drop = (x: tf.Tensor, rate: number) => {
    const draw = next(rate)
    return draw ? tf.mul(x, dropoutMask({ shape: x.shape, rate, site: draw.site }, key)) : x
  }
  return { drop, next }
}
