import { describe, expect, it } from 'vitest'
import type { Predictions } from '../runs/predictions.ts'
import { baselineOf, isFailedRun } from './failedRun.ts'

const classes = (...gold: string[]): Predictions => ({
  kind: 'classes',
  rows: gold.map((label, index) => ({
    ...{ index, line: index + 1, gold: label, predicted: label, probabilities: [] },
  })),
})

const answers = (...gold: string[][]): Predictions => ({
  kind: 'answers',
  rows: gold.map((texts, index) => ({
    ...{ index, line: 1, id: String(index), document: 0, question: '?', gold: texts },
    ...{ predicted: '', start: -1, probability: 1, noAnswerScore: 0, nbest: [] },
  })),
})

describe('baselineOf', () => {
  const three = classes('yes', 'no', 'yes', 'yes')

  it('is the metric of always guessing the most frequent class', () => {
    expect(baselineOf('accuracy', three)).toBe(0.75)
    expect(baselineOf('mcc', three)).toBe(0)
    // Precision 3/4, recall 1; the other class has F1 0.
    expect(baselineOf('f1', three, {}, 'yes')).toBeCloseTo(6 / 7, 12)
    expect(baselineOf('f1', three, {}, 'no')).toBe(0)
    expect(baselineOf('macroF1', three)).toBeCloseTo(3 / 7, 12)
  })

  it('follows from the classes’ support where there are no predictions', () => {
    const label = (support: number) => ({ precision: 0, recall: 0, f1: 0, support })
    const byLabel = { no: label(1), yes: label(3), maybe: label(0) }
    expect(baselineOf('accuracy', undefined, { byLabel })).toBe(0.75)
    expect(baselineOf('accuracy', undefined)).toBeNull()
  })

  it('is the share of questions without an answer', () => {
    expect(baselineOf('f1', answers(['a'], [], ['b'], []))).toBe(0.5)
    expect(baselineOf('exactMatch', answers(['a'], ['b']))).toBe(0)
  })

  it('is the most frequent tag, and no span', () => {
    const tags = { words: ['w', 'w', 'w'], predicted: ['O', 'O', 'O'], probabilities: [] }
    const rows = [{ index: 0, line: 1, ...tags, gold: ['O', 'O', 'B-X'] }]
    expect(baselineOf('tokenAccuracy', { kind: 'tokens', rows })).toBeCloseTo(2 / 3, 12)
    expect(baselineOf('entityF1', { kind: 'tokens', rows })).toBe(0)
  })

  it('does not exist for scores', () => {
    const rows = [{ index: 0, line: 1, gold: 1, predicted: 2 }]
    expect(baselineOf('spearman', { kind: 'scores', rows })).toBeNull()
  })
})

describe('isFailedRun', () => {
  it.each([
    ['accuracy', { accuracy: 0.75 }, 0.75, true],
    ['accuracy', { accuracy: 0.76 }, 0.75, false],
    ['mcc', { mcc: 0 }, 0, true],
    ['mcc', { mcc: 0.01 }, 0, false],
    ['f1', { f1: 0.8, mcc: -0.1 }, 0.6, true],
    ['f1', { f1: 0.5, mcc: 0.3 }, 0.6, false],
    ['entityF1', { entityF1: 0 }, 0, true],
    ['spearman', { spearman: null }, null, true],
    ['spearman', { spearman: -0.2 }, null, false],
    ['exactMatch', { exactMatch: 0.5 }, 0.5, true],
    ['accuracy', {}, 0.5, true],
  ] as const)('%s of %j against %s: %s', (metric, metrics, baseline, failed) => {
    expect(isFailedRun(metric, metrics, baseline)).toBe(failed)
  })
})
