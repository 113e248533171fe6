import * as tf from '@tensorflow/tfjs-core'
import { bertPooler, linear } from '../bert.ts'
import { crossEntropy } from '../ops/crossEntropy.ts'
import type { Head } from './head.ts'

/**
 * One text, or a pair of them, → class scores on the pooled [CLS]
 * (`BertForSequenceClassification`). With one output it is a score: mean squared error.
 *
 * targets float32 [batch, classes]: one-hot rows, or scores; weights float32 [batch]: 1, or 0 for
 * rows that only fill up; a target is the class's index, or the score.
 */
export const sentenceHead = (classes: number): Head<number> => ({
  prefix: 'classifier',
  architecture: 'BertForSequenceClassification',
  outputs: classes,
  pooled: true,
  targetShape: (batch) => [batch, classes],
  weightShape: (batch) => [batch],

  logits(weights, bert, { hidden, size }, dropout) {
    const pooled = bertPooler(weights, hidden, size) // [batch, hidden]
    return linear(weights, 'classifier', dropout.drop(pooled, bert.hiddenDropout)) // [batch, classes]
  },

  loss(logits, targets, weights, count) {
    const each =
      classes === 1
        ? tf.reshape(tf.squaredDifference(logits, targets), [-1])
        : crossEntropy(logits as tf.Tensor2D, targets as tf.Tensor2D) // [batch]
    return tf.div(tf.sum(tf.mul(each, weights)), count) as tf.Scalar
  },

  fill(target, row) {
    if (classes === 1) row.targets[0] = target
    else row.targets[target] = 1
    row.weights[0] = 1
    return 1
  },
})
