import * as tf from '@tensorflow/tfjs-core'
import type { BertConfig } from '../../core/model/bertConfig.ts'
import { bertEncoder, bertPooler, linear, type TokenBatch } from '../bert.ts'
import type { Dropout } from '../ops/dropout.ts'
import type { Parameters } from '../parameters.ts'

/**
 * One text → class scores, on the pooled [CLS] (`BertForSequenceClassification`).
 *
 * @returns logits [batch, classes]; regression has one
 */
export const sentenceLogits = (
  weights: Parameters,
  config: BertConfig,
  batch: TokenBatch,
  dropout: Dropout,
): tf.Tensor2D => {
  const hidden = bertEncoder(weights, config, batch, dropout)
  const pooled = bertPooler(weights, hidden, batch.ids.shape[0])
  return linear(weights, 'classifier', dropout(pooled, config.hiddenDropout))
}

/**
 * Mean cross entropy of the examples that count; a score's mean squared error where there is one
 * output.
 *
 * @param logits [batch, classes]
 * @param targets float32 [batch, classes]: one-hot rows, or scores
 * @param weights float32 [batch]: 1, or 0 for padding examples
 * @param count how many examples of the effective batch count, float32 []
 */
export const sentenceLoss = (
  logits: tf.Tensor2D,
  targets: tf.Tensor2D,
  weights: tf.Tensor1D,
  count: tf.Scalar,
): tf.Scalar => {
  const classes = logits.shape[1]
  const each =
    classes === 1
      ? tf.reshape(tf.squaredDifference(logits, targets), [-1])
      : crossEntropy(logits, targets) // [batch]
  return tf.div(tf.sum(tf.mul(each, weights)), count) as tf.Scalar
}

/** −Σ t · log softmax(x), with its short gradient. @returns [batch] */
const crossEntropy = tf.customGrad((...args) => {
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
