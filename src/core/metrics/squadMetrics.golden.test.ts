import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type AnswerScores, normalizeAnswer, squadMetrics } from './squadMetrics.ts'

interface Golden {
  readonly normalized: readonly { readonly text: string; readonly normal: string }[]
  readonly cases: readonly {
    readonly name: string
    readonly gold: Record<string, string[]>
    readonly predictions: Record<string, string>
    /** torchmetrics; null where questions have no answer, which 1.1 does not know. */
    readonly first: { readonly exactMatch: number; readonly f1: number } | null
    /** transformers, over the questions that have a prediction. */
    readonly second: {
      readonly metrics: { readonly exactMatch: number; readonly f1: number }
      readonly questions: number
      readonly answerable: AnswerScores | null
      readonly unanswerable: AnswerScores | null
    }
  }[]
}

const file = new URL('../../../test/fixtures/metrics/squad.json', import.meta.url)
const golden = JSON.parse(fs.readFileSync(file, 'utf8')) as Golden

// The references work in single precision, or in hundredths.
const expectClose = (actual: object | null, expected: object | null): void => {
  if (!expected || !actual) {
    expect(actual).toBe(expected)
    return
  }
  for (const [key, value] of Object.entries(expected)) {
    const got = (actual as Record<string, number>)[key]
    expect(Math.abs((got ?? Number.NaN) - (value as number)), key).toBeLessThan(1e-6)
  }
}

const score = (each: Golden['cases'][number], version: '1.1' | '2.0') =>
  squadMetrics(
    Object.entries(each.gold).map(([id, answers]) => ({ id, answers })),
    new Map(Object.entries(each.predictions)),
    version,
  )

describe('answers of SQuAD', () => {
  it.each(golden.normalized)('$text is normalised', ({ text, normal }) => {
    expect(normalizeAnswer(text)).toBe(normal)
  })

  it.each(golden.cases)('2.0: $name', (each) => {
    const scores = score(each, '2.0')
    expectClose(scores.metrics, each.second.metrics)
    expect(scores.questions).toBe(each.second.questions)
    expectClose(scores.answerable, each.second.answerable)
    expectClose(scores.unanswerable, each.second.unanswerable)
  })

  it.each(golden.cases.filter(({ first }) => first !== null))('1.1: $name', (each) => {
    const scores = score(each, '1.1')
    expectClose(scores.metrics, each.first)
    expect(scores.questions).toBe(Object.keys(each.gold).length)
    expect(scores.answerable).toBeNull()
  })
})

describe('what is missing', () => {
  const gold = [
    { id: 'a', answers: ['red'] },
    { id: 'b', answers: ['blue'] },
  ]
  const predictions = new Map([['a', 'red']])

  it('is wrong in 1.1 and left out in 2.0', () => {
    expect(squadMetrics(gold, predictions, '1.1')).toMatchObject({
      metrics: { exactMatch: 0.5, f1: 0.5 },
      missing: ['b'],
    })
    expect(squadMetrics(gold, predictions, '2.0')).toMatchObject({
      metrics: { exactMatch: 1, f1: 1 },
      missing: ['b'],
    })
  })

  it('leaves no value without questions', () => {
    expect(squadMetrics([], predictions, '2.0').metrics).toEqual({ exactMatch: null, f1: null })
  })
})
