import { describe, expect, it } from 'vitest'
import type { Series } from './series.ts'
import { placesSeen, strokeLine } from './strokeLine.ts'

const line = (x: readonly number[], y: readonly number[]): Series => ({
  id: 'a',
  name: 'a',
  x,
  y,
  color: '#fff',
  width: 1,
  dash: [],
  marker: 'circle',
})

/** What is drawn, as a path in words. */
const pathOf = (one: Series, from: number, to: number): string => {
  const path: string[] = []
  const context = {
    beginPath: () => {},
    setLineDash: () => {},
    stroke: () => {},
    moveTo: (x: number, y: number) => path.push(`M${x},${y}`),
    lineTo: (x: number, y: number) => path.push(`L${x},${y}`),
  } as unknown as CanvasRenderingContext2D
  const same = (value: number) => value
  strokeLine(context, one, { x: same, y: same, from, to })
  return path.join(' ')
}

describe('a line on a canvas', () => {
  it('is drawn as far as it is seen, with the point to which it leads on each side', () => {
    const one = line([0, 10, 20, 30, 40, 50], [1, 2, 3, 4, 5, 6])
    expect(pathOf(one, 15, 25)).toBe('M10,2 L20,3 L30,4')
    expect(pathOf(one, 12, 18)).toBe('M10,2 L20,3')
    expect(pathOf(one, 0, 50)).toBe('M0,1 L10,2 L20,3 L30,4 L40,5 L50,6')
  })

  it('has nothing to draw without points', () => {
    expect(placesSeen([], 0, 1)).toEqual([0, -1])
    expect(pathOf(line([], []), 0, 1)).toBe('')
  })

  it('has a gap where a value is no number', () => {
    expect(pathOf(line([0, 1, 2, 3], [1, Number.NaN, 3, 4]), 0, 3)).toBe('M0,1 M2,3 L3,4')
  })
})
