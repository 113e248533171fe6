import { describe, expect, it } from 'vitest'
import { smooth } from './smooth.ts'

describe('smooth', () => {
  it('changes nothing with weight 0', () => {
    expect(smooth([3, 1, 2], 0)).toEqual([3, 1, 2])
  })
  it('starts at the first value, not at zero', () => {
    expect(smooth([4, 4, 4], 0.9).map((value) => value.toFixed(6))).toEqual(
      Array(3).fill('4.000000'),
    )
  })
  it('halves the way to a jump with weight 0.5', () => {
    // Weights 1/4, 1/2 of what went before, divided by 1 - 0.5²: (0·0.25 + 3·0.5) / 0.75.
    expect(smooth([0, 3], 0.5)[1]).toBeCloseTo(2, 12)
  })
  it('takes a value for all the steps since the one before', () => {
    const every = smooth([1, 2, 2, 2, 5], 0.7)
    const some = smooth([1, 2, 5], 0.7, [1, 4, 5])
    expect(some[1]).toBeCloseTo(every[3] ?? 0, 12)
    expect(some[2]).toBeCloseTo(every[4] ?? 0, 12)
  })
})
