import * as tf from '@tensorflow/tfjs-core'
import type { BertConfig, HiddenActivation } from '../core/model/bertConfig.ts'
import type { Dropout } from './ops/dropout.ts'
import { gelu, geluTanh } from './ops/gelu.ts'
import { layerNorm } from './ops/layerNorm.ts'
import type { Parameters } from './parameters.ts'

/**
 * A batch of token sequences, padded to one length.
 * Padding has mask 0; nothing that it computes reaches a real token or the loss.
 */
export interface TokenBatch {
  readonly ids: tf.Tensor2D // int32 [batch, seq]
  readonly typeIds: tf.Tensor2D // int32 [batch, seq]
  readonly mask: tf.Tensor2D // float32 [batch, seq], 1 for a token, 0 for padding
}

/** Added to the scores of padding: its softmax weight underflows to exactly 0. */
const maskedScore = -1e9

/** Is shown a layer's attention as it is used: [batch, heads, seq, seq], from the third to the fourth. */
export type AttentionSink = (layer: number, probabilities: tf.Tensor4D) => void

/**
 * BERT's encoder (Devlin et al. 2019), post-norm, as in `transformers`' BertModel. Parameters have
 * Hugging Face's names; weights of linear layers are held as [in, out].
 *
 * @returns the last layer's hidden states [batch · seq, hidden]
 */
export const bertEncoder = (
  weights: Parameters,
  config: BertConfig,
  batch: TokenBatch,
  dropout: Dropout,
  sink?: AttentionSink,
): tf.Tensor2D => {
  const [size, length] = batch.ids.shape
  const scoreBias = tf.mul(
    tf.sub(1, tf.reshape(batch.mask, [size, 1, 1, length])),
    maskedScore,
  ) as tf.Tensor4D // [batch, 1, 1, seq]
  let hidden = embed(weights, config, batch, dropout) // [batch · seq, hidden]
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `bert.encoder.layer.${layer}`
    const show = sink && ((probabilities: tf.Tensor4D) => sink(layer, probabilities))
    const attended = attention(weights, `${at}.attention`, config, hidden, scoreBias, dropout, show)
    hidden = feedForward(weights, at, config, attended, dropout)
  }
  return hidden
}

/** tanh(W · [CLS]): what sentence and pair heads stand on. @returns [batch, hidden] */
export const bertPooler = (
  weights: Parameters,
  hidden: tf.Tensor2D,
  batchSize: number,
): tf.Tensor2D => {
  const [rows, width] = hidden.shape
  const bySequence = tf.reshape(hidden, [batchSize, rows / batchSize, width]) as tf.Tensor3D
  const cls = tf.reshape(tf.slice(bySequence, [0, 0, 0], [batchSize, 1, width]), [batchSize, width])
  return tf.tanh(linear(weights, 'bert.pooler.dense', cls)) as tf.Tensor2D
}

/** x · W + b. @param x [rows, in] @returns [rows, out] */
export const linear = (weights: Parameters, name: string, x: tf.Tensor): tf.Tensor2D =>
  tf.add(
    tf.matMul(x as tf.Tensor2D, weights.get(`${name}.weight`) as tf.Tensor2D),
    weights.get(`${name}.bias`),
  ) as tf.Tensor2D

const embed = (
  weights: Parameters,
  config: BertConfig,
  batch: TokenBatch,
  dropout: Dropout,
): tf.Tensor2D => {
  const [size, length] = batch.ids.shape
  const width = config.hiddenSize
  const flat = (ids: tf.Tensor2D) => tf.reshape(ids, [size * length]) as tf.Tensor1D
  const table = (name: string) => `bert.embeddings.${name}_embeddings.weight`
  const words = weights.rows(table('word'), flat(batch.ids)) // [batch · seq, hidden]
  const types = weights.rows(table('token_type'), flat(batch.typeIds)) // [batch · seq, hidden]
  const positions = tf.slice(weights.get(table('position')), [0, 0], [length, width]) // [seq, hidden]
  const sum = tf.add(tf.reshape(tf.add(words, types), [size, length, width]), positions)
  return dropout(
    norm(weights, 'bert.embeddings', config, tf.reshape(sum, [size * length, width])),
    config.hiddenDropout,
  ) as tf.Tensor2D
}

const attention = (
  weights: Parameters,
  at: string,
  config: BertConfig,
  hidden: tf.Tensor2D,
  scoreBias: tf.Tensor4D,
  dropout: Dropout,
  show?: (probabilities: tf.Tensor4D) => void,
): tf.Tensor2D => {
  const [size, , , length] = scoreBias.shape
  const { heads, hiddenSize } = config
  const headSize = hiddenSize / heads
  const split = (name: string) => {
    const flat = linear(weights, `${at}.self.${name}`, hidden)
    return tf.transpose(tf.reshape(flat, [size, length, heads, headSize]), [0, 2, 1, 3])
  }
  const query = tf.mul(split('query'), 1 / Math.sqrt(headSize)) // [batch, heads, seq, headSize]
  const scores = tf.add(tf.matMul(query, split('key'), false, true), scoreBias) // [batch, heads, seq, seq]
  const probabilities = dropout(tf.softmax(scores), config.attentionDropout)
  show?.(probabilities as tf.Tensor4D)
  const mixed = tf.matMul(probabilities, split('value')) // [batch, heads, seq, headSize]
  const merged = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [size * length, hiddenSize])
  const projected = dropout(linear(weights, `${at}.output.dense`, merged), config.hiddenDropout)
  return norm(weights, `${at}.output`, config, tf.add(projected, hidden))
}

const activations: Readonly<Record<HiddenActivation, (x: tf.Tensor) => tf.Tensor>> = {
  gelu,
  gelu_new: geluTanh,
  relu: tf.relu,
}

const feedForward = (
  weights: Parameters,
  at: string,
  config: BertConfig,
  hidden: tf.Tensor2D,
  dropout: Dropout,
): tf.Tensor2D => {
  const inner = activations[config.hiddenAct](linear(weights, `${at}.intermediate.dense`, hidden)) // [batch · seq, intermediate]
  const outer = dropout(linear(weights, `${at}.output.dense`, inner), config.hiddenDropout)
  return norm(weights, `${at}.output`, config, tf.add(outer, hidden))
}

const norm = (weights: Parameters, at: string, config: BertConfig, x: tf.Tensor): tf.Tensor2D =>
  layerNorm(
    x,
    weights.get(`${at}.LayerNorm.weight`),
    weights.get(`${at}.LayerNorm.bias`),
    config.layerNormEps,
  ) as tf.Tensor2D
