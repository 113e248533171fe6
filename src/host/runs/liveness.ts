import fs from 'node:fs'
import type { TrainerRecord } from '../../core/runs/records.ts'
import { layout } from '../../core/runs/store.ts'
import type { FollowedRun } from './followedRun.ts'
import type { TrainerAccess } from './trainerAccess.ts'

/** A launch writes its records some time before its trainer stands. */
const launchGraceMs = 30_000
/** A trainer elsewhere is judged by the files that it touches every few seconds. */
const remoteSilenceMs = 60_000

/** Whether somebody works on this run, or soon will. */
export const isWorkedOn = (
  run: FollowedRun,
  storeTrainer: TrainerRecord | undefined,
  trainers: TrainerAccess,
  now: number,
): boolean => {
  const { record } = run.state
  const trainer = record.state === 'queued' ? storeTrainer : (record.trainer ?? storeTrainer)
  if (!trainer) return now - lastTouched(run) < launchGraceMs
  if (trainers.isElsewhere(trainer)) return now - lastTouched(run) < remoteSilenceMs
  if (trainers.isAlive(trainer)) return true
  return record.state === 'queued' && now - lastTouched(run) < launchGraceMs
}

const lastTouched = (run: FollowedRun): number => {
  const { attempt } = run.state.record
  const files = [
    layout.runRecord(run.dir),
    layout.heartbeat(run.dir, attempt),
    layout.events(run.dir, attempt),
  ]
  return Math.max(
    ...files.map((file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0),
  )
}
