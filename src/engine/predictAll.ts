import { type EncodedExample, makeBatch } from './batches.ts'
import type { Head } from './heads/head.ts'
import { sortedBatches } from './lengthBatches.ts'
import type { LogitsOf } from './tasks/task.ts'

/** Without gradients a batch holds more; beyond this nothing gets faster. */
const evaluationBatch = 32

/**
 * Predicts examples in batches of like length.
 * @returns each example's logits in their order, row-major; of heads on tokens without the padding
 */
export const predictAll = <Target>(
  model: LogitsOf,
  head: Head<Target>,
  examples: readonly EncodedExample<Target>[],
  maxLength: number,
): Float32Array[] => {
  const rows = new Array<Float32Array>(examples.length)
  const lengths = examples.map(({ ids }) => ids.length)
  for (const indices of sortedBatches(lengths, evaluationBatch)) {
    const picked = indices.map((index) => examples[index]!)
    const logits = model.predict(makeBatch(head, picked, picked.length, maxLength))
    const width = logits.length / picked.length
    indices.forEach((index, row) => {
      const own = head.pooled ? width : lengths[index]! * head.outputs
      rows[index] = logits.slice(row * width, row * width + own)
    })
  }
  return rows
}
