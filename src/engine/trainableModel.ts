import type { HostBatch } from './batches.ts'
import type { HostTensor } from './weights.ts'

export interface StepInputs {
  readonly batch: HostBatch
  /** From 1. */
  readonly step: number
  readonly learningRate: number
  /** Keys dropout, together with the step. */
  readonly seed: number
  /** Parts the batch is worked through in, to save memory; 1 when left out. The result is the same. */
  readonly microBatches?: number
}

/** Dropout's key for a part of a step's batch; the first part's is that of the whole. int32 [2] */
export const dropoutKey = (seed: number, step: number, part: number): Int32Array =>
  new Int32Array([seed + part * 0x01000193, step])

/** A BERT with a head, in training: its steps, its predictions, its numbers. */
export interface TrainableModel {
  readonly parameterCount: number
  /** Tensors that it keeps where tfjs does not count them: variables of TensorFlow's own session. */
  readonly sessionVariables: number
  /** One optimizer step. @returns the batch's mean loss */
  train(inputs: StepInputs): number
  /** @returns the head's logits, row-major */
  predict(batch: HostBatch): Float32Array
  weights(): Map<string, HostTensor>
  /** Adam's, with `first/` and `second/` before each parameter's name. */
  moments(): Map<string, HostTensor>
  restoreMoments(moments: ReadonlyMap<string, HostTensor>): void
  dispose(): void
}
