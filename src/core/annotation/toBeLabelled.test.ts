import { describe, expect, it } from 'vitest'
import type { DisplaySpan } from './displaySpans.ts'
import { toBeLabelled } from './toBeLabelled.ts'
import type { Range } from './words.ts'

// We saw New York and Lisbon.
const span = (start: number, end: number): DisplaySpan => ({
  start,
  end,
  type: 'LOC',
  look: 'gold',
  types: [],
})
const newYork = span(7, 15)
const lisbon = span(20, 26)
const at = (place: Range) =>
  [newYork, lisbon].filter(({ start, end }) => start <= place.end && end >= place.start)
const meant = (...places: [number, number][]) =>
  toBeLabelled(
    places.map(([start, end]) => ({ start, end })),
    at,
  )

describe('what is given a type', () => {
  it('is the whole span that the caret stands in', () => {
    expect(meant([12, 12])).toEqual([{ span: newYork }])
  })

  it('is a span that is selected as it is, and else what is selected', () => {
    expect(meant([7, 15])).toEqual([{ span: newYork }])
    expect(meant([11, 15])).toEqual([{ range: { start: 11, end: 15 } }])
    expect(meant([3, 15])).toEqual([{ range: { start: 3, end: 15 } }])
  })

  it('is the caret’s word where there is no span', () => {
    expect(meant([4, 4])).toEqual([{ range: { start: 4, end: 4 } }])
  })

  it('is for several cursors what each of them means, each span once', () => {
    expect(meant([8, 8], [20, 26], [12, 12], [3, 6])).toEqual([
      { span: newYork },
      { span: lisbon },
      { range: { start: 3, end: 6 } },
    ])
  })

  it('is of spans over each other the one that is selected, or that is doubted', () => {
    const doubtful = { ...span(11, 15), look: 'unreviewed' as const }
    const spans = () => [newYork, doubtful]
    expect(toBeLabelled([{ start: 7, end: 15 }], spans)).toEqual([{ span: newYork }])
    expect(toBeLabelled([{ start: 12, end: 12 }], spans)).toEqual([{ span: doubtful }])
  })
})
