import { describe, expect, it } from 'vitest'
import type { Trace } from '../../src/core/protocol/trace.ts'
import { layoutOf, rowHeight, sentencesOf, shortened, stateNames } from './layout.ts'

const piecesOf = (text: string): Trace['pieces'] => {
  let segment = 0
  return text.split(' ').map((piece, id) => {
    const own = { text: piece, id, segment }
    if (piece === '[SEP]') segment = 1
    return own
  })
}
const one = piecesOf('[CLS] a b [SEP]')
const two = piecesOf('[CLS] a b [SEP] c d e [SEP]')
const score = { kind: 'score', score: 1 } as const

describe('the drawing’s places', () => {
  it.each([2, 6, 12, 24])('has its rows from bottom to top, %i layers', (layers) => {
    const layout = layoutOf({ layers, output: score }, [10, 80, 500], 200)
    const { head, states, box, embeddings, input, ids, braces, height } = layout
    const down = [
      ...[head.top, head.bottom, states, box.top, ...[...layout.layers].reverse(), box.bottom],
      ...[embeddings.token, embeddings.segment, embeddings.position, input, ids, braces, height],
    ]
    expect(layout.layers).toHaveLength(layers + 1)
    expect(down).toEqual([...down].sort((a, b) => a - b))
    expect(states - head.bottom).toBeGreaterThan(rowHeight / 2)
    expect(embeddings.segment - embeddings.token).toBeGreaterThan(rowHeight)
  })

  it('has columns beside each other, none wider than what is shortened', () => {
    const { columns, width } = layoutOf({ layers: 2, output: score }, [1, 80, 5000, 3], 100)
    columns.slice(1).forEach(({ x, width: own }, at) => {
      const before = columns[at]!
      expect(x - own / 2).toBeGreaterThan(before.x + before.width / 2)
    })
    expect(Math.max(...columns.map((column) => column.width))).toBeLessThan(200)
    expect(width).toBeGreaterThan(columns.at(-1)!.x)
  })

  it('has room for the classes over few pieces', () => {
    expect(layoutOf({ layers: 1, output: score }, [5], 400).width).toBeGreaterThan(400)
  })
})

describe('texts', () => {
  it('are what stands between [CLS] and [SEP]', () => {
    expect(sentencesOf(one)).toEqual([{ first: 1, last: 2, segment: 0 }])
    expect(sentencesOf(two)).toEqual([
      { first: 1, last: 2, segment: 0 },
      { first: 4, last: 6, segment: 1 },
    ])
  })

  it('may be empty', () => {
    expect(sentencesOf(piecesOf('[CLS] [SEP]'))).toEqual([])
    expect(sentencesOf(piecesOf('[CLS] [SEP] [SEP]'))).toEqual([])
    expect(sentencesOf(piecesOf('[CLS] a [SEP] [SEP]'))).toEqual([
      { first: 1, last: 1, segment: 0 },
    ])
  })

  it('give states the paper’s names', () => {
    const names = stateNames(two).map(({ name, sub }) => name + sub)
    expect(names).toEqual(['C', 'T1', 'T2', 'T[SEP]', 'T′1', 'T′2', 'T′3', 'T[SEP]'])
  })

  it('are shortened where they are long', () => {
    expect(shortened('abc', 3)).toBe('abc')
    expect(shortened('abcd', 3)).toBe('ab…')
  })
})
