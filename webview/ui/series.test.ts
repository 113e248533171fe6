import { describe, expect, it } from 'vitest'
import { extentOfAll, nearestSeries, type Series, valueAt } from './series.ts'

const line = (id: string, y: readonly number[]): Series => ({
  id,
  name: id,
  x: y.map((_, at) => at * 10),
  y,
  color: '#fff',
  width: 1,
  dash: [],
  marker: 'circle',
})

describe('a line', () => {
  it('has values between its points and none beyond them', () => {
    const one = line('a', [0, 10, 0])
    expect([0, 5, 10, 15, 20].map((x) => valueAt(one, x))).toEqual([0, 5, 10, 5, 0])
    expect(valueAt(one, 21)).toBeUndefined()
    expect(valueAt(one, -1)).toBeUndefined()
  })

  it('is found by a mouse that is near it, not by one that is far', () => {
    const all = [line('a', [0, 0, 0]), line('b', [50, 50, 50])]
    const find = (y: number) => nearestSeries(all, 7, y, (value) => value, 20)?.id
    expect([5, 45, 25].map(find)).toEqual(['a', 'b', undefined])
  })

  it('knows its extent also after it grew, and passes over what is no number', () => {
    const values = [3, Number.NaN, 1]
    expect(extentOfAll([values])).toEqual({ low: 1, high: 3 })
    values.push(9)
    expect(extentOfAll([values])).toEqual({ low: 1, high: 9 })
    expect(extentOfAll([[]])).toBeUndefined()
  })
})
