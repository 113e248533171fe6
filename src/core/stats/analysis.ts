import type { MetricName } from '../metrics/metrics.ts'

/** Parameters of a run that a grid can vary. */
export const gridParameters = [
  'learningRate',
  'batchSize',
  'epochs',
  'maxLength',
  'weightDecay',
  'warmup',
  'dropout',
] as const
export type GridParameter = (typeof gridParameters)[number]

/**
 * A number with what it may vary by. `seeds`: standard deviation over the cell's seeds (n − 1);
 * `bootstrap`: standard error over the dev examples, of documents with questions.
 */
export interface Spread {
  readonly value: number
  readonly kind: 'seeds' | 'bootstrap'
}

/**
 * What stands of a cell against the best one (DESIGN §7). `best` is the one with the highest mean;
 * `worse`: the best is better than it, by more than chance; `withinNoise`: that cannot be said;
 * `failed`: all its runs are failed ones, no better than a guess; `unfinished`: nothing to rank yet.
 */
export type Verdict = 'best' | 'withinNoise' | 'worse' | 'failed' | 'unfinished'

/** How much less one thing scores than another, with its 95 % interval. */
export interface Difference {
  readonly mean: number
  readonly low: number
  readonly high: number
}

export interface CellAnalysis {
  readonly cell: string
  readonly parameters: Readonly<Record<GridParameter, number>>
  /** Ids of its runs, all of them; those that are done. */
  readonly runs: readonly string[]
  readonly finished: readonly string[]
  /** Of the finished: failed runs, which learnt nothing (`isFailedRun`). */
  readonly failedRuns: readonly string[]
  /** Mean of the selection metric over the finished seeds; an undefined correlation counts as 0. */
  readonly mean: number | null
  /** Null where it is not known: nothing finished, or one seed without predictions. */
  readonly spread: Spread | null
  readonly verdict: Verdict
  /**
   * The best cell's mean minus this one's, with its joint 95 % interval; null for the best, for
   * cells that are not ranked, and where there are no predictions to judge by.
   */
  readonly behind: Difference | null
}

/**
 * Marginal mean of each value of a parameter that varies, with its 95 % interval; the interval is
 * null where the cells are too few to tell their scatter.
 */
export interface ParameterEffect {
  readonly parameter: GridParameter
  /** Ascending. */
  readonly values: readonly EffectValue[]
}

export interface EffectValue {
  readonly value: number
  readonly mean: number
  readonly low: number | null
  readonly high: number | null
  readonly cells: number
}

/** A sweep's runs, judged: computed where the predictions are, shown everywhere. */
export interface SweepAnalysis {
  readonly metric: MetricName
  /** Ranked, best first; failed ones after those, unfinished ones last, in the grid's order. */
  readonly cells: readonly CellAnalysis[]
  readonly best: string | null
  /** Cells that cannot be told from the best. */
  readonly withinNoise: readonly string[]
  readonly effects: readonly ParameterEffect[]
  /** The chosen cell's score on the test data, where there is one; its choice was by dev all the same. */
  readonly testScore: number | null
  /** The selection metric of a guess (the majority class), where there is such a thing. */
  readonly baseline: number | null
  /** What the bootstrap resampled, and how many; null where there were no predictions to judge by. */
  readonly resampled: { readonly unit: 'example' | 'document'; readonly count: number } | null
}
