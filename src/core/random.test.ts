import { describe, expect, it } from 'vitest'
import { seededRandom } from './random.ts'

const draw = (seed: number, stream: string, count: number): number[] => {
  const random = seededRandom(seed, stream)
  return Array.from({ length: count }, () => random.uniform())
}

describe('seededRandom', () => {
  it('is a function of seed and stream', () => {
    expect(draw(1, 'a', 5)).toEqual(draw(1, 'a', 5))
    expect(draw(1, 'a', 5)).not.toEqual(draw(2, 'a', 5))
    expect(draw(1, 'a', 5)).not.toEqual(draw(1, 'b', 5))
  })

  it('is uniform, and unrelated between neighbouring seeds', () => {
    const first = draw(1, 'epoch 0', 20_000)
    const second = draw(2, 'epoch 0', 20_000)
    const mean = first.reduce((sum, x) => sum + x, 0) / first.length
    // Standard error 0.002: five of them.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01)
    const covariance =
      first.reduce((sum, x, i) => sum + (x - 0.5) * (second[i]! - 0.5), 0) / first.length
    expect(Math.abs(covariance * 12)).toBeLessThan(0.035)
  })

  it('draws normal numbers', () => {
    const random = seededRandom(3, 'head')
    const values = Array.from({ length: 20_000 }, () => random.normal())
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length
    expect(Math.abs(mean)).toBeLessThan(0.04)
    expect(Math.abs(variance - 1)).toBeLessThan(0.05)
  })
})
