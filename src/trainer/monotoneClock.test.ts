import { expect, it } from 'vitest'
import { monotoneClock } from './monotoneClock.ts'

it('goes on where a clock set back left off, and follows one set forward', () => {
  const times = [1000, 1010, 400, 430, 430, 5000, 100, 101]
  const clock = monotoneClock(() => times.shift()!)
  expect(Array.from({ length: 8 }, clock)).toEqual([1000, 1010, 1010, 1040, 1040, 5610, 5610, 5611])
})
