import fs from 'node:fs'
import type { KeepModels } from '../experiment/schema.ts'
import { leaderOf } from '../stats/rankCells.ts'
import { comparableKey } from './comparable.ts'
import type { Marks } from './marks.ts'
import type { RunRecord } from './records.ts'
import { highestAttempt, layout, readRun, writeRun } from './store.ts'
import { rankRunsOfSweep, type SweepRun } from './sweepEnd.ts'

/** All that such a run had to say is in its results. */
const finishedStates: ReadonlySet<RunRecord['state']> = new Set(['done', 'stoppedEarly'])

/**
 * Runs whose weights need not be kept (DESIGN §7: results always are): finished ones that are not of
 * the best cell, or with `none` all finished ones. Starred runs keep theirs; so do runs that can
 * still be gone on with. Runs that cannot be compared are no losers to each other.
 */
export const losers = (runs: readonly SweepRun[], marks: Marks, policy: KeepModels): SweepRun[] => {
  if (policy === 'all') return []
  const kept = policy === 'best' ? bestOfEach(runs) : new Set<RunRecord>()
  return runs.filter(
    ({ record }) =>
      finishedStates.has(record.state) &&
      !kept.has(record) &&
      record.weightsDeleted !== true &&
      marks.runs[record.id]?.star !== true,
  )
}

/** The runs of the best cell, of each ranking that there is. */
const bestOfEach = (runs: readonly SweepRun[]): Set<RunRecord> => {
  const groups = new Map<string, SweepRun[]>()
  for (const run of runs) {
    const key = comparableKey(run.record)
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  return new Set(
    [...groups.values()].flatMap((group) => leaderOf(rankRunsOfSweep(group))?.runs ?? []),
  )
}

/** Deletes a run's model and checkpoints, and writes that into its record. */
export const deleteWeights = (runDir: string): void => {
  // Somebody may have deleted the run meanwhile, or opened it again: neither is undone.
  if (!fs.existsSync(layout.runRecord(runDir))) return
  const record = readRun(runDir)
  if (!finishedStates.has(record.state)) return
  // Said first: weights that are there all the same mislead nobody.
  writeRun(runDir, { ...record, weightsDeleted: true })
  for (let attempt = highestAttempt(runDir); attempt > 0; attempt--) {
    fs.rmSync(layout.checkpoint(runDir, attempt), { recursive: true, force: true })
  }
  fs.rmSync(layout.model(runDir), { recursive: true, force: true })
}
