import type { BertConfig } from './bertConfig.ts'

type Shape = Pick<BertConfig, 'layers' | 'heads' | 'hiddenSize' | 'intermediateSize'>

/**
 * Bytes that training keeps of a batch's activations, about. Per token and layer: tensors of the
 * hidden size and of the intermediate size that wait for the backward pass, and rows of attention
 * scores; the factors are fitted to measured peaks (docs/performance.md).
 */
export const activationBytes = (bert: Shape, batchSize: number, length: number): number => {
  const perToken = 10 * bert.hiddenSize + 2.5 * bert.intermediateSize + 2.5 * bert.heads * length
  return 4 * perToken * bert.layers * batchSize * length
}

/** Node, TensorFlow's library and its arena: what a trainer takes that trains next to nothing. */
const programBytes = 0.95e9
/** A weight, its gradient, and Adam's two moments. */
const bytesPerParameter = 16

/** Bytes that a trainer on tensorflow takes beside its activations; fitted likewise. */
export const modelBytes = (parameters: number): number =>
  programBytes + bytesPerParameter * parameters

/** Of the memory that is free, what a step's activations may take. */
export const usableShare = 0.8
