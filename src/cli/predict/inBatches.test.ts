import { expect, it } from 'vitest'
import { inBatches } from './inBatches.ts'

async function* countTo(last: number, error?: Error): AsyncGenerator<number> {
  for (let number = 1; number <= last; number++) yield number
  if (error) throw error
}

it('gathers what is there', async () => {
  const batches: number[][] = []
  for await (const batch of inBatches(countTo(5), 2)) batches.push(batch)
  expect(batches).toEqual([[1, 2], [3, 4], [5]])
})

it.each([2, 3, 4])('hands on %i items before the error that comes after them', async (count) => {
  const seen: number[] = []
  const read = async () => {
    for await (const batch of inBatches(countTo(count, new Error('bad row')), 2)) {
      seen.push(...batch)
    }
  }
  await expect(read()).rejects.toThrow('bad row')
  expect(seen).toEqual([1, 2, 3, 4].slice(0, count))
})
