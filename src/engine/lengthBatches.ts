import type { Random } from '../core/random.ts'

/** Up to here sequences are padded to a multiple of 8 word pieces, beyond to one of 16. */
const shortLength = 64

/** Few shapes, since TensorFlow prepares memory for each, and little padding: a fifth at most from 16 on. */
export const paddedLength = (length: number, maxLength: number): number => {
  const multiple = length <= shortLength ? 8 : 16
  return Math.min(maxLength, Math.ceil(length / multiple) * multiple)
}

/** How many examples are padded to each length. */
export const countByLength = (
  lengths: readonly number[],
  maxLength: number,
): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const length of lengths) {
    const padded = paddedLength(length, maxLength)
    counts[padded] = (counts[padded] ?? 0) + 1
  }
  return counts
}

/**
 * One epoch's batches, as indices: examples of like length together, in random order within and
 * among the batches. What remains of the buckets is merged, so that an epoch has ⌈N / size⌉ batches
 * and every example occurs once.
 */
export const lengthBatches = (
  lengths: readonly number[],
  size: number,
  maxLength: number,
  random: Random,
): number[][] => {
  const order = random.shuffle(lengths.map((_, index) => index))
  const buckets = new Map<number, number[]>()
  const batches: number[][] = []
  for (const index of order) {
    const length = paddedLength(lengths[index]!, maxLength)
    const bucket = buckets.get(length) ?? []
    buckets.set(length, bucket)
    bucket.push(index)
    if (bucket.length === size) batches.push(bucket.splice(0))
  }
  const rest = [...buckets.entries()].sort(([a], [b]) => a - b).flatMap(([, bucket]) => bucket)
  for (let start = 0; start < rest.length; start += size) {
    batches.push(rest.slice(start, start + size))
  }
  return random.shuffle(batches)
}

/** For evaluation: shortest first, no randomness. */
export const sortedBatches = (lengths: readonly number[], size: number): number[][] => {
  const order = lengths.map((_, index) => index).sort((a, b) => lengths[a]! - lengths[b]! || a - b)
  const batches: number[][] = []
  for (let start = 0; start < order.length; start += size) {
    batches.push(order.slice(start, start + size))
  }
  return batches
}
