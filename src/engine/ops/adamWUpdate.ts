import * as tf from '@tensorflow/tfjs-core'
import type { Moments } from '../adamW.ts'

export interface AdamWConstants {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

export interface AdamWStep extends AdamWConstants {
  readonly step: number
  readonly learningRate: number
  readonly weightDecay: number
  readonly gradientScale: tf.Scalar
}

/** Decoupled decay acts on matrices; not on biases and LayerNorm (as the original code). */
export const isDecayed = (name: string): boolean =>
  !name.endsWith('.bias') && !name.includes('LayerNorm')

/**
 * A kernel that does the update in one pass, on backends that have one: gives the new weight, and
 * changes the moments in place.
 */
export const adamWKernel = 'HeadwayAdamW'

/** What one step multiplies with: both bias corrections are in `rate` and `epsilon`. */
export interface AdamWNumbers extends AdamWConstants {
  readonly rate: number
  /** 1 − ηλ */
  readonly kept: number
}

/** One parameter's update, in place: w ← w(1 − ηλ) − η · m̂ / (√v̂ + ε). */
export const adamWUpdate = (
  weight: tf.Variable,
  moments: Moments,
  gradient: tf.Tensor,
  at: AdamWStep,
): void =>
  tf.tidy(() => {
    const { first, second } = moments
    const numbers = numbersOf(at)
    if (tf.getKernel(adamWKernel, tf.getBackend())) {
      const inputs = { weight, first, second, gradient, gradientScale: at.gradientScale }
      weight.assign(tf.engine().runKernel(adamWKernel, inputs, { ...numbers }) as tf.Tensor)
    } else updateInOps(weight, moments, tf.mul(gradient, at.gradientScale), numbers)
  })

/** η/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε), with the corrections as numbers: two passes fewer. */
const numbersOf = (at: AdamWStep): AdamWNumbers => {
  const { beta1, beta2, epsilon, step, learningRate, weightDecay } = at
  const correction = Math.sqrt(1 - beta2 ** step)
  return {
    beta1,
    beta2,
    epsilon: epsilon * correction,
    rate: (learningRate * correction) / (1 - beta1 ** step),
    kept: 1 - learningRate * weightDecay,
  }
}

const updateInOps = (
  weight: tf.Variable,
  moments: Moments,
  g: tf.Tensor,
  { beta1, beta2, epsilon, rate, kept }: AdamWNumbers,
): void => {
  const first = tf.add(tf.mul(moments.first, beta1), tf.mul(g, 1 - beta1))
  const second = tf.add(tf.mul(moments.second, beta2), tf.mul(tf.square(g), 1 - beta2))
  const update = tf.div(first, tf.add(tf.sqrt(second), epsilon))
  const decayed = kept === 1 ? weight : tf.mul(weight, kept)
  weight.assign(tf.sub(decayed, tf.mul(update, rate)))
  moments.first.assign(first)
  moments.second.assign(second)
}
