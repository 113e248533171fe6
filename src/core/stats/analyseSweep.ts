import type { RunConfig } from '../experiment/config.ts'
import { positiveLabelOf } from '../metrics/classification.ts'
import type { MetricName } from '../metrics/metrics.ts'
import type { Predictions } from '../runs/predictions.ts'
import type { RunRecord } from '../runs/records.ts'
import {
  type CellAnalysis,
  type GridParameter,
  gridParameters,
  type Spread,
  type SweepAnalysis,
  type Verdict,
} from './analysis.ts'
import { mean, standardDeviation } from './bootstrap.ts'
import { type BootstrapOptions, type CellsCompared, compareCells } from './compareCells.ts'
import { sameExamples } from './disagreements.ts'
import { parameterEffects } from './effects.ts'
import { baselineOf, isFailedRun } from './failedRun.ts'
import { predictionMetric } from './predictionMetric.ts'
import type { ResampledMetric } from './resampledMetric.ts'

/** What is asked of a run; a `RunRecord` is one. */
export type AnalysedRun = Pick<
  RunRecord,
  'id' | 'cell' | 'seed' | 'config' | 'state' | 'metrics' | 'labels'
>

export interface AnalysisOptions extends Omit<BootstrapOptions, 'best'> {
  /** The chosen cell's score on the test data. */
  readonly testScore?: number | null
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
  const metric = runs[0]?.config.selectionMetric ?? 'accuracy'
  const { finished, reference, baseline } = gatherFinished(runs, metric, predictionsOf)
  const cells = [...new Set(runs.map(({ cell }) => cell))].map((name): JudgedCell => {
    const own = runs.filter(({ cell }) => cell === name)
    const done = own.flatMap(({ id }) => finished.get(id) ?? [])
    return {
      name,
      runs: own,
      finished: done,
      failed: done.length > 0 && done.every(({ failed }) => failed),
      mean: done.length > 0 ? mean(done.map(({ score }) => score)) : null,
    }
  })
  const ranked = byMean(cells.filter((cell) => cell.finished.length > 0 && !cell.failed))
  const failed = byMean(cells.filter((cell) => cell.failed))
  const unfinished = cells.filter((cell) => cell.finished.length === 0)
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
  const count = judged[0]?.finished[0]?.metric?.units ?? 0
  return {
    metric,
    cells: analyses,
    best: best?.name ?? null,
    withinNoise: analyses
      .filter(({ verdict }) => verdict === 'withinNoise')
      .map(({ cell }) => cell),
    effects: parameterEffects(
      ranked.map((cell) => ({ parameters: parametersOf(cell.runs), mean: cell.mean ?? 0 })),
    ),
    chosenOn: typeof options.testScore === 'number' ? 'test' : 'dev',
    testScore: options.testScore ?? null,
    baseline,
    resampled: compared ? { unit, count } : null,
  }
}

interface FinishedRun {
  readonly score: number
  readonly failed: boolean
  /** Where its predictions are of the same examples as the others'. */
  readonly metric: ResampledMetric | undefined
}

interface JudgedCell {
  readonly name: string
  readonly runs: readonly AnalysedRun[]
  readonly finished: readonly FinishedRun[]
  readonly failed: boolean
  readonly mean: number | null
}

const gatherFinished = (
  runs: readonly AnalysedRun[],
  metric: MetricName,
  predictionsOf: (run: string) => Predictions | undefined,
) => {
  const done = runs.filter(({ state }) => state === 'done')
  const predictions = new Map(done.map(({ id }) => [id, predictionsOf(id)]))
  const reference = done.map(({ id }) => predictions.get(id)).find((each) => each !== undefined)
  const first = done[0]
  const baseline = first ? baselineOf(metric, reference, first.metrics, positiveOf(first)) : null
  const finished = new Map(
    done.map((run): [string, FinishedRun] => {
      const metrics = run.metrics ?? {}
      const own = predictions.get(run.id)
      const same = own !== undefined && reference !== undefined && sameExamples(own, reference)
      const settings = { labels: run.labels, positiveLabel: run.config.data.positiveLabel }
      return [
        run.id,
        {
          score: metrics[metric] ?? 0,
          failed: isFailedRun(metric, metrics, baseline),
          metric: same ? predictionMetric(metric, own, settings) : undefined,
        },
      ]
    }),
  )
  return { finished, reference, baseline }
}

const positiveOf = ({ labels, config }: AnalysedRun): string =>
  positiveLabelOf(labels, config.data.positiveLabel)

/** Highest first; equal ones stay in the grid's order. */
const byMean = (cells: readonly JudgedCell[]): JudgedCell[] =>
  [...cells].sort((a, b) => (b.mean ?? 0) - (a.mean ?? 0))

const hasPredictions = (cell: JudgedCell): boolean =>
  cell.finished.every(({ metric }) => metric !== undefined)

const compare = (cells: readonly JudgedCell[], options: BootstrapOptions): CellsCompared =>
  compareCells(
    cells.map(({ finished }) =>
      finished.flatMap(({ metric, failed }) => (metric ? [{ metric, failed }] : [])),
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
  { name, runs, finished, mean }: JudgedCell,
  judgement: Pick<CellAnalysis, 'verdict' | 'spread' | 'behind'>,
): CellAnalysis => {
  const done = runs.filter(({ state }) => state === 'done').map(({ id }) => id)
  return {
    cell: name,
    parameters: parametersOf(runs),
    runs: runs.map(({ id }) => id),
    finished: done,
    failedRuns: done.filter((_, at) => finished[at]?.failed),
    mean,
    ...judgement,
  }
}

const parametersOf = (runs: readonly { config: RunConfig }[]): Record<GridParameter, number> =>
  Object.fromEntries(
    gridParameters.map((parameter) => [parameter, runs[0]?.config[parameter] ?? 0]),
  ) as Record<GridParameter, number>
