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

/** A number with what it may vary by. `seeds`: deviation over seeds; `bootstrap`: over the examples. */
export interface Spread {
  readonly value: number
  readonly kind: 'seeds' | 'bootstrap'
}

/**
 * What stands of a cell against the best one (DESIGN §7). `best` is the one with the highest mean;
 * `worse`: the best is better than it, by more than chance; `withinNoise`: that cannot be said;
 * `failed`: a failed run, no better than a guess; `unfinished`: nothing to rank yet.
 */
export type Verdict = 'best' | 'withinNoise' | 'worse' | 'failed' | 'unfinished'

export interface CellAnalysis {
  readonly cell: string
  readonly parameters: Readonly<Record<GridParameter, number>>
  /** Ids of its runs, all of them; those that are done. */
  readonly runs: readonly string[]
  readonly finished: readonly string[]
  /** Mean of the selection metric over the finished seeds. */
  readonly mean: number | null
  readonly spread: Spread | null
  readonly verdict: Verdict
  /** The best cell's mean minus this one's, with its joint 95 % interval; null for the best. */
  readonly behind: { readonly mean: number; readonly low: number; readonly high: number } | null
}

/** Marginal mean of each value of a parameter that varies, with its 95 % interval. */
export interface ParameterEffect {
  readonly parameter: GridParameter
  readonly values: readonly {
    readonly value: number
    readonly mean: number
    readonly low: number
    readonly high: number
    readonly cells: number
  }[]
}

/** A sweep's runs, judged: computed where the predictions are, shown everywhere. */
export interface SweepAnalysis {
  readonly metric: MetricName
  /** Ranked, best first; unfinished ones last. */
  readonly cells: readonly CellAnalysis[]
  readonly best: string | null
  /** Cells that cannot be told from the best. */
  readonly withinNoise: readonly string[]
  readonly effects: readonly ParameterEffect[]
  /** The best of many dev scores is an optimistic number; on `test` it was scored once. */
  readonly chosenOn: 'dev' | 'test'
  /** The chosen cell's score on the test data, where there is one. */
  readonly testScore: number | null
  /** The selection metric of a guess (the majority class), where there is such a thing. */
  readonly baseline: number | null
}
