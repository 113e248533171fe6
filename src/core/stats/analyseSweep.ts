import type { RunConfig } from '../experiment/config.ts'
import type { Predictions } from '../runs/predictions.ts'
import type { RunRecord, SweepRecord } from '../runs/records.ts'
import {
  type CellAnalysis,
  type GridParameter,
  gridParameters,
  type Spread,
  type SweepAnalysis,
  type Verdict,
} from './analysis.ts'
import { standardDeviation } from './bootstrap.ts'
import { type BootstrapOptions, type CellsCompared, compareCells } from './compareCells.ts'
import { sameExamples } from './disagreements.ts'
import { parameterEffects } from './effects.ts'
import { predictionMetric } from './predictionMetric.ts'
import { leaderOf, type RankedCell, type RankedRun, rankCells } from './rankCells.ts'
import type { ResampledMetric } from './resampledMetric.ts'

/** What is asked of a run; a `RunRecord` is one. */
export type AnalysedRun = RankedRun & Pick<RunRecord, 'seed'>

export interface AnalysisOptions extends Omit<BootstrapOptions, 'best'> {
  /** A run that was scored on the test data. It counts where it is of the best cell. */
  readonly test?: Pick<NonNullable<SweepRecord['test']>, 'run' | 'metrics'> | undefined
}

/**
 * Judges a sweep as DESIGN §7 defines it: cells ranked by the mean over their finished seeds, what
 * can be told from the best, which runs failed, what each hyperparameter does.
 *
 * Only runs that are done count: one that was stopped, early or by hand, has had less training than
 * its cell says. Where a run's predictions are missing or are of other examples, its cell is ranked,
 * but not judged: it is within noise, with no `behind`.
 *
 * @param runs of one sweep, all on the same data; in the grid's order
 * @param predictionsOf a run's dev predictions, where there are any
 */
export const analyseSweep = (
  runs: readonly AnalysedRun[],
  predictionsOf: (run: string) => Predictions | undefined,
  options: AnalysisOptions = {},
): SweepAnalysis => {
  const done = runs.filter(({ state }) => state === 'done')
  const predictions = new Map(done.map(({ id }) => [id, predictionsOf(id)]))
  const reference = done.map(({ id }) => predictions.get(id)).find((each) => each !== undefined)
  const ranking = rankCells(runs, () => reference)
  const { metric, baseline } = ranking
  const metricOf = (run: AnalysedRun): ResampledMetric | undefined => {
    const own = predictions.get(run.id)
    if (!own || !reference || !sameExamples(own, reference)) return undefined
    const { labels, config } = run
    return predictionMetric(metric, own, { labels, positiveLabel: config.data.positiveLabel })
  }
  const withMetrics = (cell: RankedCell<AnalysedRun>): JudgedCell => ({
    ...cell,
    metrics: cell.finished.map(({ run }) => metricOf(run)),
  })
  const [ranked, failed, unfinished] = [ranking.ranked, ranking.failed, ranking.unfinished].map(
    (cells) => cells.map(withMetrics),
  ) as [JudgedCell[], JudgedCell[], JudgedCell[]]
  const judged = ranked.filter(hasPredictions)
  const [best] = ranked
  // The best must be among the judged: others cannot be held against it.
  const place = best ? judged.indexOf(best) : -1
  const compared = place < 0 ? undefined : compare(judged, { ...options, best: place })

  const analyses = [...ranked, ...failed, ...unfinished].map((cell): CellAnalysis => {
    const at = judged.indexOf(cell)
    const behind = (at >= 0 && compared?.behind[at]) || null
    const error = compared?.errors[at] ?? ownError(cell, options)
    return describeCell(cell, {
      verdict: verdictOf(cell, cell === best, behind?.low ?? 0),
      spread: spreadOf(cell, error),
      behind,
    })
  })
  const unit = reference?.kind === 'answers' ? 'document' : 'example'
  const count = judged[0]?.metrics[0]?.units ?? 0
  const { test } = options
  const isScored = leaderOf(ranking)?.runs.some(({ id }) => id === test?.run)
  const testScore = isScored ? test?.metrics[metric] : null
  return {
    metric,
    cells: analyses,
    best: best?.cell ?? null,
    withinNoise: analyses
      .filter(({ verdict }) => verdict === 'withinNoise')
      .map(({ cell }) => cell),
    effects: parameterEffects(
      ranked.map((cell) => ({ parameters: parametersOf(cell.runs), mean: cell.mean ?? 0 })),
    ),
    testScore: testScore ?? null,
    baseline,
    resampled: compared ? { unit, count } : null,
  }
}

interface JudgedCell extends RankedCell<AnalysedRun> {
  /** Of each finished run, where its predictions are of the same examples as the others'. */
  readonly metrics: readonly (ResampledMetric | undefined)[]
}

const hasPredictions = (cell: JudgedCell): boolean =>
  cell.metrics.every((metric) => metric !== undefined)

const compare = (cells: readonly JudgedCell[], options: BootstrapOptions): CellsCompared =>
  compareCells(
    cells.map(({ finished, metrics }) =>
      finished.flatMap(({ failed }, at) => {
        const metric = metrics[at]
        return metric ? [{ metric, failed }] : []
      }),
    ),
    options,
  )

/** The standard error of a cell that was not compared with others. */
const ownError = (cell: JudgedCell, options: AnalysisOptions): number | undefined =>
  cell.finished.length === 1 && hasPredictions(cell)
    ? compare([cell], options).errors[0]
    : undefined

const spreadOf = ({ finished }: JudgedCell, error: number | undefined): Spread | null => {
  if (finished.length > 1) {
    return { value: standardDeviation(finished.map(({ score }) => score)), kind: 'seeds' }
  }
  return error === undefined ? null : { value: error, kind: 'bootstrap' }
}

const verdictOf = (cell: JudgedCell, isBest: boolean, atLeastBehind: number): Verdict => {
  if (isBest) return 'best'
  if (cell.finished.length === 0) return 'unfinished'
  if (cell.failed) return 'failed'
  return atLeastBehind > 0 ? 'worse' : 'withinNoise'
}

const describeCell = (
  { cell, runs, finished, mean }: JudgedCell,
  judgement: Pick<CellAnalysis, 'verdict' | 'spread' | 'behind'>,
): CellAnalysis => ({
  cell,
  parameters: parametersOf(runs),
  runs: runs.map(({ id }) => id),
  finished: finished.map(({ run }) => run.id),
  failedRuns: finished.flatMap(({ run, failed }) => (failed ? [run.id] : [])),
  mean,
  ...judgement,
})

const parametersOf = (runs: readonly { config: RunConfig }[]): Record<GridParameter, number> =>
  Object.fromEntries(
    gridParameters.map((parameter) => [parameter, runs[0]?.config[parameter] ?? 0]),
  ) as Record<GridParameter, number>
