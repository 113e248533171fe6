import * as tf from '@tensorflow/tfjs-core'
import type { TokenBatch } from './bert.ts'
import { paddedLength } from './lengthBatches.ts'

/** A text in word pieces, with what it should give. */
export interface EncodedExample {
  readonly ids: readonly number[]
  readonly typeIds: readonly number[]
  /** Class index, or the score. */
  readonly target: number
}

/** A batch in host memory; every array is row-major. */
export interface HostBatch {
  readonly size: number
  readonly length: number
  readonly ids: Int32Array // [size, length]
  readonly typeIds: Int32Array // [size, length]
  readonly mask: Float32Array // [size, length]
  readonly targets: Float32Array // [size, classes]
  readonly weights: Float32Array // [size], 0 for rows that only fill up
  /** Examples that count. */
  readonly count: number
}

/**
 * Pads examples to one length, and to `size` rows of weight zero: shapes stay few, and a shape is
 * what a compiled step is made for.
 *
 * @param classes 1 for regression
 */
export const makeBatch = (
  examples: readonly EncodedExample[],
  size: number,
  maxLength: number,
  classes: number,
): HostBatch => {
  const longest = Math.max(1, ...examples.map((example) => example.ids.length))
  const length = paddedLength(longest, maxLength)
  const batch: HostBatch = {
    size,
    length,
    ids: new Int32Array(size * length),
    typeIds: new Int32Array(size * length),
    mask: new Float32Array(size * length),
    targets: new Float32Array(size * classes),
    weights: new Float32Array(size),
    count: examples.length,
  }
  examples.forEach((example, row) => {
    batch.ids.set(example.ids, row * length)
    batch.typeIds.set(example.typeIds, row * length)
    batch.mask.fill(1, row * length, row * length + example.ids.length)
    if (classes === 1) batch.targets[row] = example.target
    else batch.targets[row * classes + example.target] = 1
    batch.weights[row] = 1
  })
  return batch
}

/** Cuts a batch into parts of rows, as even as can be; never more parts than rows. */
export const splitBatch = (batch: HostBatch, parts: number): HostBatch[] => {
  const { size, length } = batch
  const rows = Math.ceil(size / Math.min(parts, size))
  const classes = batch.targets.length / size
  const split: HostBatch[] = []
  for (let start = 0; start < size; start += rows) {
    const end = Math.min(size, start + rows)
    const weights = batch.weights.slice(start, end)
    split.push({
      size: end - start,
      length,
      ids: batch.ids.slice(start * length, end * length),
      typeIds: batch.typeIds.slice(start * length, end * length),
      mask: batch.mask.slice(start * length, end * length),
      targets: batch.targets.slice(start * classes, end * classes),
      weights,
      count: weights.reduce((sum, weight) => sum + weight, 0),
    })
  }
  return split
}

/** @returns tensors for the caller to dispose of */
export const toTokenBatch = (batch: HostBatch): TokenBatch => {
  const shape: [number, number] = [batch.size, batch.length]
  return {
    ids: tf.tensor2d(batch.ids, shape, 'int32'),
    typeIds: tf.tensor2d(batch.typeIds, shape, 'int32'),
    mask: tf.tensor2d(batch.mask, shape, 'float32'),
  }
}
