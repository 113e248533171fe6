import { describe, expect, it } from 'vitest'
import {
  formatDuration,
  formatLoss,
  formatPercent,
  formatRate,
  formatScore,
  roughly,
} from './describe.ts'

describe('what people read', () => {
  it.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [59.6, '1:00'],
    [70, '1:10'],
    [3723, '1:02:03'],
    [-5, '0 s'],
  ])('%d seconds are %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text))

  it('is no more exact than an estimate is', () => {
    expect([41, 1450, 12_600].map(roughly)).toEqual(['45 s', '24 min', '3.5 h'])
  })

  it.each([
    [5e-5, '5e-5'],
    [2e-5, '2e-5'],
    [1.25e-4, '1.25e-4'],
    [1, '1e+0'],
    [0, '0'],
  ])('a rate of %d is %s', (rate, text) => expect(formatRate(rate)).toBe(text))

  it('says 100 % only when all is done', () => {
    expect(formatPercent(0.9999)).toBe('99 %')
    expect(formatPercent(1)).toBe('100 %')
  })

  it('shows a metric in hundredths, and an undefined one as a dash', () => {
    expect(formatScore(0.8642)).toBe('86.4')
    expect(formatScore(null)).toBe('–')
  })

  it('keeps small losses readable', () => {
    expect(formatLoss(0.0123)).toBe('0.012')
    expect(formatLoss(0.7134)).toBe('0.713')
    expect(formatLoss(1234.5)).toBe('1235')
  })
})
