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

/** One parameter's update, in place: w ← w(1 − ηλ) − η · m̂ / (√v̂ + ε). */
export const adamWUpdate = (
  weight: tf.Variable,
  moments: Moments,
  gradient: tf.Tensor,
  at: AdamWStep,
): void =>
  tf.tidy(() => {
    const { beta1, beta2, epsilon, step, learningRate, weightDecay, gradientScale } = at
    const g = tf.mul(gradient, gradientScale)
    const first = tf.add(tf.mul(moments.first, beta1), tf.mul(g, 1 - beta1))
    const second = tf.add(tf.mul(moments.second, beta2), tf.mul(tf.square(g), 1 - beta2))
    // η/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε), with both corrections as numbers: two passes fewer.
    const correction = Math.sqrt(1 - beta2 ** step)
    const rate = (learningRate * correction) / (1 - beta1 ** step)
    const update = tf.div(first, tf.add(tf.sqrt(second), epsilon * correction))
    const decayed = weightDecay === 0 ? weight : tf.mul(weight, 1 - learningRate * weightDecay)
    weight.assign(tf.sub(decayed, tf.mul(update, rate)))
    moments.first.assign(first)
    moments.second.assign(second)
  })
