import path from 'node:path'
import type { Metrics } from '../core/metrics/metrics.ts'
import { comparableKey } from '../core/runs/comparable.ts'
import { readHistory } from '../core/runs/readHistory.ts'
import type { RunRecord } from '../core/runs/records.ts'
import { readSweep, sweepDirOf } from '../core/runs/store.ts'
import { runsOfSweep, type SweepRun } from '../core/runs/sweepEnd.ts'
import { type EpochScore, shouldStopEarly } from '../core/stats/medianStopping.ts'
import { endOfAttempt } from './earlierAttempts.ts'

/** Whether a run is hopeless beside its sweep's finished ones. */
export type HopelessTest = (evaluation: {
  readonly epoch: number
  readonly metrics: Metrics
}) => boolean

/** The median rule for one run; undefined where its experiment does not say `earlyStopping`. */
export const medianRule = (runDir: string, record: RunRecord): HopelessTest | undefined => {
  const sweepDir = sweepDirOf(runDir)
  if (sweepDir === undefined || !asksForIt(sweepDir)) return undefined
  // Stopped early once and then gone on with: its person wants to see the end.
  for (let attempt = record.attempt; attempt > 0; attempt--) {
    if (endOfAttempt(runDir, attempt)?.state === 'stoppedEarly') return undefined
  }
  const others = finishedSiblings(sweepDir, record).map((sibling) => scoresOf(sibling.dir, sibling))
  const own = scoresOf(runDir, { record })
  return ({ epoch, metrics }) => {
    own.push({ epoch, score: metrics[record.config.selectionMetric] ?? null })
    return shouldStopEarly(others, own)
  }
}

const asksForIt = (sweepDir: string): boolean => {
  try {
    return readSweep(sweepDir).experiment.earlyStopping === true
  } catch {
    return false
  }
}

const finishedSiblings = (sweepDir: string, own: RunRecord): SweepRun[] =>
  runsOfSweep(sweepDir).filter(
    ({ record }) =>
      record.id !== own.id &&
      record.state === 'done' &&
      comparableKey(record) === comparableKey(own),
  )

const scoresOf = (dir: string, { record }: { record: RunRecord }): EpochScore[] =>
  readHistory(path.resolve(dir), record).evaluations.map(({ epoch, metrics }) => ({
    epoch,
    score: metrics[record.config.selectionMetric] ?? null,
  }))
