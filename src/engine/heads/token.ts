import * as tf from '@tensorflow/tfjs-core'
import { linear } from '../bert.ts'
import { crossEntropy } from '../ops/crossEntropy.ts'
import type { Head } from './head.ts'

/** The class of each piece that is predicted (a word's first); −1 for those that are not. */
export type TokenTarget = readonly number[]

/**
 * Every token → class scores (`BertForTokenClassification`); the loss is over the first pieces of
 * words.
 *
 * targets float32 [batch, seq, classes]: one-hot, zero where nothing is predicted; weights float32
 * [batch, seq]: 1 for a word's first piece.
 */
export const tokenHead = (classes: number): Head<TokenTarget> => ({
  prefix: 'classifier',
  architecture: 'BertForTokenClassification',
  outputs: classes,
  pooled: false,
  targetShape: (batch, length) => [batch, length, classes],
  weightShape: (batch, length) => [batch, length],

  logits(weights, bert, { hidden, size, length }, dropout) {
    const flat = linear(weights, 'classifier', dropout.drop(hidden, bert.hiddenDropout))
    return tf.reshape(flat, [size, length, classes])
  },

  loss(logits, targets, weights, count) {
    const rows = (tensor: tf.Tensor) => tf.reshape(tensor, [-1, classes]) as tf.Tensor2D
    const each = crossEntropy(rows(logits), rows(targets)) // [batch · seq]
    return tf.div(tf.sum(tf.mul(each, tf.reshape(weights, [-1]))), count) as tf.Scalar
  },

  fill(target, row) {
    let labelled = 0
    target.forEach((label, piece) => {
      if (label < 0) return
      row.targets[piece * classes + label] = 1
      row.weights[piece] = 1
      labelled++
    })
    return labelled
  },
})
