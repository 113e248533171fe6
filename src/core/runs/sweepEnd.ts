import fs from 'node:fs'
import { bestFirst, leaderOf, type Ranking, rankCells } from '../stats/rankCells.ts'
import { comparableKey } from './comparable.ts'
import { readPredictions } from './predictions.ts'
import type { RunRecord, SweepRecord } from './records.ts'
import { layout, readRun, readSweep } from './store.ts'

export interface SweepRun {
  readonly dir: string
  readonly record: RunRecord
}

/** A sweep's runs that have a record, in its order. @throws InputError where one is damaged */
export const runsOfSweep = (sweepDir: string): SweepRun[] =>
  readSweep(sweepDir).runs.flatMap((id) => {
    const dir = layout.run(sweepDir, id)
    return fs.existsSync(layout.runRecord(dir)) ? [{ dir, record: readRun(dir) }] : []
  })

/** Where a run's dev predictions are, if it has any. */
export const predictionsFile = ({
  dir,
  record: { attempt },
}: {
  readonly dir: string
  readonly record: Pick<RunRecord, 'attempt'>
}): string => layout.predictions(dir, Math.max(1, attempt))

/** Ranks the runs as every view does; predictions are read only where the baseline needs them. */
export const rankRunsOfSweep = (runs: readonly SweepRun[]): Ranking<RunRecord> =>
  rankCells(
    runs.map(({ record }) => record),
    () => {
      for (const run of runs) {
        if (run.record.state !== 'done') continue
        const predictions = readPredictions(predictionsFile(run), run.record.config)
        if (predictions) return predictions
      }
      return undefined
    },
  )

/** Nothing is left to do; one that ended badly is put in line again by its person alone. */
export const overStates: readonly RunRecord['state'][] = [
  'done',
  'stoppedEarly',
  'failed',
  'diverged',
]

/** `score`: this run is to be scored; `noWeights`: none of the chosen cell's runs has its weights. */
export type TestChoice =
  | { readonly kind: 'score'; readonly run: SweepRun }
  | { readonly kind: 'noWeights'; readonly run: SweepRun }

/**
 * What is left to do with the test data once all runs are over: the best cell is scored on them,
 * once, by the best of its runs that has its weights. Undefined while something is left to train,
 * without test data, and where it is done.
 */
export const testChoice = (sweepDir: string): TestChoice | undefined => {
  const sweep = readSweep(sweepDir)
  if (sweep.experiment.data.test === undefined) return undefined
  const runs = runsOfSweep(sweepDir)
  if (runs.some(({ record }) => !overStates.includes(record.state))) return undefined
  // The newest launch's data and engine; its first run says what they are.
  const current = runs[0] && comparableKey(runs[0].record)
  const comparable = runs.filter(({ record }) => comparableKey(record) === current)
  const best = leaderOf(rankRunsOfSweep(comparable))
  if (!best || isScored(sweep, best.runs)) return undefined
  const candidates = bestFirst(best)
  const chosen = candidates.find(({ weightsDeleted }) => !weightsDeleted)
  const run = runs.find(({ record }) => record === (chosen ?? candidates[0]))
  return run && { kind: chosen ? 'score' : 'noWeights', run }
}

/** Whether one of these runs was scored on the test data as they are now. */
const isScored = ({ test, checksums }: SweepRecord, runs: readonly RunRecord[]): boolean =>
  test !== undefined &&
  test.checksum === checksums['data/test'] &&
  runs.some(({ id }) => id === test.run)

/** The run that is to be scored on the test data and can be; see `testChoice`. */
export const unscoredChoice = (sweepDir: string): SweepRun | undefined => {
  const choice = testChoice(sweepDir)
  return choice?.kind === 'score' ? choice.run : undefined
}
