import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../../core/errors.ts'
import type { SlurmSettings } from '../../core/experiment/schema.ts'
import { highestAttempt, storeOfRun } from '../../core/runs/store.ts'
import { unscoredChoice } from '../../core/runs/sweepEnd.ts'
import { cancelTasks, jobAtWork } from '../../runtime/slurm/activeJob.ts'
import { jobRuns, type SlurmJob, writeJobRuns } from '../../runtime/slurm/jobFolder.ts'
import { requireSlurm, submitJob } from '../../runtime/slurm/submitJob.ts'
import { isAlive, livingElsewhere, readTrainerRecords } from '../../runtime/trainerRecord.ts'
import { FollowedRun } from '../followRuns.ts'
import { type RunProgress, runProgress } from '../runProgress.ts'
import { launchOptions, type TrainedRuns } from '../trainRuns.ts'
import { endOnSlurm } from './endOnSlurm.ts'
import { followJob } from './followJob.ts'

interface SlurmSweep {
  readonly sweepDir: string
  /** Folders of the runs that are open. */
  readonly dirs: readonly string[]
  readonly settings: SlurmSettings
}

/**
 * Trains a sweep's open runs by a job array and follows them by their files. Where its tasks are gone
 * with runs left, another array is submitted for those, unless the last one got nowhere.
 * @throws InputError where Slurm is not there or takes no job; Error where its tasks get nowhere
 */
export const trainOnSlurm = async (sweep: SlurmSweep): Promise<TrainedRuns> => {
  const { sweepDir, dirs } = sweep
  if (dirs.length === 0 && !unscoredChoice(sweepDir)) return { records: [], interrupted: false }
  requireSlurm()
  await refuseBesideTrainer(storeOfRun(path.join(sweepDir, 'runs')))
  let job = (await jobAtWork(sweepDir))?.job
  // Runs that a job works on already are joined where they are.
  const runs = dirs.map((dir) => new FollowedRun(dir, highestAttempt(dir) - (job ? 1 : 0)))
  const progress = runProgress(dirs.length)
  try {
    if (job) join(job, dirs, progress)
    for (;;) {
      job ??= await submit(sweep, runs, progress)
      const before = doneSoFar(runs)
      const end = await followJob(sweepDir, job, runs, progress)
      const records = () => runs.map(({ record }) => record)
      if (end === 'done') {
        await cancelTasks(job, 'waiting')
        return { records: records(), interrupted: false }
      }
      if (end !== 'gone') {
        await endOnSlurm(end, sweepDir, job)
        for (const run of runs) run.poll(progress)
        return { records: records(), interrupted: true }
      }
      if (runs.every(({ over }) => over)) {
        progress.say(`The test data were not scored; ${job.dir} says why.`)
        return { records: records(), interrupted: false }
      }
      if (doneSoFar(runs) === before) throw new Error(gotNowhere(job))
      progress.say(
        `The tasks of job ${job.job} are gone with runs left: these are submitted again.`,
      )
      job = undefined
    }
  } finally {
    progress.end()
  }
}

const refuseBesideTrainer = async (store: string): Promise<void> => {
  const other = readTrainerRecords(store).find(isAlive) ?? (await livingElsewhere(store))
  if (!other) return
  throw new InputError(
    `A trainer (process ${other.process.pid} on ${other.process.host}) is at work in ${store}: wait until it has ended, or stop it.`,
  )
}

const submit = async (
  { sweepDir, settings }: SlurmSweep,
  runs: readonly FollowedRun[],
  progress: RunProgress,
): Promise<SlurmJob> => {
  const left = runs.filter(({ over }) => !over).map(({ record }) => record.id)
  const { node, trainerScript } = await launchOptions(storeOfRun(path.join(sweepDir, 'runs')))
  // None is left where only the test data are to be scored.
  const tasks = Math.max(1, left.length)
  const job = await submitJob({ sweepDir, runs: left, tasks, settings, node, trainerScript })
  progress.say(`Slurm job ${job.job}: ${tasks} tasks; its script and logs are in ${job.dir}.`)
  return job
}

const join = (job: SlurmJob, dirs: readonly string[], progress: RunProgress): void => {
  writeJobRuns(job.dir, new Set([...jobRuns(job.dir), ...dirs.map((dir) => path.basename(dir))]))
  progress.say(`Slurm job ${job.job} is at work on this sweep already.`)
}

/** Rises with each run that ends, and each attempt that begins. */
const doneSoFar = (runs: readonly FollowedRun[]): number =>
  runs.reduce((sum, { over, dir }) => sum + (over ? 1 : 0) + highestAttempt(dir), 0)

const gotNowhere = ({ job, dir }: SlurmJob): string => {
  const logs = fs
    .readdirSync(dir)
    .filter((name) => /^task-.*\.log$/.test(name))
    .map((name) => fs.readFileSync(path.join(dir, name), 'utf8').trim())
  const last = logs
    .findLast((log) => log !== '')
    ?.split('\n')
    .at(-1)
  return `The tasks of Slurm job ${job} ended without beginning a run${last ? `: ${last}` : ''}. See ${dir}.`
}
