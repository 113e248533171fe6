import { expect, it } from 'vitest'
import { median } from './median.ts'

it('takes the middle of what is sorted', () => {
  expect(median([3, 1, 10])).toBe(3)
  expect(median([4, 1, 10, 2])).toBe(3)
  expect(median([7])).toBe(7)
  expect(median([])).toBeNaN()
})
