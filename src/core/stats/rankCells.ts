import type { MetricName } from '../metrics/metrics.ts'
import type { Predictions } from '../runs/predictions.ts'
import type { RunRecord } from '../runs/records.ts'
import type { DisplayState } from '../runs/runState.ts'
import { mean } from './bootstrap.ts'
import { baselineOf, isFailedRun } from './failedRun.ts'

/** What is asked of a run; a `RunRecord` is one. */
export type RankedRun = Pick<RunRecord, 'id' | 'cell' | 'config' | 'metrics' | 'labels'> & {
  readonly state: DisplayState
}

export interface ScoredRun<Run> {
  readonly run: Run
  /** An undefined correlation counts as 0. */
  readonly score: number
  /** It learnt nothing (`isFailedRun`). */
  readonly failed: boolean
}

export interface RankedCell<Run> {
  readonly cell: string
  /** All of its runs, and those that are done; in the grid's order. */
  readonly runs: readonly Run[]
  readonly finished: readonly ScoredRun<Run>[]
  /** All that are done are failed runs. */
  readonly failed: boolean
  /** Of the selection metric, over the finished seeds. */
  readonly mean: number | null
}

export interface Ranking<Run> {
  readonly metric: MetricName
  /** The metric of a guess, where there is such a thing. */
  readonly baseline: number | null
  /** Best first; the first of them is the best cell. */
  readonly ranked: readonly RankedCell<Run>[]
  readonly failed: readonly RankedCell<Run>[]
  readonly unfinished: readonly RankedCell<Run>[]
}

/**
 * Cells by the mean over their finished seeds, best first, equal ones in the grid's order. Cells of
 * failed runs are set apart. The one ranking there is: whoever names a best cell asks here.
 *
 * @param runs of one sweep, comparable, in the grid's order
 * @param anyPredictions of a finished run, for what its metrics do not say of the baseline
 */
export const rankCells = <Run extends RankedRun>(
  runs: readonly Run[],
  anyPredictions: () => Predictions | undefined = () => undefined,
): Ranking<Run> => {
  const metric = runs[0]?.config.selectionMetric ?? 'accuracy'
  const first = runs.find(({ state }) => state === 'done')
  const baseline = first ? baselineOf(metric, first, anyPredictions) : null
  const byCell = new Map<string, Run[]>()
  for (const run of runs) {
    const own = byCell.get(run.cell)
    if (own) own.push(run)
    else byCell.set(run.cell, [run])
  }
  const cells = [...byCell].map(([cell, own]): RankedCell<Run> => {
    const finished = own.flatMap((run): ScoredRun<Run>[] =>
      run.state === 'done' ? [scored(run, metric, baseline)] : [],
    )
    return {
      cell,
      runs: own,
      finished,
      failed: finished.length > 0 && finished.every(({ failed }) => failed),
      mean: finished.length > 0 ? mean(finished.map(({ score }) => score)) : null,
    }
  })
  return {
    metric,
    baseline,
    ranked: byMean(cells.filter(({ finished, failed }) => finished.length > 0 && !failed)),
    failed: byMean(cells.filter(({ failed }) => failed)),
    unfinished: cells.filter(({ finished }) => finished.length === 0),
  }
}

/** The best cell; where all failed, the best of those, which is still what there is. */
export const leaderOf = <Run>({ ranked, failed }: Ranking<Run>): RankedCell<Run> | undefined =>
  ranked[0] ?? failed[0]

/** A cell's finished runs, best first; equal ones in the order of their seeds. */
export const bestFirst = <Run>({ finished }: RankedCell<Run>): Run[] =>
  [...finished].sort((a, b) => b.score - a.score).map(({ run }) => run)

const scored = <Run extends RankedRun>(
  run: Run,
  metric: MetricName,
  baseline: number | null,
): ScoredRun<Run> => {
  const { metrics = {} } = run
  return { run, score: metrics[metric] ?? 0, failed: isFailedRun(metric, metrics, baseline) }
}

const byMean = <Cell extends { readonly mean: number | null }>(cells: readonly Cell[]): Cell[] =>
  [...cells].sort((a, b) => (b.mean ?? 0) - (a.mean ?? 0))
