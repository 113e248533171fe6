import type { Random } from '../random.ts'
import type { ResampledMetric } from './resampledMetric.ts'

/** Draws as many units as there are, with replacement. @returns how often each was drawn [units] */
export const drawCounts = (units: number, random: Random): Uint16Array => {
  const counts = new Uint16Array(units)
  for (let draw = 0; draw < units; draw++) counts[Math.floor(random.uniform() * units)]!++
  return counts
}

/**
 * The bootstrap (Efron 1979) of several metrics on the same examples: each resample is one for all
 * of them, so that what they have in common stays in common. An undefined value counts as 0: a
 * constant prediction correlates with nothing.
 * @param metrics all with the same units
 * @returns [metric][resample]
 */
export const jointBootstrap = (
  metrics: readonly ResampledMetric[],
  resamples: number,
  random: Random,
): Float64Array[] => {
  const units = metrics[0]?.units ?? 0
  const replicates = metrics.map(() => new Float64Array(resamples))
  for (let resample = 0; resample < resamples; resample++) {
    const counts = drawCounts(units, random)
    for (const [at, metric] of metrics.entries()) {
      replicates[at]![resample] = metric.score(counts) ?? 0
    }
  }
  return replicates
}

/** Standard deviation, n − 1; 0 of fewer than two. */
export const standardDeviation = (values: ArrayLike<number>): number => Math.sqrt(variance(values))

export const variance = (values: ArrayLike<number>): number => {
  const center = mean(values)
  let squares = 0
  for (let at = 0; at < values.length; at++) squares += (values[at]! - center) ** 2
  return values.length < 2 ? 0 : squares / (values.length - 1)
}

export const mean = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at]!
  return values.length === 0 ? 0 : sum / values.length
}

/** The smallest value that the share `level` of exchangeable draws does not exceed. */
export const upperQuantile = (values: Float64Array, level: number): number => {
  const sorted = values.slice().sort()
  // Rank (n + 1) · level keeps its level also with few draws.
  const rank = Math.ceil(level * (sorted.length + 1)) - 1
  return sorted[Math.min(sorted.length - 1, rank)] ?? Number.POSITIVE_INFINITY
}
