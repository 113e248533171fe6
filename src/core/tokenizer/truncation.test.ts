import { describe, expect, it } from 'vitest'
import { longestFirst } from './truncation.ts'

describe('longestFirst', () => {
  // The cases of Hugging Face's own test, at room for 7.
  it.each([
    [0, 8, 0, 7],
    [2, 4, 2, 4],
    [2, 8, 2, 5],
    [4, 4, 3, 4],
    [4, 8, 3, 4],
    [8, 0, 7, 0],
    [8, 2, 5, 2],
    [8, 4, 4, 3],
    [8, 8, 3, 4],
  ])('keeps of %i and %i pieces %i and %i', (first, second, keptFirst, keptSecond) => {
    expect(longestFirst(first, second, 7)).toEqual([keptFirst, keptSecond])
  })

  it('cuts nothing without a limit', () => {
    expect(longestFirst(900, 800, Number.POSITIVE_INFINITY)).toEqual([900, 800])
  })
})
