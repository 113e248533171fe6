import { describe, expect, it } from 'vitest'
import type { Predictions } from '../runs/predictions.ts'
import { disagreements } from './disagreements.ts'
import { pairedTest } from './pairedTest.ts'

const labels = ['a', 'b']

/** Gold is always `a`; 1 in the pattern: right. */
const classes = (pattern: readonly number[]): Predictions => ({
  kind: 'classes',
  rows: pattern.map((right, index) => ({
    ...{ index, line: index + 2, gold: 'a', predicted: right ? 'a' : 'b', probabilities: [] },
  })),
})

const repeat = (count: number, ...pattern: number[]) =>
  Array.from({ length: count }, () => pattern).flat()

describe('pairedTest', () => {
  it('tells two runs apart by the examples that one of them has right', () => {
    const first = classes(repeat(100, 1, 1, 1, 1, 0))
    const second = classes(repeat(100, 1, 1, 1, 0, 0))
    const test = pairedTest('accuracy', first, second, { labels })!
    expect(test).toMatchObject({ verdict: 'better', onlyFirst: 100, onlySecond: 0 })
    expect(test.difference.mean).toBeCloseTo(0.2, 10)
    expect(test.p).toBeLessThan(1e-20)
    const turned = pairedTest('accuracy', second, first, { labels })!
    expect(turned.verdict).toBe('worse')
    expect(turned.difference.low).toBeCloseTo(-test.difference.high, 10)
  })

  it('has an interval of about two standard errors', () => {
    const first = classes(repeat(100, 1, 1, 0, 1, 0))
    const second = classes(repeat(100, 1, 1, 1, 0, 0))
    const test = pairedTest('accuracy', first, second, { labels })!
    expect(test).toMatchObject({ verdict: 'withinNoise', p: 1 })
    // 200 of 500 differ, evenly: standard error √(0.4 / 500); 4 % lie outside 2.05 of them.
    const error = Math.sqrt(0.4 / 500)
    expect((test.difference.high - test.difference.mean) / error).toBeGreaterThan(1.9)
    expect((test.difference.high - test.difference.mean) / error).toBeLessThan(2.25)
  })

  it('knows a run from itself', () => {
    const run = classes(repeat(20, 1, 0))
    expect(pairedTest('accuracy', run, run, { labels })).toMatchObject({
      difference: { mean: 0, low: 0, high: 0 },
      verdict: 'withinNoise',
    })
  })

  it('does not compare runs on other examples, nor on a single one', () => {
    const run = classes([1, 0, 1])
    expect(pairedTest('accuracy', run, classes([1, 0]), { labels })).toBeUndefined()
    expect(pairedTest('accuracy', classes([1]), classes([0]), { labels })).toBeUndefined()
  })
})

describe('disagreements', () => {
  it('names the examples that are predicted otherwise, and who is right', () => {
    expect(disagreements(classes([1, 1, 0, 0]), classes([1, 0, 1, 0]))).toEqual([
      { index: 1, line: 3, firstRight: true, secondRight: false },
      { index: 2, line: 4, firstRight: false, secondRight: true },
    ])
    expect(disagreements(classes([1, 1]), classes([1]))).toEqual([])
  })

  it('compares tags as a whole', () => {
    const tags = (predicted: string[]): Predictions => ({
      kind: 'tokens',
      rows: [
        {
          ...{ index: 0, line: 1, words: ['x', 'y'], gold: ['B-P', 'O'], predicted },
          probabilities: [1, 1],
        },
      ],
    })
    expect(disagreements(tags(['B-P', 'O']), tags(['B-P', 'B-P']))).toEqual([
      { index: 0, line: 1, firstRight: true, secondRight: false },
    ])
    expect(disagreements(tags(['O', 'O']), tags(['O', 'O']))).toEqual([])
  })

  it('takes scores half a standard deviation apart for a disagreement', () => {
    const scores = (...predicted: number[]): Predictions => ({
      kind: 'scores',
      rows: predicted.map((score, index) => ({
        ...{ index, line: index + 1, gold: index * 2, predicted: score },
      })),
    })
    // Gold 0, 2, 4: standard deviation 2.
    expect(disagreements(scores(0, 2, 4), scores(0.9, 3.1, 6))).toEqual([
      { index: 1, line: 2, firstRight: true, secondRight: false },
      { index: 2, line: 3, firstRight: true, secondRight: false },
    ])
  })
})
