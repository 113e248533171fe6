import path from 'node:path'
import { cancelJob } from '../../runtime/slurm/activeJob.ts'
import type { SlurmJob } from '../../runtime/slurm/jobFolder.ts'

/** Leaves a job, or cancels it and waits for its tasks to end. */
export const endOnSlurm = async (
  how: 'leave' | 'cancel',
  sweepDir: string,
  job: SlurmJob,
  state: 'stopped' | 'paused' = 'stopped',
): Promise<void> => {
  const sweep = path.basename(sweepDir)
  if (how === 'leave') {
    process.stderr.write(
      `Slurm job ${job.job} goes on; the same command follows it, "headway cancel ${sweep}" ends it.\n`,
    )
    return
  }
  await cancelJob(sweepDir, job, state)
  process.stderr.write(`Slurm job ${job.job} is cancelled.\n`)
}
