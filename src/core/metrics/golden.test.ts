import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { classificationMetrics, confusionMatrix, positiveLabelOf } from './classification.ts'
import type { Metrics } from './metrics.ts'
import { regressionMetrics } from './regression.ts'

interface Golden {
  readonly classification: readonly {
    readonly name: string
    readonly gold: number[]
    readonly predicted: number[]
    readonly labels: string[]
    readonly positiveLabel: string
    readonly probabilities: number[][] | null
    readonly metrics: Metrics
    readonly confusion: number[][]
  }[]
  readonly regression: readonly {
    readonly name: string
    readonly gold: number[]
    readonly predicted: number[]
    readonly metrics: Metrics
  }[]
}

const file = new URL('../../../test/fixtures/metrics/golden.json', import.meta.url)
const golden = JSON.parse(fs.readFileSync(file, 'utf8')) as Golden

/** Equal to 1e-12, through all levels. */
const expectEqual = (actual: unknown, expected: unknown, where: string): void => {
  if (typeof expected === 'number' && typeof actual === 'number') {
    expect(Math.abs(actual - expected), where).toBeLessThan(1e-12)
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(actual as object).sort(), where).toEqual(Object.keys(expected).sort())
    for (const [key, value] of Object.entries(expected)) {
      expectEqual((actual as Record<string, unknown>)[key], value, `${where}.${key}`)
    }
  } else expect(actual, where).toBe(expected)
}

describe('metrics of scikit-learn', () => {
  it.each(golden.classification)('$name', (each) => {
    const { probabilities, ...input } = each
    const metrics = classificationMetrics({ ...input, ...(probabilities ? { probabilities } : {}) })
    expectEqual(metrics, each.metrics, each.name)
    expect(confusionMatrix(input)).toEqual(each.confusion)
  })
})

describe('metrics of SciPy', () => {
  it.each(golden.regression)('$name', ({ name, gold, predicted, metrics }) => {
    expectEqual(regressionMetrics(gold, predicted), metrics, name)
  })
})

describe('what has no value', () => {
  it('is null without examples', () => {
    const metrics = classificationMetrics({ gold: [], predicted: [], labels: ['a', 'b'] })
    expect(metrics).toMatchObject({ accuracy: null, f1: null, macroF1: null, mcc: null })
    expect(regressionMetrics([], [])).toEqual({ loss: null, pearson: null, spearman: null })
    expect(regressionMetrics([1], [2]).pearson).toBeNull()
  })

  it('refuses a class that is not there', () => {
    expect(() => classificationMetrics({ gold: [0], predicted: [2], labels: ['a', 'b'] })).toThrow(
      'class 0 or 2',
    )
  })
})

describe('the positive label', () => {
  it.each([
    [['0', '1'], undefined, '1'],
    [['1', '0'], undefined, '1'],
    [['No', 'Yes'], undefined, 'Yes'],
    [['negative', 'positive'], undefined, 'positive'],
    [['ham', 'spam'], undefined, 'spam'],
    [['ham', 'spam'], 'ham', 'ham'],
    [['ham', 'spam'], 'eggs', 'spam'],
  ])('of %j, given %s, is %s', (labels, given, expected) => {
    expect(positiveLabelOf(labels, given)).toBe(expected)
  })
})
