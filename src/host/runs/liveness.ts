import fs from 'node:fs'
import path from 'node:path'
import type { TrainerRecord } from '../../core/runs/records.ts'
import { layout, storeOfRun } from '../../core/runs/store.ts'
import { Pulses } from '../../runtime/pulse.ts'
import type { FollowedRun } from './followedRun.ts'
import { SlurmJobs } from './slurmJobs.ts'
import type { TrainerAccess } from './trainerAccess.ts'

/** A launch writes its records some time before its trainer stands, and is waited for so long. */
const launchGraceMs = 30_000
/** A trainer elsewhere is judged by the files that it touches every few seconds. */
const remoteSilenceMs = 60_000

/** Judges whether somebody works on runs, from look to look. */
export class Liveness {
  private readonly pulses = new Pulses(remoteSilenceMs)
  private readonly jobs = new SlurmJobs()

  constructor(private readonly trainers: TrainerAccess) {}

  /** Whether somebody works on this run, or soon will. */
  isWorkedOn(run: FollowedRun, storeTrainer: TrainerRecord | undefined, now: number): boolean {
    const { record } = run.state
    const isQueued = record.state === 'queued'
    const trainer = isQueued ? storeTrainer : (record.trainer ?? storeTrainer)
    if (trainer && this.trainers.isAlive(trainer)) return true
    const job = this.jobs.isAtWork(path.dirname(path.dirname(run.dir)))
    // Where Slurm cannot be asked, a run that waits for it waits: its job may be in line for days.
    if (job === true || (job === undefined && isQueued && !trainer)) return true
    if (trainer && this.trainers.isElsewhere(trainer)) {
      const file = isQueued
        ? layout.trainerRecord(storeOfRun(run.dir), trainer.seat)
        : layout.heartbeat(run.dir, record.attempt)
      // Its clock may be another one, but until its heart was heard there is nothing better.
      return this.pulses.lives(file) ?? now - modified(file) < remoteSilenceMs
    }
    if (trainer && (!isQueued || outlived(trainer, run))) return false
    return now - lastTouched(run) < launchGraceMs
  }
}

/**
 * Whether a store's trainer, now dead, was still there when this run was put in line: then the run was
 * in its queue, and no launch is on its way. A trainer touches its record every two seconds.
 */
const outlived = ({ seat }: TrainerRecord, { dir }: FollowedRun): boolean =>
  modified(layout.trainerRecord(storeOfRun(dir), seat)) > modified(layout.runRecord(dir))

const lastTouched = (run: FollowedRun): number => {
  const { attempt } = run.state.record
  const files = [
    layout.runRecord(run.dir),
    layout.heartbeat(run.dir, attempt),
    layout.events(run.dir, attempt),
  ]
  return Math.max(...files.map(modified))
}

const modified = (file: string): number =>
  fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
