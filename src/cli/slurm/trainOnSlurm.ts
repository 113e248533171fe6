import fs from 'node:fs'
import path from 'node:path'
import type { SlurmSettings } from '../../core/experiment/schema.ts'
import { highestAttempt, storeOfRun } from '../../core/runs/store.ts'
import { unscoredChoice } from '../../core/runs/sweepEnd.ts'
import { cancelTasks } from '../../runtime/slurm/activeJob.ts'
import type { SlurmJob } from '../../runtime/slurm/jobFolder.ts'
import { requireSlurm } from '../../runtime/slurm/submitJob.ts'
import { type Submitted, submitRuns } from '../../runtime/slurm/submitRuns.ts'
import { FollowedRun } from '../followRuns.ts'
import { runProgress } from '../runProgress.ts'
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
  const { sweepDir, dirs, settings } = sweep
  if (dirs.length === 0 && !unscoredChoice(sweepDir)) return { records: [], interrupted: false }
  requireSlurm()
  const { node, trainerScript } = await launchOptions(storeOfRun(path.join(sweepDir, 'runs')))
  const submit = (runs: readonly string[]) =>
    submitRuns({ sweepDir, runs, settings, node, trainerScript })
  const past = dirs.map(highestAttempt)
  let submitted = await submit(dirs.map((dir) => path.basename(dir)))
  // Runs that a job works on already are joined where they are.
  const joined = submitted.joined ? 1 : 0
  const runs = dirs.map((dir, at) => new FollowedRun(dir, (past[at] ?? 0) - joined))
  const progress = runProgress(dirs.length)
  try {
    for (;;) {
      const { job } = submitted
      progress.say(describe(submitted))
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
      const left = runs.filter(({ over }) => !over)
      if (left.length === 0) {
        progress.say(`The test data were not scored; ${job.dir} says why.`)
        return { records: records(), interrupted: false }
      }
      if (doneSoFar(runs) === before) throw new Error(gotNowhere(job))
      progress.say(
        `The tasks of job ${job.job} are gone with runs left: these are submitted again.`,
      )
      submitted = await submit(left.map(({ record }) => record.id))
    }
  } finally {
    progress.end()
  }
}

const describe = ({ job, joined }: Submitted): string =>
  joined
    ? `Slurm job ${job.job} is at work on this sweep already.`
    : `Slurm job ${job.job}: ${job.tasks} tasks; its script and logs are in ${job.dir}.`

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
