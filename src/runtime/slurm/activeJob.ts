import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InputError } from '../../core/errors.ts'
import { sealAttempt, sealOf } from '../../core/runs/attemptSeal.ts'
import { highestAttempt, layout, readRun, writeRun } from '../../core/runs/store.ts'
import { runCommand } from '../command.ts'
import { defaultSilenceMs, firstBeat, Pulses } from '../pulse.ts'
import { jobRuns, lastJob, markCancelled, type SlurmJob } from './jobFolder.ts'
import { isActive, slurmTasks } from './squeue.ts'

/** Somebody waits, and without Slurm the files tell. */
const askMs = 10_000

/**
 * The job that works on a sweep, or will: as Slurm says, or, where that cannot be asked, as on another
 * machine that sees the folder, as the heartbeats of its runs do.
 */
export const jobAtWork = async (
  sweepDir: string,
  listenMs?: number,
): Promise<SlurmJob | undefined> => {
  const job = lastJob(sweepDir)
  if (!job) return undefined
  const tasks = await slurmTasks(job.job, askMs)
  const isAtWork = tasks?.some(isActive) ?? (await firstBeat(heartbeatsOf(sweepDir, job), listenMs))
  return isAtWork ? job : undefined
}

/** @throws InputError where a job of Slurm works on one of the runs */
export const refuseRunsOnSlurm = async (runDirs: readonly string[]): Promise<void> => {
  const sweeps = new Set(runDirs.map((dir) => path.dirname(path.dirname(path.resolve(dir)))))
  for (const sweepDir of sweeps) {
    const job = await jobAtWork(sweepDir)
    if (!job) continue
    throw new InputError(
      `Slurm job ${job.job} is at work on ${path.basename(sweepDir)}: follow it with "headway sweep" and --executor slurm, or end it with "headway cancel ${path.basename(sweepDir)}".`,
    )
  }
}

/** Of the job's runs that say they are running. */
const heartbeatsOf = (sweepDir: string, job: SlurmJob): string[] =>
  [...jobRuns(job.dir)]
    .map((id) => layout.run(sweepDir, id))
    .filter((dir) => fs.existsSync(layout.runRecord(dir)) && readRun(dir).state === 'running')
    .map((dir) => layout.heartbeat(dir, highestAttempt(dir)))

const cancelMs = 30_000

/** `scancel`: without `waiting`, tasks that have begun are left alone. */
export const cancelTasks = async (job: SlurmJob, which: 'all' | 'waiting'): Promise<void> => {
  const state = which === 'waiting' ? ['--state=PENDING'] : []
  await runCommand('scancel', [...state, job.job], { timeoutMs: cancelMs })
}

const pollMs = 1000
/** Slurm's KillWait is 30 s by default; a node that was lost takes longer. */
const patienceMs = 90_000

/**
 * Ends a job's tasks, with a checkpoint where they have the time: Slurm does it, and where that is
 * silent the tasks do it themselves, at their next step. Returns when they have ended.
 * @throws Error where Slurm is silent, and they have not
 */
export const cancelJob = async (
  sweepDir: string,
  job: SlurmJob,
  as: 'stopped' | 'paused',
): Promise<void> => {
  markCancelled(job.dir, as)
  await cancelTasks(job, 'all')
  const pulses = new Pulses(defaultSilenceMs())
  const deadline = performance.now() + patienceMs
  for (;;) {
    const tasks = await slurmTasks(job.job, askMs)
    const isAtWork = tasks
      ? tasks.some(isActive)
      : heartbeatsOf(sweepDir, job).some((file) => pulses.look(file) !== 'silent')
    if (!isAtWork) break
    if (performance.now() > deadline) {
      if (tasks) break
      throw new Error(
        `Slurm does not answer here, and the tasks of job ${job.job} have not stopped yet; they will at their next step, or run "scancel ${job.job}" where Slurm answers.`,
      )
    }
    await sleep(pollMs)
  }
  recordCancelled(sweepDir, job, as)
}

/** Of a cancelled job whose tasks are gone: what they left open is stopped, and stays so. */
const recordCancelled = (sweepDir: string, job: SlurmJob, state: 'stopped' | 'paused'): void => {
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
