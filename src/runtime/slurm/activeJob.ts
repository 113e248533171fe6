import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InputError } from '../../core/errors.ts'
import { sealAttempt, sealOf } from '../../core/runs/attemptSeal.ts'
import { highestAttempt, layout, readRun, writeRun } from '../../core/runs/store.ts'
import { runCommand } from '../command.ts'
import { cancelMark, jobRuns, lastJob, type SlurmJob } from './jobFolder.ts'
import { Pulses } from './pulse.ts'
import { isActive, slurmTasks } from './squeue.ts'

/** The job that works on a sweep, or will, as far as Slurm says. */
export const activeJob = async (sweepDir: string): Promise<SlurmJob | undefined> => {
  const job = lastJob(sweepDir)
  if (!job) return undefined
  const tasks = await slurmTasks(job.job)
  return tasks?.some(isActive) ? job : undefined
}

/** @throws InputError where a job of Slurm works on one of the runs */
export const refuseRunsOnSlurm = async (runDirs: readonly string[]): Promise<void> => {
  const sweeps = new Set(runDirs.map((dir) => path.dirname(path.dirname(path.resolve(dir)))))
  for (const sweepDir of sweeps) {
    const job = lastJob(sweepDir)
    if (!job) continue
    const tasks = await slurmTasks(job.job)
    if (!(tasks ? tasks.some(isActive) : await anyBeats(sweepDir, job))) continue
    throw new InputError(
      `Slurm job ${job.job} is at work on ${path.basename(sweepDir)}: follow it with "headway sweep" and --executor slurm, or end it with "headway cancel ${path.basename(sweepDir)}".`,
    )
  }
}

const listenMs = 7000
const listenEveryMs = 500

/** Where Slurm cannot be asked, as on another machine that sees the folder: by the runs' heartbeats. */
const anyBeats = async (sweepDir: string, job: SlurmJob): Promise<boolean> => {
  const dirs = [...jobRuns(job.dir)]
    .map((id) => layout.run(sweepDir, id))
    .filter((dir) => fs.existsSync(layout.runRecord(dir)) && readRun(dir).state === 'running')
  const pulses = new Pulses(listenMs)
  const deadline = performance.now() + (dirs.length > 0 ? listenMs : 0)
  while (performance.now() < deadline) {
    if (dirs.some((dir) => pulses.look(dir, highestAttempt(dir)) === 'beats')) return true
    await sleep(listenEveryMs)
  }
  return false
}

/** `scancel`: without `waiting`, tasks that have begun are left alone. */
export const cancelTasks = async (job: SlurmJob, which: 'all' | 'waiting'): Promise<void> => {
  const state = which === 'waiting' ? ['--state=PENDING'] : []
  await runCommand('scancel', [...state, job.job])
}

/** Its tasks end, with a checkpoint where they have the time. `recordCancelled` does the rest. */
export const cancelJob = async (job: SlurmJob): Promise<void> => {
  fs.writeFileSync(cancelMark(job.dir), '')
  await cancelTasks(job, 'all')
}

/** Of a cancelled job whose tasks are gone: what they left open is stopped, and stays so. */
export const recordCancelled = (
  sweepDir: string,
  job: SlurmJob,
  state: 'stopped' | 'paused' = 'stopped',
): void => {
  for (const id of jobRuns(job.dir)) {
    const dir = layout.run(sweepDir, id)
    if (!fs.existsSync(layout.runRecord(dir))) continue
    const record = readRun(dir)
    const attempt = highestAttempt(dir)
    const isOpen = record.state === 'queued' || record.state === 'running'
    // A trainer that comes back, on a node that was lost for a while, finds its attempt closed.
    if (!isOpen) continue
    if (attempt > 0) sealAttempt(dir, attempt, 'successor')
    // Finished, and recorded by its trainer or by the next one.
    if (record.state === 'running' && sealOf(dir, attempt) === 'owner') continue
    writeRun(dir, { ...record, attempt, state, ended: Date.now() })
  }
}
