import type { Metrics } from '../../core/metrics/metrics.ts'
import { type EncodedExample, type HostBatch, makeBatch } from '../batches.ts'
import type { AnyHead, Head } from '../heads/head.ts'
import type { TrainableModel } from '../trainableModel.ts'

/** What scores or predicts needs of a model. */
export type LogitsOf = Pick<TrainableModel, 'predict'>

/** A run's data as the training loop sees them, whatever the head. */
export interface Task {
  readonly head: AnyHead
  readonly train: ExampleSet
  /** Sentences, pairs or questions of the dev set. */
  readonly devExamples: number
  /** What a reader of the log should know. */
  readonly notes: readonly string[]
  /** Scores the dev set, as the head's reference scorer does. */
  evaluate(model: LogitsOf): Evaluated
}

export interface Evaluated {
  readonly metrics: Metrics
  /** One object for each dev example, in the file's order: `predictions.jsonl`. */
  readonly predictions: readonly object[]
}

/** Encoded examples of which batches are made. */
export interface ExampleSet {
  /** Word pieces of each. */
  readonly lengths: readonly number[]
  /** The word pieces that occur, ascending, padding among them. */
  readonly pieces: Int32Array
  /** @param size rows of the batch; those beyond the examples have weight zero */
  batch(indices: readonly number[], size: number): HostBatch
}

export const exampleSet = <Target>(
  head: Head<Target>,
  examples: readonly EncodedExample<Target>[],
  maxLength: number,
): ExampleSet => ({
  lengths: examples.map(({ ids }) => ids.length),
  pieces: piecesOf(examples.map(({ ids }) => ids)),
  batch: (indices, size) =>
    makeBatch(
      head,
      indices.map((index) => examples[index]!),
      size,
      maxLength,
    ),
})

/** Padding is piece 0 (`makeBatch`). */
export const piecesOf = (examples: Iterable<readonly number[]>): Int32Array => {
  const pieces = new Set([0])
  for (const ids of examples) for (const id of ids) pieces.add(id)
  return Int32Array.from(pieces).sort()
}
