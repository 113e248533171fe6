import * as tf from '@tensorflow/tfjs-core'
import { type AdamWConstants, adamWUpdate, isDecayed } from './ops/adamWUpdate.ts'

export interface AdamWSettings extends AdamWConstants {
  readonly weightDecay: number
  /** Gradients are scaled down to this norm over all of them; 0 turns it off. */
  readonly maxGradientNorm: number
}

/** torch.optim.AdamW's defaults. */
export const adamWConstants: AdamWConstants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

/** First and second moments of each parameter. */
export interface Moments {
  readonly first: tf.Variable
  readonly second: tf.Variable
}

/**
 * AdamW (Loshchilov & Hutter 2019) with bias correction, in torch's order of operations: clip the
 * global norm, decay the weights, apply. Biases and LayerNorm are not decayed.
 */
export class AdamW {
  readonly moments: ReadonlyMap<string, Moments>

  constructor(
    private readonly weights: ReadonlyMap<string, tf.Variable>,
    private readonly settings: AdamWSettings,
  ) {
    const zero = (like: tf.Tensor) => tf.tidy(() => tf.variable(tf.zerosLike(like)))
    this.moments = new Map(
      [...weights].map(([name, weight]) => [name, { first: zero(weight), second: zero(weight) }]),
    )
  }

  /** @param step from 1, for the bias correction */
  apply(gradients: readonly tf.Tensor[], step: number, learningRate: number): void {
    const scale = tf.tidy(() => this.clipScale(gradients))
    let index = 0
    for (const [name, weight] of this.weights) {
      const moments = this.moments.get(name)!
      adamWUpdate(weight, moments, gradients[index++]!, {
        ...this.settings,
        step,
        learningRate,
        gradientScale: scale,
        weightDecay: isDecayed(name) ? this.settings.weightDecay : 0,
      })
    }
    scale.dispose()
  }

  /** min(1, max norm / norm), as torch's clip_grad_norm_. @returns float32 [] */
  private clipScale(gradients: readonly tf.Tensor[]): tf.Scalar {
    const { maxGradientNorm } = this.settings
    if (maxGradientNorm === 0) return tf.scalar(1)
    const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)))
    const norm = tf.sqrt(tf.addN(squares))
    return tf.minimum(1, tf.div(maxGradientNorm, tf.add(norm, 1e-6)))
  }

  dispose(): void {
    for (const { first, second } of this.moments.values()) tf.dispose([first, second])
  }
}
