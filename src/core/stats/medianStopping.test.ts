import { describe, expect, it } from 'vitest'
import { type EpochScore, shouldStopEarly } from './medianStopping.ts'

const history = (...scores: (number | null)[]): EpochScore[] =>
  scores.map((score, index) => ({ epoch: index + 1, score }))

describe('shouldStopEarly', () => {
  const others = [history(0.8, 0.9), history(0.6, 0.7), history(0.7, 0.8)]

  it('compares the best so far with the median of the running averages', () => {
    // Averages up to epoch 1: 0.8, 0.6, 0.7; up to epoch 2: 0.85, 0.65, 0.75.
    expect(shouldStopEarly(others, history(0.69))).toBe(true)
    expect(shouldStopEarly(others, history(0.7))).toBe(false)
    expect(shouldStopEarly(others, history(0.7, 0.74))).toBe(true)
    expect(shouldStopEarly(others, history(0.76, 0.5))).toBe(false)
  })

  it('takes the mean of the two in the middle of an even number', () => {
    const four = [...others, history(0.5, 0.6)]
    expect(shouldStopEarly(four, history(0.64))).toBe(true)
    expect(shouldStopEarly(four, history(0.66))).toBe(false)
  })

  it('waits for three others that have come as far', () => {
    expect(shouldStopEarly(others.slice(1), history(0.1))).toBe(false)
    expect(shouldStopEarly([...others.slice(1), []], history(0.1))).toBe(false)
    expect(shouldStopEarly(others, [])).toBe(false)
  })

  it('counts an undefined score as 0', () => {
    expect(shouldStopEarly(others, history(null))).toBe(true)
    expect(shouldStopEarly([history(null), history(null), history(0.9)], history(0))).toBe(false)
  })
})
