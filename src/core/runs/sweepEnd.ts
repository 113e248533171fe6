import fs from 'node:fs'
import { comparableKey, rankCells } from './bestCell.ts'
import type { RunRecord } from './records.ts'
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

const overStates: readonly RunRecord['state'][] = ['done', 'stoppedEarly', 'failed', 'diverged']

/**
 * The run that the test data are for and were not scored with: the best of the best cell, once all
 * are over. Undefined while something is left to train, without test data, and where it is done.
 */
export const unscoredChoice = (sweepDir: string): SweepRun | undefined => {
  const sweep = readSweep(sweepDir)
  if (sweep.experiment.data.test === undefined) return undefined
  const runs = runsOfSweep(sweepDir)
  if (runs.some(({ record }) => !overStates.includes(record.state))) return undefined
  // The newest launch's data and engine; its first run says what they are.
  const current = runs[0] && comparableKey(runs[0].record)
  const records = runs.map(({ record }) => record)
  const comparable = records.filter((record) => comparableKey(record) === current)
  const chosen = rankCells(comparable)[0]?.runs[0]
  if (!chosen || chosen.id === sweep.test?.run || chosen.weightsDeleted) return undefined
  return runs.find(({ record }) => record === chosen)
}
