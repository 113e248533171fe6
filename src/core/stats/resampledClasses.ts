import type { ClassificationInput } from '../metrics/classification.ts'
import { eachOnce, type ResampledMetric, ratioMetric } from './resampledMetric.ts'

/** Predictions of a classifier, as places among `labels` classes. */
export type Classes = Pick<ClassificationInput, 'gold' | 'predicted'> & { readonly labels: number }

/** F1 of one class: 2 hits / (gold + predicted), so a ratio of sums. */
export const f1Metric = ({ gold, predicted }: Classes, positive: number): ResampledMetric => {
  const is = (label: number | undefined) => (label === positive ? 1 : 0)
  return ratioMetric(
    Float64Array.from(gold, (label, at) => 2 * is(label) * is(predicted[at])),
    Float64Array.from(gold, (label, at) => is(label) + is(predicted[at])),
  )
}

/** Mean F1 over the classes that occur in gold or predictions. */
export const macroF1Metric = (classes: Classes): ResampledMetric =>
  countedMetric(classes, ({ gold, predicted, right }) => {
    let occurring = 0
    let total = 0
    for (let label = 0; label < gold.length; label++) {
      const both = gold[label]! + predicted[label]!
      if (both === 0) continue
      occurring++
      total += (2 * right[label]!) / both
    }
    return total / Math.max(1, occurring)
  })

/** Matthews correlation of any number of classes (Gorodkin 2004); 0 where its denominator is 0. */
export const mccMetric = (classes: Classes): ResampledMetric =>
  countedMetric(classes, ({ gold, predicted, right }) => {
    let total = 0
    let hits = 0
    let both = 0
    let goldSquares = 0
    let predictedSquares = 0
    for (let label = 0; label < gold.length; label++) {
      total += gold[label]!
      hits += right[label]!
      both += gold[label]! * predicted[label]!
      goldSquares += gold[label]! ** 2
      predictedSquares += predicted[label]! ** 2
    }
    const spread = Math.sqrt((total ** 2 - goldSquares) * (total ** 2 - predictedSquares))
    return spread === 0 ? 0 : (hits * total - both) / spread
  })

/** By class: gold ones, predicted ones, right ones. */
interface ClassCounts {
  readonly gold: Float64Array
  readonly predicted: Float64Array
  readonly right: Float64Array
}

const countedMetric = (
  { gold, predicted, labels }: Classes,
  scoreOf: (counts: ClassCounts) => number,
): ResampledMetric => {
  const goldOf = Uint32Array.from(gold)
  const predictedOf = Uint32Array.from(predicted)
  const countClasses = (counts: Uint16Array): ClassCounts => {
    const sums = {
      gold: new Float64Array(labels),
      predicted: new Float64Array(labels),
      right: new Float64Array(labels),
    }
    for (let unit = 0; unit < counts.length; unit++) {
      addExample(sums, goldOf[unit]!, predictedOf[unit]!, counts[unit]!)
    }
    return sums
  }
  return {
    units: gold.length,
    score: (counts) => scoreOf(countClasses(counts)),
    influence: () => {
      const all = countClasses(eachOnce(gold.length))
      const before = scoreOf(all)
      const known = new Map<number, number>()
      return Float64Array.from(gold, (right, unit) => {
        const guess = predicted[unit]!
        const pair = right * labels + guess
        const change =
          known.get(pair) ?? gold.length * (withOneMore(all, right, guess, scoreOf) - before)
        known.set(pair, change)
        return change
      })
    },
  }
}

const addExample = (sums: ClassCounts, right: number, guess: number, count: number): void => {
  sums.gold[right]! += count
  sums.predicted[guess]! += count
  if (right === guess) sums.right[right]! += count
}

const withOneMore = (
  sums: ClassCounts,
  right: number,
  guess: number,
  scoreOf: (counts: ClassCounts) => number,
): number => {
  addExample(sums, right, guess, 1)
  const score = scoreOf(sums)
  addExample(sums, right, guess, -1)
  return score
}
