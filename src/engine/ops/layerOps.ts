import * as tf from '@tensorflow/tfjs-core'
import type { Dropout } from './dropout.ts'
import { gelu } from './gelu.ts'
import { layerNorm } from './layerNorm.ts'

/** A product, what is added to it, and the norm of their sum. */
export interface SumNorm {
  readonly product: tf.Tensor // [rows, width]
  readonly bias: tf.Tensor // [width]
  readonly residual: tf.Tensor // [rows, width]
  readonly gamma: tf.Tensor // [width]
  readonly beta: tf.Tensor // [width]
  readonly epsilon: number
  /** Of dropout on product + bias. */
  readonly rate: number
}

/**
 * What an encoder layer does around its products. Its passes over memory take as long as the products
 * where a processor multiplies fast; so there are two ways to do it (`plainOps`, `fusedOps`).
 */
export interface LayerOps {
  readonly dropout: Dropout
  /** GELU(product + bias). @param product [rows, width] */
  biasGelu(product: tf.Tensor, bias: tf.Tensor): tf.Tensor
  /**
   * Dropout on softmax(scores + bias).
   *
   * @param scores [batch, heads, seq, seq]
   * @param bias [batch, 1, 1, seq]; no gradient flows into it
   */
  probabilities(scores: tf.Tensor4D, bias: tf.Tensor4D, rate: number): tf.Tensor4D
  /** LayerNorm(dropout(product + bias) + residual). @returns [rows, width] */
  sumNorm(sum: SumNorm): tf.Tensor2D
}

/** In TensorFlow.js' own ops: on every backend, and what the fused ones are compared with. */
export const plainOps = (dropout: Dropout): LayerOps => ({
  dropout,
  biasGelu: (product, bias) => gelu(tf.add(product, bias)) as tf.Tensor,
  probabilities: (scores, bias, rate) =>
    dropout.drop(tf.softmax(tf.add(scores, bias)), rate) as tf.Tensor4D,
  sumNorm: ({ product, bias, residual, gamma, beta, epsilon, rate }) => {
    const sum = tf.add(dropout.drop(tf.add(product, bias), rate), residual)
    return layerNorm(sum, gamma, beta, epsilon) as tf.Tensor2D
  },
})
