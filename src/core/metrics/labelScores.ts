import { sortLabels } from '../data/labels.ts'
import { classificationMetrics } from './classification.ts'
import type { Metrics } from './metrics.ts'
import { regressionMetrics } from './regression.ts'

/** All are numbers and some have a fraction: scores, not classes. */
export const areScores = (values: readonly string[]): boolean =>
  values.every(isNumber) && values.some((value) => !Number.isInteger(Number(value)))

export const isNumber = (value: string): boolean =>
  value.trim() !== '' && Number.isFinite(Number(value))

/**
 * Metrics of predicted labels beside the gold ones, in the same order.
 * @param labels label order; those that occur, sorted, when left out
 * @throws RangeError where a label is not among `labels`
 */
export const labelScores = (
  gold: readonly string[],
  predicted: readonly string[],
  options: {
    readonly labels?: readonly string[] | undefined
    readonly positiveLabel?: string | undefined
  } = {},
): Metrics => {
  const labels = options.labels ?? sortLabels(new Set([...gold, ...predicted]))
  const places = new Map(labels.map((label, index) => [label, index]))
  const indices = (values: readonly string[]) => values.map((label) => places.get(label) ?? -1)
  return classificationMetrics({
    gold: indices(gold),
    predicted: indices(predicted),
    labels,
    positiveLabel: options.positiveLabel,
  })
}

/** Metrics of predicted scores beside the gold ones. */
export const numberScores = (gold: readonly string[], predicted: readonly string[]): Metrics =>
  regressionMetrics(gold.map(Number), predicted.map(Number))
