import { describe, expect, it } from 'vitest'
import { learningRateAt } from './schedule.ts'

describe('learningRateAt', () => {
  it('warms up from 0 to the peak and decays to nearly 0', () => {
    const rates = Array.from({ length: 100 }, (_, i) => learningRateAt(i + 1, 100, 0.1, 1))
    expect(rates[0]).toBe(0)
    expect(rates[5]).toBeCloseTo(0.5)
    expect(rates[10]).toBe(1)
    expect(rates[55]).toBeCloseTo(0.5)
    expect(rates[99]).toBeCloseTo(1 / 90)
  })

  it('starts at the peak without a warm-up', () => {
    expect(learningRateAt(1, 10, 0, 3e-5)).toBe(3e-5)
  })
})
