import type * as tf from '@tensorflow/tfjs-core'
import type { BertConfig } from '../../core/model/bertConfig.ts'
import { type AttentionSink, bertEncoder, type TokenBatch } from '../bert.ts'
import type { Dropout } from '../ops/dropout.ts'
import type { LayerOps } from '../ops/layerOps.ts'
import type { Parameters } from '../parameters.ts'

/** One example's part of a batch's targets and weights, all zero before it is filled in. */
export interface TargetRow {
  readonly targets: Float32Array
  readonly weights: Float32Array
}

/** What BERT made of a batch. */
export interface EncodedBatch {
  readonly hidden: tf.Tensor2D // [batch · seq, hidden]
  readonly size: number
  readonly length: number
}

/**
 * What is put on top of BERT (DESIGN §1): a layer, a loss, and the numbers the loss compares with.
 * Everything that trains or predicts knows a head only through this.
 *
 * @typeParam Target what an example should give
 */
export interface Head<Target> {
  /** Before its weights' names, and the class that `transformers` loads it as. */
  readonly prefix: 'classifier' | 'qa_outputs'
  readonly architecture:
    | 'BertForSequenceClassification'
    | 'BertForTokenClassification'
    | 'BertForQuestionAnswering'
  /** Width of its layer. */
  readonly outputs: number
  /** Whether it stands on BERT's pooler; the others leave the pooler out, as `transformers` does. */
  readonly pooled: boolean
  /** Sizes of `targets` and `weights`; −1 in, where a size varies, gives −1 out. */
  targetShape(batch: number, length: number): number[]
  weightShape(batch: number, length: number): number[]
  /** @returns logits [batch, outputs], or for each token [batch, seq, outputs] */
  logits(weights: Parameters, bert: BertConfig, encoded: EncodedBatch, dropout: Dropout): tf.Tensor
  /** @param count what the sum is divided by: labelled items of the effective batch, float32 [] */
  loss(logits: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor, count: tf.Scalar): tf.Scalar
  /** Writes down what an example should give. @returns how many labelled items it adds */
  fill(target: Target, row: TargetRow): number
}

/** A head where no example is filled in: to train, predict, load or save with. */
export type AnyHead = Head<never>

/** BERT with a head on it. @returns the head's logits */
export const bertLogits = (
  head: AnyHead,
  weights: Parameters,
  bert: BertConfig,
  batch: TokenBatch,
  ops: LayerOps,
  sink?: AttentionSink,
): tf.Tensor => {
  const [size, length] = batch.ids.shape
  const hidden = bertEncoder(weights, bert, batch, ops, sink)
  return head.logits(weights, bert, { hidden, size, length }, ops.dropout)
}
