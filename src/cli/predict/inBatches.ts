import { setTimeout as sleep } from 'node:timers/promises'

/** How long a batch waits for more where its source is slow: a person who types, a program. */
const patienceMs = 20

/**
 * Gathers items into batches of at most `size`. What is there goes on without waiting for the rest
 * where the next item is not at hand, and before an error of the source is thrown.
 */
export async function* inBatches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  const iterator = items[Symbol.asyncIterator]()
  let batch: T[] = []
  for (let next = iterator.next(); ; ) {
    let result: IteratorResult<T> | undefined
    try {
      result = batch.length === 0 ? await next : await Promise.race([next, late()])
    } catch (error) {
      if (batch.length > 0) yield batch
      throw error
    }
    if (result === undefined) {
      yield batch
      batch = []
      continue
    }
    if (result.done) break
    batch.push(result.value)
    if (batch.length === size) {
      yield batch
      batch = []
    }
    next = iterator.next()
  }
  if (batch.length > 0) yield batch
}

const late = async (): Promise<undefined> => {
  await sleep(patienceMs, undefined, { ref: false })
  return undefined
}
