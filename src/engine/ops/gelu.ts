import * as tf from '@tensorflow/tfjs-core'

const invSqrt2 = Math.SQRT1_2
const invSqrt2Pi = 1 / Math.sqrt(2 * Math.PI)

/** x·Φ(x) with the exact error function, as BERT's `gelu` (Hendrycks & Gimpel 2016). Any shape. */
export const gelu = tf.customGrad((x, save) => {
  const input = x as tf.Tensor
  ;(save as tf.GradSaveFunc)([input])
  const value = tf.mul(input, normalCdf(input))
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
    const [at] = saved as [tf.Tensor]
    // d/dx x·Φ(x) = Φ(x) + x·φ(x)
    const density = tf.mul(tf.exp(tf.mul(tf.square(at), -0.5)), invSqrt2Pi)
    return tf.mul(dy, tf.add(normalCdf(at), tf.mul(at, density)))
  }
  return { value, gradFunc }
})

const normalCdf = (x: tf.Tensor): tf.Tensor => tf.mul(tf.add(tf.erf(tf.mul(x, invSqrt2)), 1), 0.5)

/** The original code's approximation by tanh, `gelu_new` in configurations. Any shape. */
export const geluTanh = (x: tf.Tensor): tf.Tensor => {
  const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.mul(x, tf.square(x)))))
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1))
}
