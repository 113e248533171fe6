import type { Metrics } from './metrics.ts'

/**
 * Metrics of scores, equal to SciPy's `pearsonr` and `spearmanr`; `loss` is the mean squared error.
 * A correlation is null where it is undefined: fewer than two examples, or one side constant. All
 * are null without examples.
 */
export const regressionMetrics = (
  gold: readonly number[],
  predicted: readonly number[],
): Metrics => ({
  loss: meanSquaredError(gold, predicted),
  pearson: pearson(gold, predicted),
  spearman: spearman(gold, predicted),
})

const meanSquaredError = (gold: readonly number[], predicted: readonly number[]): number | null =>
  gold.length === 0
    ? null
    : gold.reduce((sum, value, at) => sum + (value - (predicted[at] ?? 0)) ** 2, 0) / gold.length

/** Pearson's correlation; null where it is undefined. */
export const pearson = (a: readonly number[], b: readonly number[]): number | null => {
  if (a.length < 2 || isConstant(a) || isConstant(b)) return null
  const meanA = a.reduce((sum, value) => sum + value, 0) / a.length
  const meanB = b.reduce((sum, value) => sum + value, 0) / b.length
  let both = 0
  let squaresA = 0
  let squaresB = 0
  for (const [at, value] of a.entries()) {
    const fromA = value - meanA
    const fromB = (b[at] ?? 0) - meanB
    both += fromA * fromB
    squaresA += fromA ** 2
    squaresB += fromB ** 2
  }
  const correlation = both / (Math.sqrt(squaresA) * Math.sqrt(squaresB))
  return Number.isFinite(correlation) ? Math.min(1, Math.max(-1, correlation)) : null
}

/** Spearman's rank correlation, ties sharing their average rank; null where it is undefined. */
export const spearman = (a: readonly number[], b: readonly number[]): number | null =>
  pearson(averageRanks(a), averageRanks(b))

/** Ranks from 1; equal values share the mean of theirs. */
export const averageRanks = (values: readonly number[]): number[] => {
  const order = values.map((_, index) => index)
  const at = (index: number | undefined) => values[index ?? 0] ?? 0
  order.sort((a, b) => at(a) - at(b))
  const ranks = new Array<number>(values.length).fill(0)
  for (let start = 0; start < order.length; ) {
    let end = start + 1
    while (end < order.length && at(order[end]) === at(order[start])) end++
    for (const index of order.slice(start, end)) ranks[index] = (start + 1 + end) / 2
    start = end
  }
  return ranks
}

const isConstant = (values: readonly number[]): boolean =>
  values.every((value) => value === values[0])
