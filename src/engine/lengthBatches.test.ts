import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../core/random.ts'
import { stepsByLength } from '../core/runs/estimates.ts'
import { countByLength, lengthBatches, paddedLength, sortedBatches } from './lengthBatches.ts'

const lengths = fc.array(fc.integer({ min: 2, max: 128 }), { minLength: 1, maxLength: 300 })
const batchSize = fc.integer({ min: 1, max: 40 })

describe('lengthBatches', () => {
  it('has ⌈N / size⌉ batches and every example once', () => {
    fc.assert(
      fc.property(lengths, batchSize, fc.nat(), (all, size, seed) => {
        const batches = lengthBatches(all, size, 128, seededRandom(seed, 'epoch 0'))
        expect(batches).toHaveLength(Math.ceil(all.length / size))
        expect(batches.flat().sort((a, b) => a - b)).toEqual(all.map((_, index) => index))
        expect(batches.every((batch) => batch.length <= size)).toBe(true)
      }),
    )
  })

  it('has the batches of each length that estimates of time expect', () => {
    fc.assert(
      fc.property(lengths, batchSize, fc.nat(), (all, size, seed) => {
        const steps = new Map<number, number>()
        for (const batch of lengthBatches(all, size, 100, seededRandom(seed, 'epoch 0'))) {
          const length = Math.max(...batch.map((index) => paddedLength(all[index]!, 100)))
          steps.set(length, (steps.get(length) ?? 0) + 1)
        }
        expect(stepsByLength(countByLength(all, 100), size)).toEqual(steps)
      }),
    )
  })

  it('pads little: far below padding every batch to the longest', () => {
    const all = Array.from({ length: 2000 }, (_, i) => 4 + ((i * i) % 120))
    const batches = lengthBatches(all, 32, 128, seededRandom(1, 'epoch 0'))
    const padded = batches.map(
      (batch) => batch.length * paddedLength(Math.max(...batch.map((i) => all[i]!)), 128),
    )
    const tokens = all.reduce((sum, length) => sum + length, 0)
    expect(padded.reduce((sum, each) => sum + each, 0) / tokens).toBeLessThan(1.3)
  })

  it('is another order for another epoch or seed, and the same for the same', () => {
    const all = Array.from({ length: 200 }, (_, i) => 5 + (i % 40))
    const order = (seed: number, epoch: number) =>
      lengthBatches(all, 16, 128, seededRandom(seed, `epoch ${epoch}`)).join()
    expect(order(1, 0)).toBe(order(1, 0))
    expect(new Set([order(1, 0), order(1, 1), order(2, 0)]).size).toBe(3)
  })
})

describe('sortedBatches', () => {
  it('has every example once, the shortest first', () => {
    fc.assert(
      fc.property(lengths, batchSize, (all, size) => {
        const order = sortedBatches(all, size).flat()
        expect([...order].sort((a, b) => a - b)).toEqual(all.map((_, index) => index))
        for (let i = 1; i < order.length; i++) {
          expect(all[order[i]!]).toBeGreaterThanOrEqual(all[order[i - 1]!]!)
        }
      }),
    )
  })
})

describe('paddedLength', () => {
  it('is a multiple, but never beyond the maximum', () => {
    expect(paddedLength(1, 128)).toBe(8)
    expect(paddedLength(17, 128)).toBe(24)
    expect(paddedLength(65, 128)).toBe(80)
    expect(paddedLength(100, 100)).toBe(100)
  })
})
