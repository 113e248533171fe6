import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Metrics } from './metrics.ts'
import { entityMetrics, strictSpanF1, tokenAccuracy, wordClassMetrics } from './spanF1.ts'

interface Golden {
  readonly cases: readonly {
    readonly name: string
    readonly gold: string[]
    readonly predicted: string[]
    readonly metrics: Metrics
    /** Precision, recall, F1 and support of each type, in order; null where seqeval refuses. */
    readonly strictByType: number[][] | null
  }[]
}

const file = new URL('../../../test/fixtures/metrics/spans.json', import.meta.url)
const golden = JSON.parse(fs.readFileSync(file, 'utf8')) as Golden
const sequences = (lines: readonly string[]) => lines.map((line) => line.split(' '))

const expectEqual = (actual: unknown, expected: unknown, where: string): void => {
  if (typeof expected === 'number') {
    expect(actual, where).toBeTypeOf('number')
    expect(Math.abs((actual as number) - expected), where).toBeLessThan(1e-12)
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(actual as object).sort(), where).toEqual(Object.keys(expected).sort())
    for (const [key, value] of Object.entries(expected)) {
      expectEqual((actual as Record<string, unknown>)[key], value, `${where}.${key}`)
    }
  } else expect(actual, where).toBe(expected)
}

describe('metrics of seqeval', () => {
  it.each(golden.cases)('$name', (each) => {
    const metrics = entityMetrics(sequences(each.gold), sequences(each.predicted))
    expectEqual(metrics, each.metrics, each.name)
  })

  it.each(golden.cases)('strict by type: $name', ({ gold, predicted, strictByType, name }) => {
    const scores = strictSpanF1(sequences(gold), sequences(predicted))
    if (strictByType === null) {
      expect(scores).toBeNull()
      return
    }
    const types = Object.values(scores?.byType ?? {})
    const columns = (['precision', 'recall', 'f1', 'support'] as const).map((key) =>
      types.map((type) => type[key]),
    )
    expectEqual(columns, strictByType, name)
  })

  it('has strict scores and refusals among the cases', () => {
    const strict = golden.cases.map(({ metrics }) => metrics.entityF1Strict)
    expect(strict.filter((score) => score === null).length).toBeGreaterThan(3)
    expect(strict.filter((score) => typeof score === 'number').length).toBeGreaterThan(10)
  })
})

describe('token metrics', () => {
  it('take any type for what it is', () => {
    const tags = [['B-__proto__', 'O', 'B-constructor']]
    expect(Object.entries(entityMetrics(tags, tags).byLabel ?? {})).toHaveLength(2)
  })

  it('are null without words', () => {
    expect(entityMetrics([], [])).toMatchObject({ entityF1: null, tokenAccuracy: null })
    expect(wordClassMetrics([], [])).toEqual({ tokenAccuracy: null, macroF1: null })
  })

  it('count words with their class', () => {
    const metrics = wordClassMetrics([['NOUN', 'VERB'], ['NOUN']], [['NOUN', 'NOUN'], ['NOUN']])
    expect(metrics.tokenAccuracy).toBeCloseTo(2 / 3, 12)
    expect(metrics.byLabel?.NOUN).toEqual({ precision: 2 / 3, recall: 1, f1: 0.8, support: 2 })
    expect(metrics.macroF1).toBeCloseTo(0.4, 12)
  })

  it('refuse other lengths', () => {
    expect(() => tokenAccuracy([['O']], [])).toThrow('1 sentences, 0 predicted')
    expect(() => tokenAccuracy([['O']], [['O', 'O']])).toThrow(
      'sentence 0 has 1 words, 2 predicted',
    )
  })
})
