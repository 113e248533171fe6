import type { MetricName } from '../metrics/metrics.ts'
import type { Predictions } from '../runs/predictions.ts'
import { type BootstrapOptions, compareCells } from './compareCells.ts'
import { rightOnes, sameExamples } from './disagreements.ts'
import { type LabelSettings, predictionMetric } from './predictionMetric.ts'
import { incompleteBeta } from './studentT.ts'

/** Two runs on the same dev examples, the first held against the second. */
export interface PairedTest {
  /** First minus second of the metric, with its 95 % interval. */
  readonly difference: { readonly mean: number; readonly low: number; readonly high: number }
  /** What the first is. `withinNoise` where the interval holds 0. */
  readonly verdict: 'better' | 'worse' | 'withinNoise'
  /** Examples that only the first, or only the second, has right; null with scores. */
  readonly onlyFirst: number | null
  readonly onlySecond: number | null
  /** McNemar's exact test of these two counts; null with scores. */
  readonly p: number | null
}

/**
 * Paired bootstrap of the difference of two runs, resampled together (`compareCells` with two
 * cells). It knows nothing of how the two were picked: of the best and worst of many it says too
 * much; `analyseSweep` judges those. Undefined where the runs saw other examples, or too few.
 */
export const pairedTest = (
  metric: MetricName,
  first: Predictions,
  second: Predictions,
  options: LabelSettings & BootstrapOptions,
): PairedTest | undefined => {
  if (!sameExamples(first, second)) return undefined
  const metrics = [first, second].map((each) => predictionMetric(metric, each, options))
  const [a, b] = metrics
  if (!a || !b) return undefined
  const { best, behind } = compareCells(
    [[{ metric: a, failed: false }], [{ metric: b, failed: false }]],
    options,
  )
  const gap = behind[1 - best]
  if (!gap) return undefined
  const difference = best === 0 ? gap : { mean: -gap.mean, low: -gap.high, high: -gap.low }
  const verdict = difference.low > 0 ? 'better' : difference.high < 0 ? 'worse' : 'withinNoise'
  const counts = discordant(first, second)
  const p = counts ? mcnemarP(counts.onlyFirst, counts.onlySecond) : null
  return {
    difference,
    verdict,
    onlyFirst: counts?.onlyFirst ?? null,
    onlySecond: counts?.onlySecond ?? null,
    p,
  }
}

const discordant = (first: Predictions, second: Predictions) => {
  const a = rightOnes(first)
  const b = rightOnes(second)
  if (!a || !b) return undefined
  return {
    onlyFirst: a.filter((right, at) => right && !b[at]).length,
    onlySecond: b.filter((right, at) => right && !a[at]).length,
  }
}

/**
 * McNemar's exact test: the two-sided binomial probability of so uneven a split of the examples
 * that only one of the two has right. Equal to statsmodels' `mcnemar(exact=True)`.
 */
export const mcnemarP = (onlyFirst: number, onlySecond: number): number => {
  const total = onlyFirst + onlySecond
  const fewer = Math.min(onlyFirst, onlySecond)
  if (fewer * 2 === total) return 1
  // P(X ≤ k) of the binomial is an incomplete beta function.
  return Math.min(1, 2 * incompleteBeta(0.5, total - fewer, fewer + 1))
}
