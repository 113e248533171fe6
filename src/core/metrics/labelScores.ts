import { sortLabels } from '../data/labels.ts'
import { calibrationError, classificationMetrics, confusionMatrix } from './classification.ts'
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
 * @param confidences the probability of each predicted label; needed for `ece`
 * @throws RangeError where a label is not among `labels`
 */
export const labelScores = (
  gold: readonly string[],
  predicted: readonly string[],
  options: {
    readonly labels?: readonly string[] | undefined
    readonly positiveLabel?: string | undefined
    readonly confidences?: readonly number[] | undefined
  } = {},
): Metrics => {
  const { positiveLabel, confidences } = options
  const metrics = classificationMetrics({
    ...numbered(gold, predicted, options.labels),
    positiveLabel,
  })
  return confidences && gold.length > 0
    ? { ...metrics, ece: calibrationError({ gold, predicted }, confidences) }
    : metrics
}

/** How often each gold label was predicted as which: `counts[gold][predicted]`, in label order. */
export interface Confusion {
  readonly labels: readonly string[]
  readonly counts: readonly (readonly number[])[]
}

const mostConfused = 100

/** @param labels as in `labelScores` @returns undefined of more labels than anyone looks at (100) */
export const labelConfusion = (
  gold: readonly string[],
  predicted: readonly string[],
  labels?: readonly string[] | undefined,
): Confusion | undefined => {
  const input = numbered(gold, predicted, labels)
  return input.labels.length > mostConfused
    ? undefined
    : { labels: input.labels, counts: confusionMatrix(input) }
}

/** Labels as their places in the label order. */
const numbered = (
  gold: readonly string[],
  predicted: readonly string[],
  order: readonly string[] | undefined,
) => {
  const labels = order ?? sortLabels(new Set([...gold, ...predicted]))
  const places = new Map(labels.map((label, index) => [label, index]))
  const indices = (values: readonly string[]) => values.map((label) => places.get(label) ?? -1)
  return { gold: indices(gold), predicted: indices(predicted), labels }
}

/** Metrics of predicted scores beside the gold ones. */
export const numberScores = (gold: readonly string[], predicted: readonly string[]): Metrics =>
  regressionMetrics(gold.map(Number), predicted.map(Number))
