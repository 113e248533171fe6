import { describe, expect, it } from 'vitest'
import { runConfig } from '../../../test/support/runConfig.ts'
import type { RunConfig } from '../experiment/config.ts'
import type { MetricName, Metrics } from '../metrics/metrics.ts'
import type { Predictions } from '../runs/predictions.ts'
import { baselineOf as baseline, isFailedRun } from './failedRun.ts'

interface Guessed {
  readonly config?: Partial<RunConfig>
  readonly labels?: readonly string[]
  readonly metrics?: Metrics
}

const baselineOf = (metric: MetricName, predictions: Predictions | undefined, run: Guessed = {}) =>
  baseline(
    metric,
    {
      config: runConfig(run.config),
      labels: [...(run.labels ?? [])],
      ...(run.metrics ? { metrics: run.metrics } : {}),
    },
    () => predictions,
  )

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
    expect(baselineOf('f1', three, { labels: ['no', 'yes'] })).toBeCloseTo(6 / 7, 12)
    expect(
      baselineOf('f1', three, {
        labels: ['yes', 'no'],
        config: { data: { train: '', positiveLabel: 'no' } },
      }),
    ).toBe(0)
    expect(baselineOf('macroF1', three)).toBeCloseTo(3 / 7, 12)
  })

  it('follows from the classes’ support where there are no predictions', () => {
    const label = (support: number) => ({ precision: 0, recall: 0, f1: 0, support })
    const byLabel = { no: label(1), yes: label(3), maybe: label(0) }
    expect(baselineOf('accuracy', undefined, { metrics: { byLabel } })).toBe(0.75)
    expect(baselineOf('accuracy', undefined)).toBeNull()
  })

  const qa = { config: { head: 'qa' } } as const
  it('is the share of questions without an answer', () => {
    expect(baselineOf('f1', answers(['a'], [], ['b'], []), qa)).toBe(0.5)
    expect(baselineOf('exactMatch', answers(['a'], ['b']), qa)).toBe(0)
  })

  it('is the most frequent tag, and no span', () => {
    const tags = { words: ['w', 'w', 'w'], predicted: ['O', 'O', 'O'], probabilities: [] }
    const rows = [{ index: 0, line: 1, ...tags, gold: ['O', 'O', 'B-X'] }]
    const predictions: Predictions = { kind: 'tokens', rows }
    // By entity type: says nothing of the tag O.
    const byLabel = { X: { precision: 0, recall: 0, f1: 0, support: 1 } }
    const run = { config: { head: 'token' }, labels: ['O', 'B-X'], metrics: { byLabel } } as const
    expect(baselineOf('tokenAccuracy', predictions, run)).toBeCloseTo(2 / 3, 12)
    expect(baselineOf('tokenAccuracy', undefined, run)).toBeNull()
    expect(baselineOf('entityF1', predictions, run)).toBe(0)
    // Who guesses O has no type right; as a class, O would have an F1 of 0.8.
    expect(baselineOf('macroF1', predictions, run)).toBe(0)
  })

  it('is the most frequent tag where tags are classes', () => {
    const byLabel = { NOUN: { precision: 1, recall: 1, f1: 1, support: 3 } }
    const run = { config: { head: 'token' }, labels: ['NOUN', 'VERB'] } as const
    const verb = { VERB: { precision: 0, recall: 0, f1: 0, support: 1 } }
    const metrics = { byLabel: { ...byLabel, ...verb } }
    expect(baselineOf('macroF1', undefined, { ...run, metrics })).toBeCloseTo(3 / 7, 12)
  })

  it('does not exist for scores', () => {
    const rows = [{ index: 0, line: 1, gold: 1, predicted: 2 }]
    const config = { head: 'sentence', regression: true } as const
    expect(baselineOf('spearman', { kind: 'scores', rows }, { config })).toBeNull()
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
