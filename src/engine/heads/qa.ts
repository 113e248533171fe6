import * as tf from '@tensorflow/tfjs-core'
import { linear } from '../bert.ts'
import { crossEntropy } from '../ops/crossEntropy.ts'
import type { Head } from './head.ts'

/** Positions are tokens of the window; both 0, [CLS], where it holds no answer. */
export interface AnswerTarget {
  /** First and last token of the answer. */
  readonly start: number
  readonly end: number
  /** The context's tokens: from, and up to but not including. */
  readonly context: readonly [from: number, to: number]
}

/** Added to the scores of tokens that cannot be an answer. */
const forbiddenScore = -1e9

/**
 * Question and context → for each token a score as the answer's start and one as its end
 * (`BertForQuestionAnswering`). The softmax is over the context's tokens and [CLS], which stands for
 * no answer; the loss is the mean of the two cross entropies (Devlin et al. 2019, §4.2 and §4.3).
 *
 * targets float32 [batch, 2, seq]: one-hot start and end; weights float32 [batch, seq]: 1 for what
 * the softmax is over; all zero for rows that only fill up.
 */
export const qaHead: Head<AnswerTarget> = {
  prefix: 'qa_outputs',
  architecture: 'BertForQuestionAnswering',
  outputs: 2,
  pooled: false,
  targetShape: (batch, length) => [batch, 2, length],
  weightShape: (batch, length) => [batch, length],

  logits(weights, _bert, { hidden, size, length }) {
    return tf.reshape(linear(weights, 'qa_outputs', hidden), [size, length, 2])
  },

  loss(logits, targets, weights, count) {
    const [size = 0, length = 0] = weights.shape
    const forbidden = tf.mul(tf.sub(1, tf.reshape(weights, [size, 1, length])), forbiddenScore)
    const scores = tf.add(tf.transpose(logits, [0, 2, 1]), forbidden) // [batch, 2, seq]
    const rows = (tensor: tf.Tensor) => tf.reshape(tensor, [2 * size, length]) as tf.Tensor2D
    const each = tf.reshape(crossEntropy(rows(scores), rows(targets)), [size, 2])
    // [CLS] is allowed in every row that counts.
    const counts = tf.slice(weights, [0, 0], [size, 1]) // [batch, 1]
    return tf.div(tf.mul(tf.sum(tf.mul(each, counts)), 0.5), count) as tf.Scalar
  },

  fill({ start, end, context: [from, to] }, { targets, weights }) {
    targets[start] = 1
    targets[weights.length + end] = 1
    weights[0] = 1
    weights.fill(1, from, to)
    return 1
  },
}
