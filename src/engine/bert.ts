import * as tf from '@tensorflow/tfjs-core'
import type { BertConfig, HiddenActivation } from '../core/model/bertConfig.ts'
import { geluTanh } from './ops/gelu.ts'
import { layerNorm } from './ops/layerNorm.ts'
import type { LayerOps } from './ops/layerOps.ts'
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
  ops: LayerOps,
  sink?: AttentionSink,
): tf.Tensor2D => {
  const [size, length] = batch.ids.shape
  const scoreBias = tf.mul(
    tf.sub(1, tf.reshape(batch.mask, [size, 1, 1, length])),
    maskedScore,
  ) as tf.Tensor4D // [batch, 1, 1, seq]
  let hidden = embed(weights, config, batch, ops) // [batch · seq, hidden]
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `bert.encoder.layer.${layer}`
    const show = sink && ((probabilities: tf.Tensor4D) => sink(layer, probabilities))
    const attended = attention(weights, `${at}.attention`, config, hidden, scoreBias, ops, show)
    hidden = feedForward(weights, at, config, attended, ops)
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
  tf.add(product(weights, name, x), weights.get(`${name}.bias`)) as tf.Tensor2D

/** x · W. @param x [rows, in] @returns [rows, out] */
const product = (weights: Parameters, name: string, x: tf.Tensor): tf.Tensor2D =>
  tf.matMul(x as tf.Tensor2D, weights.get(`${name}.weight`) as tf.Tensor2D)

const embed = (
  weights: Parameters,
  config: BertConfig,
  batch: TokenBatch,
  { dropout }: LayerOps,
): tf.Tensor2D => {
  const [size, length] = batch.ids.shape
  const width = config.hiddenSize
  const flat = (ids: tf.Tensor2D) => tf.reshape(ids, [size * length]) as tf.Tensor1D
  const table = (name: string) => `bert.embeddings.${name}_embeddings.weight`
  const words = weights.rows(table('word'), flat(batch.ids)) // [batch · seq, hidden]
  const types = weights.rows(table('token_type'), flat(batch.typeIds)) // [batch · seq, hidden]
  const positions = tf.slice(weights.get(table('position')), [0, 0], [length, width]) // [seq, hidden]
  const sum = tf.add(tf.reshape(tf.add(words, types), [size, length, width]), positions)
  const normal = layerNorm(
    tf.reshape(sum, [size * length, width]),
    weights.get('bert.embeddings.LayerNorm.weight'),
    weights.get('bert.embeddings.LayerNorm.bias'),
    config.layerNormEps,
  )
  return dropout.drop(normal, config.hiddenDropout) as tf.Tensor2D
}

const attention = (
  weights: Parameters,
  at: string,
  config: BertConfig,
  hidden: tf.Tensor2D,
  scoreBias: tf.Tensor4D,
  ops: LayerOps,
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
  const scores = tf.matMul(query, split('key'), false, true) as tf.Tensor4D // [batch, heads, seq, seq]
  const probabilities = ops.probabilities(scores, scoreBias, config.attentionDropout)
  show?.(probabilities)
  const mixed = tf.matMul(probabilities, split('value')) // [batch, heads, seq, headSize]
  const merged = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [size * length, hiddenSize])
  return addAndNorm(weights, `${at}.output`, config, merged, hidden, ops)
}

type Activation = (product: tf.Tensor, bias: tf.Tensor, ops: LayerOps) => tf.Tensor
const activations: Readonly<Record<HiddenActivation, Activation>> = {
  gelu: (product, bias, ops) => ops.biasGelu(product, bias),
  gelu_new: (product, bias) => geluTanh(tf.add(product, bias)),
  relu: (product, bias) => tf.relu(tf.add(product, bias)),
}

const feedForward = (
  weights: Parameters,
  at: string,
  config: BertConfig,
  hidden: tf.Tensor2D,
  ops: LayerOps,
): tf.Tensor2D => {
  const name = `${at}.intermediate.dense`
  const bias = weights.get(`${name}.bias`)
  const inner = activations[config.hiddenAct](product(weights, name, hidden), bias, ops) // [batch · seq, intermediate]
  return addAndNorm(weights, `${at}.output`, config, inner, hidden, ops)
}

/** What ends both halves of a layer: LayerNorm(dropout(x · W + b) + residual). */
const addAndNorm = (
  weights: Parameters,
  at: string,
  config: BertConfig,
  x: tf.Tensor,
  residual: tf.Tensor2D,
  ops: LayerOps,
): tf.Tensor2D =>
  ops.sumNorm({
    product: product(weights, `${at}.dense`, x),
    bias: weights.get(`${at}.dense.bias`),
    residual,
    gamma: weights.get(`${at}.LayerNorm.weight`),
    beta: weights.get(`${at}.LayerNorm.bias`),
    epsilon: config.layerNormEps,
    rate: config.hiddenDropout,
  })
