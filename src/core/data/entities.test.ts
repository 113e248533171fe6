import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entitiesOf } from './entities.ts'
import { tagsOf } from './tagSchemes.ts'

const labels = ['O', 'B-LOC', 'I-LOC', 'B-PER', 'I-PER']
const word = (...probabilities: number[]) => ({
  label: probabilities.indexOf(Math.max(...probabilities)),
  probabilities,
})

describe('entities among predicted tags', () => {
  it('are as sure as their least sure word, B- and I- together', () => {
    const entities = entitiesOf(labels, [
      word(0.9, 0.1, 0, 0, 0),
      word(0, 0.05, 0.05, 0.8, 0.1),
      word(0.2, 0.1, 0, 0.3, 0.4),
    ])
    expect(entities).toHaveLength(1)
    expect(entities[0]).toMatchObject({ type: 'PER', words: [1, 3] })
    expect(entities[0]?.probability).toBeCloseTo(0.7)
    expect(entities[0]?.types.map(({ type }) => type)).toEqual(['PER', null, 'LOC'])
  })

  it('come back from the tags of any spans', () => {
    const spans = fc
      .array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 4 }), fc.constantFrom('LOC', 'PER')))
      .map((parts) => {
        let at = 0
        return parts.map(([gap, length, type]) => {
          const start = at + gap
          at = start + length
          return { type, start, end: at }
        })
      })
    fc.assert(
      fc.property(spans, (expected) => {
        const tags = tagsOf((expected.at(-1)?.end ?? 0) + 2, expected, 'IOB2')
        const words = tags.map((tag) => word(...labels.map((label) => (label === tag ? 1 : 0))))
        const found = entitiesOf(labels, words)
        expect(found.map(({ type, words: [start, end] }) => ({ type, start, end }))).toEqual(
          expected,
        )
      }),
    )
  })
})
