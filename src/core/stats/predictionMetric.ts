import { labelKindOf } from '../data/labelKind.ts'
import { positiveLabelOf } from '../metrics/classification.ts'
import type { MetricName } from '../metrics/metrics.ts'
import { type SpanCounts, spanCounts } from '../metrics/spanF1.ts'
import { scoreQuestion } from '../metrics/squadMetrics.ts'
import type {
  AnswerPrediction,
  ClassPrediction,
  Predictions,
  ScorePrediction,
  TokenPrediction,
} from '../runs/predictions.ts'
import { f1Metric, macroF1Metric, mccMetric } from './resampledClasses.ts'
import { pearsonMetric, spearmanMetric } from './resampledCorrelation.ts'
import { type ResampledMetric, ratioMetric, shareMetric } from './resampledMetric.ts'
import { macroTagF1Metric, tagCounts } from './resampledTags.ts'

/** Label order of the run and the class that binary F1 speaks of. */
export interface LabelSettings {
  readonly labels: readonly string[]
  readonly positiveLabel?: string | undefined
}

/**
 * The metric of a run's predictions in a form that a bootstrap can compute quickly. Units are the
 * examples in order; with answers the documents, since questions about one text fare alike.
 * Undefined where these predictions have no such metric, or name labels that the run has not.
 */
export const predictionMetric = (
  metric: MetricName,
  predictions: Predictions,
  settings: LabelSettings,
): ResampledMetric | undefined => {
  switch (predictions.kind) {
    case 'classes':
      return ofClasses(metric, predictions.rows, settings)
    case 'scores':
      return ofScores(metric, predictions.rows)
    case 'tokens':
      return ofTokens(metric, predictions.rows, settings)
    case 'answers':
      return ofAnswers(metric, predictions.rows)
    default:
      return predictions satisfies never
  }
}

const ofClasses = (
  metric: MetricName,
  rows: readonly ClassPrediction[],
  { labels, positiveLabel }: LabelSettings,
): ResampledMetric | undefined => {
  const places = new Map(labels.map((label, index) => [label, index]))
  const gold = rows.map((row) => places.get(row.gold) ?? -1)
  const predicted = rows.map((row) => places.get(row.predicted) ?? -1)
  if (gold.includes(-1) || predicted.includes(-1)) return undefined
  const classes = { gold, predicted, labels: labels.length }
  switch (metric) {
    case 'accuracy':
    case 'microF1':
      return shareMetric(gold.map((label, at) => label === predicted[at]))
    case 'f1':
      if (labels.length !== 2) return undefined
      return f1Metric(classes, labels.indexOf(positiveLabelOf(labels, positiveLabel)))
    case 'macroF1':
      return macroF1Metric(classes)
    case 'mcc':
      return mccMetric(classes)
    default:
      return undefined
  }
}

const ofScores = (
  metric: MetricName,
  rows: readonly ScorePrediction[],
): ResampledMetric | undefined => {
  const gold = rows.map((row) => row.gold)
  const predicted = rows.map((row) => row.predicted)
  if (metric === 'pearson') return pearsonMetric(gold, predicted)
  if (metric === 'spearman') return spearmanMetric(gold, predicted)
  return undefined
}

const ofTokens = (
  metric: MetricName,
  rows: readonly TokenPrediction[],
  { labels }: LabelSettings,
): ResampledMetric | undefined => {
  switch (metric) {
    case 'tokenAccuracy': {
      const right = rows.map(
        (row) => row.gold.filter((tag, word) => tag === row.predicted[word]).length,
      )
      const words = rows.map((row) => row.gold.length)
      return ratioMetric(Float64Array.from(right), Float64Array.from(words))
    }
    case 'entityF1': {
      const spans = rows.map((row) => [...spanCounts([row.gold], [row.predicted]).values()])
      const sums = (count: (each: SpanCounts) => number) =>
        Float64Array.from(spans, (all) => all.reduce((sum, each) => sum + count(each), 0))
      return ratioMetric(
        sums(({ hits }) => 2 * hits),
        sums(({ gold, predicted }) => gold + predicted),
      )
    }
    case 'macroF1': {
      const count = labelKindOf(labels) === 'spans' ? spanCounts : tagCounts
      return macroTagF1Metric(rows.map((row) => count([row.gold], [row.predicted])))
    }
    default:
      return undefined
  }
}

const ofAnswers = (
  metric: MetricName,
  rows: readonly AnswerPrediction[],
): ResampledMetric | undefined => {
  if (metric !== 'f1' && metric !== 'exactMatch') return undefined
  const version = rows.some(({ gold }) => gold.length === 0) ? '2.0' : '1.1'
  const documents = new Map<number, number>()
  for (const { document } of rows) {
    if (!documents.has(document)) documents.set(document, documents.size)
  }
  const scores = new Float64Array(documents.size)
  const questions = new Float64Array(documents.size)
  for (const row of rows) {
    const unit = documents.get(row.document) ?? 0
    scores[unit]! += scoreQuestion(row.predicted, row.gold, version)[metric]
    questions[unit]!++
  }
  return ratioMetric(scores, questions)
}
