import fs from 'node:fs'
import path from 'node:path'
import type { TrainerRecord } from '../../core/runs/records.ts'
import { layout, storeOfRun } from '../../core/runs/store.ts'
import { Pulses } from '../../runtime/pulse.ts'
import type { FollowedRun, Work } from './followedRun.ts'
import { SlurmJobs } from './slurmJobs.ts'
import type { TrainerAccess } from './trainerAccess.ts'
import type { Place } from './trainerQueues.ts'

/** A launch writes its records some time before its trainer stands, and is waited for so long. */
const launchGraceMs = 30_000
/** A trainer elsewhere is judged by the files that it touches every few seconds. */
const remoteSilenceMs = 60_000

/** Judges whether somebody works on runs, from look to look. */
export class Liveness {
  private readonly pulses = new Pulses(remoteSilenceMs)
  private readonly jobs = new SlurmJobs()

  constructor(private readonly trainers: TrainerAccess) {}

  /**
   * Whether somebody works on this run, or soon will.
   * @param storeTrainer of several a living one
   * @param place where the living trainers have it; undefined where they have not said
   */
  workOn(
    run: FollowedRun,
    storeTrainer: TrainerRecord | undefined,
    place: Place | undefined,
    now: number,
  ): Work {
    const isQueued = run.state.record.state === 'queued'
    const trainer = isQueued ? storeTrainer : (run.state.record.trainer ?? storeTrainer)
    const lives = trainer !== undefined && this.trainers.isAlive(trainer)
    if (place === 'running' || (lives && !isQueued)) return 'working'
    // One that its trainer lost may wait for another one.
    if (place === 'queued' || (lives && place === undefined)) return 'waiting'
    return this.isUnseenAtWork(run, trainer, lives, now) ? 'working' : 'none'
  }

  /** Where no trainer of this machine says that it has it. */
  private isUnseenAtWork(
    run: FollowedRun,
    trainer: TrainerRecord | undefined,
    lives: boolean,
    now: number,
  ): boolean {
    const isQueued = run.state.record.state === 'queued'
    const job = this.jobs.isAtWork(path.dirname(path.dirname(run.dir)))
    // Where Slurm cannot be asked, a run that waits for it waits: its job may be in line for days.
    if (job === true || (job === undefined && isQueued && !trainer)) return true
    if (trainer && this.trainers.isElsewhere(trainer)) return this.beats(run, trainer, now)
    if (trainer && !lives && (!isQueued || outlived(trainer, run))) return false
    const age = now - lastTouched(run)
    // A clock that was set back makes it negative.
    return Math.abs(age) < launchGraceMs
  }

  private beats(run: FollowedRun, { seat }: TrainerRecord, now: number): boolean {
    const { state, attempt } = run.state.record
    const file =
      state === 'queued'
        ? layout.trainerRecord(storeOfRun(run.dir), seat)
        : layout.heartbeat(run.dir, attempt)
    // Its clock may be another one, but until its heart was heard there is nothing better.
    return this.pulses.lives(file) ?? now - modified(file) < remoteSilenceMs
  }
}

/**
 * Whether a store's trainer, now dead, was still there when this run was put in line: then the run was
 * in its queue, and no launch is on its way. A trainer touches its record every two seconds.
 */
export const outlived = ({ seat }: TrainerRecord, { dir }: FollowedRun): boolean =>
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
