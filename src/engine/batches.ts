import * as tf from '@tensorflow/tfjs-core'
import type { TokenBatch } from './bert.ts'
import type { Head } from './heads/head.ts'
import { paddedLength } from './lengthBatches.ts'

/** A text in word pieces, or a window of one, with what the head should give for it. */
export interface EncodedExample<Target> {
  readonly ids: readonly number[]
  readonly typeIds: readonly number[]
  readonly target: Target
}

/** A batch in host memory; every array is row-major. */
export interface HostBatch {
  readonly size: number
  readonly length: number
  readonly ids: Int32Array // [size, length]
  readonly typeIds: Int32Array // [size, length]
  readonly mask: Float32Array // [size, length]
  /** Shapes are the head's. */
  readonly targets: Float32Array
  readonly weights: Float32Array
  /** Rows that are examples and do not only fill up. */
  readonly examples: number
  /** Labelled items of the effective batch: the loss is a sum divided by it. */
  readonly count: number
}

/**
 * Pads examples to one length, and to `size` rows of weight zero: shapes stay few, and TensorFlow
 * prepares memory for each anew.
 */
export const makeBatch = <Target>(
  head: Head<Target>,
  examples: readonly EncodedExample<Target>[],
  size: number,
  maxLength: number,
): HostBatch => {
  const longest = Math.max(1, ...examples.map((example) => example.ids.length))
  const length = paddedLength(longest, maxLength)
  const ids = new Int32Array(size * length)
  const typeIds = new Int32Array(size * length)
  const mask = new Float32Array(size * length)
  const targets = new Float32Array(product(head.targetShape(size, length)))
  const weights = new Float32Array(product(head.weightShape(size, length)))
  let count = 0
  examples.forEach((example, row) => {
    ids.set(example.ids, row * length)
    typeIds.set(example.typeIds, row * length)
    mask.fill(1, row * length, row * length + example.ids.length)
    count += head.fill(example.target, {
      targets: rowOf(targets, row, size),
      weights: rowOf(weights, row, size),
    })
  })
  return { size, length, ids, typeIds, mask, targets, weights, examples: examples.length, count }
}

/** Cuts a batch into parts of rows, as even as can be; never more parts than rows. */
export const splitBatch = (batch: HostBatch, parts: number): HostBatch[] => {
  const { size, length, count } = batch
  const rows = Math.ceil(size / Math.min(parts, size))
  const split: HostBatch[] = []
  for (let start = 0; start < size; start += rows) {
    const end = Math.min(size, start + rows)
    const cut = <T extends Int32Array | Float32Array>(values: T): T => {
      const width = values.length / size
      return values.slice(start * width, end * width) as T
    }
    split.push({
      size: end - start,
      length,
      ids: cut(batch.ids),
      typeIds: cut(batch.typeIds),
      mask: cut(batch.mask),
      targets: cut(batch.targets),
      weights: cut(batch.weights),
      examples: Math.max(0, Math.min(end, batch.examples) - start),
      count,
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

const product = (shape: readonly number[]): number => shape.reduce((all, size) => all * size, 1)

const rowOf = (values: Float32Array, row: number, rows: number): Float32Array => {
  const width = values.length / rows
  return values.subarray(row * width, (row + 1) * width)
}
