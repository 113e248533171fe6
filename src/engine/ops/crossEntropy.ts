import * as tf from '@tensorflow/tfjs-core'

/**
 * −Σ t · log softmax(x) of each row, with its short gradient, softmax(x) − t.
 *
 * @param logits [rows, classes]
 * @param targets [rows, classes], each row of sum 1; no gradient flows into them
 * @returns [rows]
 */
export const crossEntropy = (logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Tensor1D =>
  withGradient(logits, targets) as tf.Tensor1D

const withGradient = tf.customGrad((...args) => {
  const [logits, targets, save] = args as unknown as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc]
  const shifted = tf.sub(logits, tf.max(logits, -1, true))
  const logSum = tf.log(tf.sum(tf.exp(shifted), -1, true))
  const logProbability = tf.sub(shifted, logSum)
  save([tf.exp(logProbability), targets])
  const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
    const [probability, target] = saved as [tf.Tensor2D, tf.Tensor2D]
    const column = tf.reshape(dy, [-1, 1])
    return [tf.mul(tf.sub(probability, target), column), tf.zerosLike(target)]
  }
  return { value: tf.neg(tf.sum(tf.mul(targets, logProbability), -1)), gradFunc }
})
