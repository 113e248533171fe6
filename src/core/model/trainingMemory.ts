import type { BertConfig } from './bertConfig.ts'

type Shape = Pick<BertConfig, 'layers' | 'heads' | 'hiddenSize' | 'intermediateSize'>

/**
 * Of what waits for the backward pass, in float32 numbers for each token and layer: tensors of the hidden
 * size, of the intermediate size, and rows of attention scores. Fitted to measured peaks
 * (docs/performance.md). In bf16 what stands between products is half as wide; where there are no kernels
 * of our own it is not, and a seventh more is needed in all.
 */
const kept = {
  fp32: { hidden: 10, intermediate: 2.5, scores: 2.5 },
  bf16: { hidden: 7, intermediate: 1, scores: 1 },
} as const

/** Bytes that training keeps of a batch's activations, about. */
export const activationBytes = (
  bert: Shape,
  batchSize: number,
  length: number,
  precision: keyof typeof kept,
): number => {
  const { hidden, intermediate, scores } = kept[precision]
  const perToken =
    hidden * bert.hiddenSize + intermediate * bert.intermediateSize + scores * bert.heads * length
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
