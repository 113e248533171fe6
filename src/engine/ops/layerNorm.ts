import * as tf from '@tensorflow/tfjs-core'

/**
 * Layer normalisation over the last axis (Ba et al. 2016). Its gradient is written out: one saved
 * tensor of the input's size instead of the seven that taping every step would keep.
 *
 * @param x [rows, width]
 * @param gamma [width]
 * @param beta [width]
 */
export const layerNorm = (
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): tf.Tensor =>
  tf.customGrad((...args) => {
    const [input, scale, shift, save] = args as unknown as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.GradSaveFunc,
    ]
    const centered = tf.sub(input, tf.mean(input, -1, true)) // [rows, width]
    const variance = tf.mean(tf.square(centered), -1, true) // [rows, 1]
    const inverse = tf.rsqrt(tf.add(variance, epsilon)) // [rows, 1]
    const normal = tf.mul(centered, inverse) // [rows, width]
    save([normal, inverse, scale])
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [xHat, inv, weight] = saved as [tf.Tensor, tf.Tensor, tf.Tensor]
      const dNormal = tf.mul(dy, weight)
      const dx = tf.mul(
        inv,
        tf.sub(
          tf.sub(dNormal, tf.mean(dNormal, -1, true)),
          tf.mul(xHat, tf.mean(tf.mul(dNormal, xHat), -1, true)),
        ),
      )
      return [dx, tf.sum(tf.mul(dy, xHat), 0), tf.sum(dy, 0)]
    }
    return { value: tf.add(tf.mul(normal, scale), shift), gradFunc }
  })(x, gamma, beta)
