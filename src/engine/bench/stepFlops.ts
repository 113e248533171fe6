import type { BertConfig } from '../../core/model/bertConfig.ts'
import type { BatchShape } from './benchBatch.ts'

/**
 * Floating-point operations of a training step's matrix products, a multiplication and an addition
 * counted as two: 6 for each parameter that a token is multiplied with (forward 2, gradients of
 * inputs and weights 2 each), and 12 · length · hidden size for a token's attention in each layer.
 * Everything else (softmax, LayerNorm, dropout, optimizer) is not counted.
 * Source: Kaplan et al. 2020, appendix C; https://arxiv.org/abs/2001.08361
 */
export const stepFlops = (
  config: Pick<BertConfig, 'layers' | 'hiddenSize' | 'intermediateSize'>,
  { batchSize, length }: BatchShape,
): number => {
  const { layers, hiddenSize, intermediateSize } = config
  const parameters = layers * (4 * hiddenSize ** 2 + 2 * hiddenSize * intermediateSize)
  const tokens = batchSize * length
  const products = 6 * parameters * tokens
  const attention = 12 * layers * length * hiddenSize * tokens
  const pooler = 6 * hiddenSize ** 2 * batchSize
  return products + attention + pooler
}
