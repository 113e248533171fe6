import type { Metrics } from './metrics.ts'

export interface ClassificationInput {
  /** Classes as places in `labels`; parallel arrays. */
  readonly gold: readonly number[]
  readonly predicted: readonly number[]
  /** Each example's probabilities over `labels`; needed for `ece`. */
  readonly probabilities?: readonly ArrayLike<number>[]
  readonly labels: readonly string[]
  /** The class that binary f1, precision and recall speak of; see `positiveLabelOf`. */
  readonly positiveLabel?: string | undefined
}

/**
 * Metrics of a classifier, equal to scikit-learn's with `zero_division=0`:
 * - `accuracy`; `microF1` (equal to it where every example has one class)
 * - `f1`, `precision`, `recall` with two labels: those of the positive label; with more, `precision`
 *   and `recall` are macro averages and `f1` is left out
 * - `macroF1`: mean F1 over the classes that occur in gold or predicted (scikit-learn's default)
 * - `mcc`: Matthews correlation, multi-class form (Gorodkin 2004); 0 where its denominator is 0
 * - `ece`: expected calibration error, 15 bins of equal width (Guo 2017), of the predicted class
 *
 * No examples: every metric is null.
 */
export const classificationMetrics = (input: ClassificationInput): Metrics => {
  const { gold, labels } = input
  if (gold.length === 0) return emptyMetrics(labels.length === 2)
  const confusion = confusionMatrix(input)
  const classes = labels.map((_, index) => classScores(confusion, index))
  const occurring = classes.filter(({ support, predicted }) => support + predicted > 0)
  const accuracy = sum(confusion.map((row, index) => row[index] ?? 0)) / gold.length
  const binary = labels.length === 2
  const positive = classes[labels.indexOf(positiveLabelOf(labels, input.positiveLabel))]
  return {
    accuracy,
    ...(binary && positive
      ? { f1: positive.f1, precision: positive.precision, recall: positive.recall }
      : {
          precision: mean(occurring.map(({ precision }) => precision)),
          recall: mean(occurring.map(({ recall }) => recall)),
        }),
    macroF1: mean(occurring.map(({ f1 }) => f1)),
    microF1: accuracy,
    mcc: matthews(confusion),
    ...(input.probabilities ? { ece: calibrationError(input, ownProbabilities(input)) } : {}),
    byLabel: Object.fromEntries(
      classes.map(({ precision, recall, f1, support }, index) => [
        labels[index] ?? String(index),
        { precision, recall, f1, support },
      ]),
    ),
  }
}

const emptyMetrics = (binary: boolean): Metrics => ({
  accuracy: null,
  ...(binary ? { f1: null } : {}),
  precision: null,
  recall: null,
  macroF1: null,
  microF1: null,
  mcc: null,
})

/** Counts, [gold][predicted]. */
export const confusionMatrix = ({
  gold,
  predicted,
  labels,
}: Pick<ClassificationInput, 'gold' | 'predicted' | 'labels'>): number[][] => {
  const counts = labels.map(() => labels.map(() => 0))
  for (const [at, row] of gold.entries()) {
    const column = predicted[at] ?? -1
    const cells = counts[row]
    if (cells?.[column] === undefined) {
      throw new RangeError(
        `example ${at}: class ${row} or ${column} is not one of ${labels.length}`,
      )
    }
    cells[column]++
  }
  return counts
}

const positiveNames = ['1', 'true', 'yes', 'y', 'positive', 'pos']

/**
 * The positive label: as given, else the one named 1, true, yes, y, positive or pos (any case),
 * else the last in label order.
 */
export const positiveLabelOf = (labels: readonly string[], given?: string): string => {
  if (given !== undefined && labels.includes(given)) return given
  const named = positiveNames
    .map((name) => labels.find((label) => label.toLowerCase() === name))
    .find((label) => label !== undefined)
  return named ?? labels.at(-1) ?? ''
}

const classScores = (confusion: readonly number[][], index: number) => {
  const hits = confusion[index]?.[index] ?? 0
  const support = sum(confusion[index] ?? [])
  const predicted = sum(confusion.map((row) => row[index] ?? 0))
  return {
    support,
    predicted,
    precision: ratio(hits, predicted),
    recall: ratio(hits, support),
    f1: ratio(2 * hits, support + predicted),
  }
}

const matthews = (confusion: readonly number[][]): number => {
  const total = sum(confusion.map(sum))
  const gold = confusion.map(sum)
  const predicted = confusion.map((_, index) => sum(confusion.map((row) => row[index] ?? 0)))
  const hits = sum(confusion.map((row, index) => row[index] ?? 0))
  const both = sum(gold.map((count, index) => count * (predicted[index] ?? 0)))
  const goldSpread = total ** 2 - sum(gold.map((count) => count ** 2))
  const predictedSpread = total ** 2 - sum(predicted.map((count) => count ** 2))
  return ratio(hits * total - both, Math.sqrt(goldSpread * predictedSpread))
}

const ownProbabilities = ({ predicted, probabilities = [] }: ClassificationInput): number[] =>
  predicted.map((guess, at) => probabilities[at]?.[guess] ?? 0)

const calibrationBins = 15

/** @param confidences of each example, the probability of its predicted class */
export const calibrationError = (
  {
    gold,
    predicted,
  }: { readonly gold: readonly unknown[]; readonly predicted: readonly unknown[] },
  confidences: readonly number[],
): number => {
  const bins = Array.from({ length: calibrationBins }, () => ({ confidence: 0, hits: 0 }))
  for (const [at, guess] of predicted.entries()) {
    const confidence = confidences[at] ?? 0
    // Bins are open below and closed above.
    const bin = bins[Math.max(0, Math.ceil(confidence * calibrationBins) - 1)] ?? bins.at(-1)
    if (!bin) continue
    bin.confidence += confidence
    if (guess === gold[at]) bin.hits++
  }
  return sum(bins.map(({ confidence, hits }) => Math.abs(confidence - hits))) / gold.length
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
const mean = (numbers: readonly number[]): number => sum(numbers) / Math.max(1, numbers.length)
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)
