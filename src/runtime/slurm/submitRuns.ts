import path from 'node:path'
import { InputError } from '../../core/errors.ts'
import { storeOfRun } from '../../core/runs/store.ts'
import { isAlive, livingElsewhere, readTrainerRecords } from '../trainerRecord.ts'
import { jobAtWork } from './activeJob.ts'
import { cancelledAs, jobRuns, type SlurmJob, writeJobRuns } from './jobFolder.ts'
import { requireSlurm, type SubmitOptions, submitJob } from './submitJob.ts'

export interface Submitted {
  readonly job: SlurmJob
  /** It was at work on the sweep already, and has these runs as well now. */
  readonly joined: boolean
}

/**
 * Hands open runs of a sweep to Slurm: to the job that is at work on it already, else to a new one.
 * @throws InputError where there is no Slurm, it takes no job, or a trainer is at work in the store
 */
export const submitRuns = async (options: Omit<SubmitOptions, 'tasks'>): Promise<Submitted> => {
  const { sweepDir, runs } = options
  requireSlurm()
  await refuseBesideTrainer(storeOfRun(path.join(sweepDir, 'runs')))
  const job = await jobAtWork(sweepDir)
  // Tasks of a cancelled one only end.
  if (job && cancelledAs(job.dir) === undefined) {
    writeJobRuns(job.dir, new Set([...jobRuns(job.dir), ...runs]))
    return { job, joined: true }
  }
  // None is left where only the test data are to be scored.
  return { job: await submitJob({ ...options, tasks: Math.max(1, runs.length) }), joined: false }
}

const refuseBesideTrainer = async (store: string): Promise<void> => {
  const other = readTrainerRecords(store).find(isAlive) ?? (await livingElsewhere(store))
  if (!other) return
  throw new InputError(
    `A trainer (process ${other.process.pid} on ${other.process.host}) is at work in ${store}: wait until it has ended, or stop it.`,
  )
}
