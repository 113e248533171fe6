import { describe, expect, it } from 'vitest'
import { type Point, thin } from './thin.ts'

const wave = (count: number): Point[] =>
  Array.from({ length: count }, (_, x) => ({ x, y: Math.sin(x / 50) }))

describe('thin', () => {
  it('leaves a short curve as it is', () => {
    const points = wave(2000)
    expect(thin(points, 2000)).toBe(points)
  })

  it('keeps at most the limit, both ends and the order', () => {
    const points = wave(123_457)
    const kept = thin(points, 2000)
    expect(kept.length).toBeLessThanOrEqual(2000)
    expect(kept[0]).toEqual(points[0])
    expect(kept.at(-1)).toEqual(points.at(-1))
    expect(kept.every((point, at) => at === 0 || point.x > (kept[at - 1]?.x ?? 0))).toBe(true)
  })

  it('never loses a spike, up or down', () => {
    const points = wave(50_000)
    points[31_234] = { x: 31_234, y: 99 }
    points[31_240] = { x: 31_240, y: -99 }
    const values = thin(points, 500).map(({ y }) => y)
    expect(Math.max(...values)).toBe(99)
    expect(Math.min(...values)).toBe(-99)
  })
})
