import { mean, variance } from './bootstrap.ts'

/** A run of a cell, measured on the examples and on the resamples of them. */
export interface MeasuredRun {
  readonly score: number
  readonly replicates: Float64Array // [resample]
  readonly failed: boolean
}

/** What the choice of seeds adds to the variance of cells' means. */
export interface SeedNoise {
  /** By cell, beyond what the choice of examples explains. */
  readonly variances: readonly number[]
  /** By cell: what it explains. */
  readonly explained: readonly number[]
  /** Degrees of freedom that they were estimated from; 0 with one seed each. */
  readonly df: number
}

/**
 * The variance over seeds, pooled over the cells, since a few seeds say little by themselves; less
 * what the choice of examples explains of it, which is measured on the same resamples (else it would
 * count twice). A cell with failed runs has its own where that is larger.
 * @param cells their runs
 */
export const seedNoise = (cells: readonly (readonly MeasuredRun[])[]): SeedNoise => {
  let squares = 0
  let explainedSquares = 0
  let df = 0
  for (const cell of cells) {
    const runs = cell.filter(({ failed }) => !failed)
    if (runs.length < 2) continue
    df += runs.length - 1
    squares += variance(runs.map(({ score }) => score)) * (runs.length - 1)
    explainedSquares += scatterOfReplicates(runs)
  }
  const pooled = df === 0 ? 0 : squares / df
  // Only as much of it as is sure: the pooled variance is off by a share of √(2 / df) itself.
  const explained = df === 0 ? 0 : (explainedSquares / df) * Math.max(0, 1 - Math.sqrt(2 / df))
  return {
    df,
    explained: cells.map((runs) => explained / runs.length),
    variances: cells.map((runs) => {
      const mixed = runs.some(({ failed }) => failed)
      const total = mixed ? Math.max(pooled, variance(runs.map(({ score }) => score))) : pooled
      return Math.max(0, total - explained) / runs.length
    }),
  }
}

/** Σ over runs of Var*(run − mean of the runs). */
const scatterOfReplicates = (runs: readonly MeasuredRun[]): number => {
  const resamples = runs[0]?.replicates.length ?? 0
  const scatter = new Float64Array(resamples)
  let sum = 0
  const centers = scatter.map((_, at) => mean(runs.map(({ replicates }) => replicates[at]!)))
  for (const { replicates } of runs) {
    sum += variance(scatter.map((_, at) => replicates[at]! - centers[at]!))
  }
  return sum
}
