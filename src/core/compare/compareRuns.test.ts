import { describe, expect, it } from 'vitest'
import { runRecord } from '../../../test/support/runRecords.ts'
import type { Predictions } from '../runs/predictions.ts'
import { compareRuns } from './compareRuns.ts'
import { disagreementTexts } from './disagreementText.ts'

const classes = (predicted: readonly string[]): Predictions => ({
  kind: 'classes',
  rows: predicted.map((label, index) => ({
    index,
    line: index + 2,
    gold: index % 2 === 0 ? 'neg' : 'pos',
    predicted: label,
    probabilities: [0.25, 0.75],
  })),
})
const run = (id: string, predictions: Predictions | undefined) => ({
  record: runRecord({ id, labels: ['neg', 'pos'] }),
  predictions,
})

describe('comparing runs', () => {
  it('counts gold against predicted, and where two differ', () => {
    const a = run('a', classes(['neg', 'pos', 'pos', 'pos']))
    const b = run('b', classes(['neg', 'neg', 'pos', 'pos']))
    const { runs, pairs } = compareRuns([a, b])
    expect(runs[0]?.confusion).toEqual({
      labels: ['neg', 'pos'],
      counts: [
        [1, 1],
        [0, 2],
      ],
    })
    expect(pairs).toMatchObject([{ left: 'a', right: 'b', disagreements: 1, examples: 4 }])
    expect(pairs[0]?.difference?.mean).toBeCloseTo(0.25)
  })

  it('says whose predictions are missing', () => {
    const { pairs, problem } = compareRuns([run('a', classes(['neg'])), run('b', undefined)])
    expect(pairs).toEqual([])
    expect(problem).toMatch(/of b:/)
  })

  it('groups answers by their length, with F1', () => {
    const row = {
      line: 1,
      id: 'q',
      document: 0,
      question: '?',
      start: 0,
      probability: 1,
      noAnswerScore: 0,
      nbest: [],
    }
    const answers: Predictions = {
      kind: 'answers',
      rows: [
        { ...row, index: 0, gold: ['Paris'], predicted: 'Paris' },
        { ...row, index: 1, gold: ['in the north'], predicted: 'north' },
        { ...row, index: 2, gold: [], predicted: '' },
      ],
    }
    expect(compareRuns([run('a', answers), run('b', answers)]).runs[0]?.groups).toEqual([
      { group: 'no answer', count: 1, score: 1 },
      { group: '1', count: 1, score: 1 },
      // The article does not count: north, of which the answer has in as well.
      { group: '2–3', count: 1, score: expect.closeTo(2 / 3) },
    ])
  })
})

describe('disagreements', () => {
  it('are texts that differ in the predicted lines alone', () => {
    const { left, right, count } = disagreementTexts(
      classes(['neg', 'pos']),
      classes(['neg', 'neg']),
      () => 'a\nfilm\t<b>',
    )
    expect(count).toBe(1)
    expect(left).toContain('  text       a film <b>')
    const others = right.split('\n')
    expect(left.split('\n').filter((line, at) => line !== others[at])).toEqual([
      '  predicted  pos (75 %)',
    ])
  })

  it('show the spans of two taggers', () => {
    const tokens = (predicted: string[]): Predictions => ({
      kind: 'tokens',
      rows: [
        {
          index: 0,
          line: 1,
          words: ['Ada', 'in', 'New', 'York'],
          gold: ['B-PER', 'O', 'B-LOC', 'I-LOC'],
          predicted,
          probabilities: [1, 1, 1, 1],
        },
      ],
    })
    const { left, right } = disagreementTexts(
      tokens(['B-PER', 'O', 'B-LOC', 'I-LOC']),
      tokens(['O', 'O', 'B-LOC', 'B-LOC']),
      () => undefined,
    )
    expect(left).toContain('predicted  Ada [PER] in New York [LOC]')
    expect(right).toContain('predicted  Ada in New [LOC] York [LOC]')
    expect(right).toContain('gold       Ada [PER] in New York [LOC]')
  })
})
