import { type Random, seededRandom } from '../random.ts'
import type { Difference } from './analysis.ts'
import { jointBootstrap, mean, standardDeviation, upperQuantile } from './bootstrap.ts'
import { eachOnce, type ResampledMetric } from './resampledMetric.ts'
import { type MeasuredRun, type SeedNoise, seedNoise } from './seedNoise.ts'
import { tLikeNormal } from './studentT.ts'

/** One finished run of a cell. */
export interface ComparedRun {
  readonly metric: ResampledMetric
  /** It learnt nothing, and so does not say by how much seeds usually differ. */
  readonly failed: boolean
}

export interface CellsCompared {
  /** By cell: mean of its runs' metric, and the bootstrap's standard error of that mean. */
  readonly means: readonly number[]
  readonly errors: readonly number[]
  readonly best: number
  /** By cell: how much it is behind the best; null for the best, and where nothing can be said. */
  readonly behind: readonly (Difference | null)[]
}

export interface BootstrapOptions {
  readonly resamples?: number
  readonly seed?: number
  /** Place of the best cell; the one with the highest mean where it is left out. */
  readonly best?: number
}

const defaultResamples = 1000
/**
 * Of all intervals together. One point more than the 95 % that they are called: what few examples
 * and few resamples leave inexact then stays within the claim (compareCells.simulation.test.ts).
 */
const level = 0.96

/**
 * Which cells can be told from the best, knowing that the best was picked from the same scores.
 *
 * For all pairs of cells i, j at once, the bootstrap's distribution of the largest
 * |Δ*ij − Δij| / sij gives a critical value q, and Δij ± q·sij are joint 95 % intervals: Tukey's and
 * Kramer's studentised range (Kramer 1956), with the bootstrap's joint distribution in place of
 * independent normals (Westfall and Young 1993, §2). Since they hold for every pair at once, they
 * hold for the pairs with whichever cell came out best.
 *
 * sij² = Var(Δij) + σi² + σj²: what the choice of examples adds (from the influence of each), and
 * with several seeds what these add (`seedNoise`). In each resample, seeds are drawn anew as normal
 * numbers of that variance, and the variance as what so few would give (χ²). Where only a few
 * examples tell two cells apart, sij is uncertain itself: q becomes the t that is as unlikely, df
 * from the kurtosis of the differences.
 *
 * @param cells at least one run each; metrics with the same units
 */
export const compareCells = (
  cells: readonly (readonly ComparedRun[])[],
  { resamples = defaultResamples, seed = 1, ...given }: BootstrapOptions = {},
): CellsCompared => {
  const random = seededRandom(seed, 'bootstrap')
  const metrics = cells.map((cell) => cell.map(({ metric }) => metric))
  const runs = measure(cells, jointBootstrap(metrics.flat(), resamples, random))
  const means = runs.map((cell) => mean(cell.map(({ score }) => score)))
  const best = given.best ?? means.indexOf(Math.max(...means))
  const seeds = seedNoise(runs)
  const shifts = runs.map((cell, at) => shiftsOf(cell, means[at]!))
  const influences = metrics.map(meanInfluence)
  const pairs = differenceVariances(influences)
  const critical = criticalValue(shifts, pairs, seeds, random)
  const behind = means.map((value, at): Difference | null => {
    if (at === best) return null
    const df = kurtosisDf(influences[best]!, influences[at]!)
    const squared = pairs[best]![at]! + seeds.variances[best]! + seeds.variances[at]!
    const margin = tLikeNormal(critical, df) * Math.sqrt(squared)
    if (!Number.isFinite(margin)) return null
    const difference = means[best]! - value
    return { mean: difference, low: difference - margin, high: difference + margin }
  })
  return { means, errors: shifts.map(standardDeviation), best, behind }
}

/** Gives each run its replicates, which are in the order of the runs. */
const measure = (
  cells: readonly (readonly ComparedRun[])[],
  replicates: readonly Float64Array[],
): MeasuredRun[][] => {
  let next = 0
  return cells.map((cell) =>
    cell.map(({ metric, failed }) => ({
      score: metric.score(eachOnce(metric.units)) ?? 0,
      replicates: replicates[next++]!,
      failed,
    })),
  )
}

/** How far the cell's mean is from itself in each resample. */
const shiftsOf = (runs: readonly MeasuredRun[], center: number): Float64Array => {
  const shifts = new Float64Array(runs[0]?.replicates.length ?? 0).fill(-center)
  for (const { replicates } of runs) {
    for (let at = 0; at < shifts.length; at++) shifts[at]! += replicates[at]! / runs.length
  }
  return shifts
}

/** What is left of a variance by cancellation alone, as a share of its parts. */
const rounding = 1e-12

/** Variances of the differences of means [cell][cell]: Σ (difference of influences)² / n (n − 1). */
const differenceVariances = (influences: readonly Float64Array[]): Float64Array[] => {
  const units = influences[0]?.length ?? 0
  const products = influences.map(() => new Float64Array(influences.length))
  for (const [i, a] of influences.entries()) {
    for (let j = 0; j <= i; j++) {
      const b = influences[j]!
      let sum = 0
      for (let unit = 0; unit < units; unit++) sum += a[unit]! * b[unit]!
      products[i]![j] = sum / units / Math.max(1, units - 1)
      products[j]![i] = products[i]![j]!
    }
  }
  return products.map((row, i) =>
    row.map((both, j) => {
      const sum = row[i]! + products[j]![j]!
      const difference = sum - 2 * both
      return difference > rounding * sum ? difference : 0
    }),
  )
}

/** What the largest studentised shift of a pair does not exceed in that share of the resamples. */
const criticalValue = (
  shifts: readonly Float64Array[],
  pairs: readonly Float64Array[],
  seeds: SeedNoise,
  random: Random,
): number => {
  const resamples = shifts[0]?.length ?? 0
  const largest = new Float64Array(resamples)
  const moved = new Float64Array(shifts.length)
  const variances = new Float64Array(shifts.length)
  for (let resample = 0; resample < resamples; resample++) {
    const scatter = seeds.df === 0 ? 1 : chiSquare(seeds.df, random) / seeds.df
    for (const [at, shift] of shifts.entries()) {
      const own = seeds.variances[at]!
      const share = seeds.explained[at]!
      moved[at] = shift[resample]! + (own > 0 ? Math.sqrt(own) * random.normal() : 0)
      variances[at] = own > 0 ? Math.max(0, (own + share) * scatter - share) : 0
    }
    largest[resample] = largestShift(moved, pairs, variances)
  }
  return upperQuantile(largest, level)
}

const largestShift = (
  moved: Float64Array,
  pairs: readonly Float64Array[],
  seeds: Float64Array,
): number => {
  let most = 0
  for (let i = 0; i < moved.length; i++) {
    const errors = pairs[i]!
    for (let j = 0; j < i; j++) {
      const squared = errors[j]! + seeds[i]! + seeds[j]!
      const shift = moved[i]! - moved[j]!
      if (shift * shift > most * squared && squared > 0) most = (shift * shift) / squared
    }
  }
  return Math.sqrt(most)
}

/** Sum of squares of so many standard normal numbers. */
const chiSquare = (df: number, random: Random): number => {
  let sum = 0
  for (let at = 0; at < df; at++) sum += random.normal() ** 2
  return sum
}

const meanInfluence = (metrics: readonly ResampledMetric[]): Float64Array => {
  const sum = new Float64Array(metrics[0]?.units ?? 0)
  for (const metric of metrics) {
    const own = metric.influence()
    for (let unit = 0; unit < sum.length; unit++) sum[unit]! += own[unit]! / metrics.length
  }
  return sum
}

/**
 * Degrees of freedom of the variance of a mean of differences: 2 / (its relative variance), which is
 * Σd⁴ / (Σd²)² − 1 / n; at most n − 1. About twice the examples that tell the two apart.
 */
const kurtosisDf = (a: Float64Array, b: Float64Array): number => {
  let squares = 0
  let fourth = 0
  for (let unit = 0; unit < a.length; unit++) {
    const square = (a[unit]! - b[unit]!) ** 2
    squares += square
    fourth += square * square
  }
  const relative = fourth / (squares * squares) - 1 / a.length
  // Also where all differences are 0 and this is no number.
  return relative > 2 / a.length ? 2 / relative : a.length - 1
}
