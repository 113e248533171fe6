import { formatScore, metricLabel } from '../core/runs/describe.ts'
import { readPredictions } from '../core/runs/predictions.ts'
import type { SweepRecord } from '../core/runs/records.ts'
import { predictionsFile } from '../core/runs/sweepEnd.ts'
import { analyseSweep } from '../core/stats/analyseSweep.ts'
import type { CellAnalysis, SweepAnalysis, Verdict } from '../core/stats/analysis.ts'
import { answerParts, answerSentence } from '../core/stats/answerSentence.ts'
import type { ListedRun } from './runTable.ts'

/** A run as it is listed, and where it lies. */
export type FoundListed = { readonly dir: string; readonly record: ListedRun }

/**
 * A sweep's runs, judged as the dashboard judges them.
 * @param byPredictions false: only ranked; a second and more is saved where there are many
 */
export const analyseRuns = (
  runs: readonly FoundListed[],
  test: SweepRecord['test'],
  byPredictions = true,
): SweepAnalysis => {
  const byId = new Map(runs.map((run) => [run.record.id, run]))
  const predictionsOf = (id: string) => {
    const run = byId.get(id)
    if (!run || !byPredictions) return undefined
    return readPredictions(predictionsFile(run), run.record.config)
  }
  return analyseSweep(
    runs.map(({ record }) => record),
    predictionsOf,
    { test },
  )
}

/** The best run of the best cell; where all failed, of the best of those (its verdict says so). */
export const bestRunOf = (
  { cells, metric }: SweepAnalysis,
  records: readonly ListedRun[],
): string | undefined => {
  const finished = cells[0]?.finished ?? []
  const score = ({ metrics }: ListedRun) => metrics?.[metric] ?? 0
  return records.filter(({ id }) => finished.includes(id)).sort((a, b) => score(b) - score(a))[0]
    ?.id
}

/** What `--json` says of a sweep besides its runs. */
export const analysisResult = (analysis: SweepAnalysis, records: readonly ListedRun[]) => ({
  best: bestRunOf(analysis, records) ?? null,
  // The best of many dev scores is an optimistic number, also where a test score stands beside it.
  chosenOn: 'dev',
  cells: analysis.cells.map(({ cell, mean, spread, verdict, behind, runs }) => ({
    ...{ cell, mean, spread, verdict, behind, runs },
  })),
})

/** What `--json` says of the test data, where the chosen run's score on them holds. */
export const testResult = ({ testScore }: SweepAnalysis, test: SweepRecord['test']) =>
  test && testScore !== null ? { test: { run: test.run, metrics: test.metrics } } : {}

/** The same in a line, or nothing. */
export const testLine = (
  { metric, testScore }: SweepAnalysis,
  test: SweepRecord['test'],
): string =>
  test && testScore !== null
    ? `On the test data, once: ${metricLabel(metric)} ${formatScore(test.metrics[metric])} (${test.run}).\n`
    : ''

const verdictWords: Record<Verdict, string> = {
  best: 'best',
  withinNoise: 'within noise',
  worse: 'worse',
  failed: 'no better than a guess',
  unfinished: '',
}

/** `86.4 ± 1.2` and `within noise`; both empty where there is nothing to say. */
export const cellColumns = (
  { mean, spread, verdict }: CellAnalysis,
  { resampled }: SweepAnalysis,
): [mean: string, verdict: string] => {
  const scores = [mean, spread?.value].flatMap((value) =>
    typeof value === 'number' ? formatScore(value) : [],
  )
  const notJudged = verdict === 'withinNoise' && resampled === null
  return [scores.join(' ± '), notJudged ? 'not judged' : verdictWords[verdict]]
}

/** What ± is, and the answer in words; the last lines of a sweep. */
export const answerLines = (analysis: SweepAnalysis): string => {
  const { spreadOf } = answerParts(analysis)
  const meaning = spreadOf === '' ? '' : `± is the ${spreadOf}.\n`
  return `${meaning}${answerSentence(analysis)}\n`
}
