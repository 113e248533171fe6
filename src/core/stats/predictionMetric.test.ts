import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classificationMetrics } from '../metrics/classification.ts'
import type { MetricName } from '../metrics/metrics.ts'
import { regressionMetrics } from '../metrics/regression.ts'
import { entityMetrics, wordClassMetrics } from '../metrics/spanF1.ts'
import { squadMetrics } from '../metrics/squadMetrics.ts'
import { seededRandom } from '../random.ts'
import type { Predictions } from '../runs/predictions.ts'
import { drawCounts, jointBootstrap, standardDeviation } from './bootstrap.ts'
import { predictionMetric } from './predictionMetric.ts'
import { eachOnce } from './resampledMetric.ts'

/** The examples of a resample themselves, each as often as it was drawn. */
const repeated = <T>(items: readonly T[], counts: Uint16Array): T[] =>
  items.flatMap((item, at) => new Array<T>(counts[at] ?? 0).fill(item))

const expectSame = (actual: number | null, expected: number | null | undefined): void => {
  if (typeof actual !== 'number' || typeof expected !== 'number') expect(actual).toBe(expected)
  else expect(Math.abs(actual - expected)).toBeLessThan(1e-9)
}

const place = (index: number) => ({ index, line: index + 1 })

const someCounts = (units: number) =>
  fc
    .array(fc.nat({ max: 3 }), { minLength: units, maxLength: units })
    .filter((counts) => counts.some((count) => count > 0))
    .map((counts) => Uint16Array.from(counts))

describe('predictionMetric equals the metric of the resampled examples', () => {
  it('of classes', () => {
    const labelSets = [
      ['no', 'yes'],
      ['a', 'b', 'c', 'd'],
    ]
    const property = fc
      .tuple(fc.constantFrom(...labelSets), fc.integer({ min: 1, max: 25 }))
      .chain(([labels, units]) => {
        const label = fc.array(fc.constantFrom(...labels), { minLength: units, maxLength: units })
        return fc.tuple(fc.constant(labels), label, label, someCounts(units))
      })
    fc.assert(
      fc.property(property, ([labels, gold, predicted, counts]) => {
        const rows = gold.map((right, at) => ({
          ...{ ...place(at), gold: right, predicted: predicted[at]!, probabilities: [] },
        }))
        const again = repeated(rows, counts)
        const expected = classificationMetrics({
          gold: again.map((row) => labels.indexOf(row.gold)),
          predicted: again.map((row) => labels.indexOf(row.predicted)),
          labels,
        })
        const names: MetricName[] = ['accuracy', 'macroF1', 'mcc']
        if (labels.length === 2) names.push('f1')
        for (const name of names) {
          const metric = predictionMetric(name, { kind: 'classes', rows }, { labels })
          expectSame(metric!.score(counts), expected[name])
        }
      }),
    )
  })

  it('of scores, with ties and constants', () => {
    const property = fc.integer({ min: 1, max: 20 }).chain((units) => {
      const score = fc.constantFrom(0, 0.5, 1, 2.25, 1000, -3)
      const scores = fc.array(score, { minLength: units, maxLength: units })
      return fc.tuple(scores, scores, someCounts(units))
    })
    fc.assert(
      fc.property(property, ([gold, predicted, counts]) => {
        const rows = gold.map((right, at) => ({
          ...{ ...place(at), gold: right, predicted: predicted[at]! },
        }))
        const again = repeated(rows, counts)
        const expected = regressionMetrics(
          again.map((row) => row.gold),
          again.map((row) => row.predicted),
        )
        for (const name of ['pearson', 'spearman'] as const) {
          const metric = predictionMetric(name, { kind: 'scores', rows }, { labels: [] })
          expectSame(metric!.score(counts), expected[name])
        }
      }),
    )
  })

  it('of tags', () => {
    const tag = fc.constantFrom('O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC')
    const sentence = fc.integer({ min: 1, max: 6 }).chain((length) => {
      const tags = fc.array(tag, { minLength: length, maxLength: length })
      return fc.record({ gold: tags, predicted: tags })
    })
    const property = fc
      .array(sentence, { minLength: 1, maxLength: 8 })
      .chain((sentences) => fc.tuple(fc.constant(sentences), someCounts(sentences.length)))
    fc.assert(
      fc.property(property, ([sentences, counts]) => {
        const rows = sentences.map(({ gold, predicted }, at) => ({
          ...{ ...place(at), words: gold.map(() => 'w'), gold, predicted, probabilities: [] },
        }))
        const again = repeated(rows, counts)
        const [right, guessed] = [again.map((row) => row.gold), again.map((row) => row.predicted)]
        const expected = entityMetrics(right, guessed)
        const predictions: Predictions = { kind: 'tokens', rows }
        for (const name of ['entityF1', 'tokenAccuracy', 'macroF1'] as const) {
          const metric = predictionMetric(name, predictions, { labels: ['O', 'B-PER', 'I-PER'] })
          expectSame(metric!.score(counts), expected[name])
        }
        // The same tags taken for classes.
        const macro = predictionMetric('macroF1', predictions, { labels: ['NOUN', 'VERB'] })
        expectSame(macro!.score(counts), wordClassMetrics(right, guessed).macroF1)
      }),
    )
  })

  it('of answers, by document', () => {
    const answer = fc.constantFrom('', 'the cat', 'a cat', 'cat sat', 'dog')
    const question = fc.record({
      document: fc.nat({ max: 3 }),
      gold: fc.array(fc.constantFrom('cat', 'the cat sat', 'dogs'), { maxLength: 2 }),
      predicted: answer,
    })
    fc.assert(
      fc.property(fc.array(question, { minLength: 1, maxLength: 12 }), fc.nat(), (all, seed) => {
        const rows = all.map((each, at) => ({
          ...{ ...place(at), ...each, id: String(at), question: '?' },
          ...{ start: 0, probability: 1, noAnswerScore: 0, nbest: [] },
        }))
        const predictions: Predictions = { kind: 'answers', rows }
        const documents = [...new Set(rows.map(({ document }) => document))]
        const counts = drawCounts(documents.length, seededRandom(seed, 'documents'))
        const again = rows.flatMap((row) =>
          new Array(counts[documents.indexOf(row.document)] ?? 0).fill(row),
        )
        const version = rows.some(({ gold }) => gold.length === 0) ? '2.0' : '1.1'
        const expected = squadMetrics(
          again.map(({ gold }, at) => ({ id: String(at), answers: gold })),
          new Map(again.map(({ predicted }, at) => [String(at), predicted])),
          version,
        )
        for (const name of ['f1', 'exactMatch'] as const) {
          const metric = predictionMetric(name, predictions, { labels: [] })
          expect(metric!.units).toBe(documents.length)
          expectSame(metric!.score(counts), expected.metrics[name])
        }
      }),
    )
  })

  it('has none where the predictions have no such metric, or labels that are not the run’s', () => {
    const row = { ...place(0), gold: 'a', predicted: 'z', probabilities: [] }
    const classes: Predictions = { kind: 'classes', rows: [row] }
    expect(predictionMetric('accuracy', classes, { labels: ['a', 'b'] })).toBeUndefined()
    expect(predictionMetric('spearman', classes, { labels: ['a', 'z'] })).toBeUndefined()
    expect(predictionMetric('f1', classes, { labels: ['a', 'y', 'z'] })).toBeUndefined()
  })
})

describe('the influence of each example', () => {
  const units = 400
  const random = seededRandom(3, 'influence')
  const gold = Array.from({ length: units }, () => Math.floor(random.uniform() ** 2 * 3))
  const wrong = () => random.uniform() < 0.25
  const predicted = gold.map((label) => (wrong() ? Math.floor(random.uniform() * 3) : label))
  const labels = ['0', '1', '2']
  const classes = {
    kind: 'classes' as const,
    rows: gold.map((label, at) => ({
      ...{ ...place(at), gold: String(label), predicted: String(predicted[at]) },
      probabilities: [],
    })),
  }
  const scores = {
    kind: 'scores' as const,
    rows: gold.map((label, at) => {
      const score = label + random.normal()
      return { ...place(at), gold: score, predicted: score + 0.7 * random.normal() }
    }),
  }

  // Three words a sentence, of which each may begin a span.
  const tags = {
    kind: 'tokens' as const,
    rows: Array.from({ length: units }, (_, at) => {
      const tag = () => ['O', 'B-PER', 'B-LOC'][Math.floor(random.uniform() * 3)]!
      const right = [tag(), tag(), tag()]
      return {
        ...{ ...place(at), words: ['w', 'w', 'w'], gold: right, probabilities: [] },
        predicted: right.map((each) => (wrong() ? tag() : each)),
      }
    }),
  }

  it.each([
    ['accuracy', classes],
    ['macroF1', classes],
    ['macroF1', tags],
    ['mcc', classes],
    ['pearson', scores],
    ['spearman', scores],
  ] as const)('gives the standard error of %s that the bootstrap finds', (name, predictions) => {
    const own = predictions.kind === 'tokens' ? ['O', 'B-PER', 'B-LOC'] : labels
    const metric = predictionMetric(name, predictions, { labels: own })!
    const influence = metric.influence()
    const error = Math.sqrt(influence.reduce((sum, value) => sum + value ** 2, 0)) / units
    const [replicates] = jointBootstrap([metric], 1000, seededRandom(1, name))
    // A standard deviation of 1,000 draws is known to 2 %; ranks' own influence is left out.
    const tolerance = name === 'spearman' ? 0.2 : 0.08
    expect(Math.abs(error / standardDeviation(replicates!) - 1)).toBeLessThan(tolerance)
    const center = influence.reduce((sum, value) => sum + value, 0) / units
    expect(Math.abs(center)).toBeLessThan(0.01 * standardDeviation(influence))
    expect(metric.score(eachOnce(units))).not.toBeNull()
  })
})
