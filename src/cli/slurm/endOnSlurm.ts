import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cancelJob, recordCancelled } from '../../runtime/slurm/activeJob.ts'
import type { SlurmJob } from '../../runtime/slurm/jobFolder.ts'
import { isActive, slurmTasks } from '../../runtime/slurm/squeue.ts'

const pollMs = 1000
/** Slurm's KillWait is 30 s by default; a node that was lost takes longer. */
const patienceMs = 90_000

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
  await cancelJob(job)
  const deadline = performance.now() + patienceMs
  while ((await slurmTasks(job.job))?.some(isActive) && performance.now() < deadline) {
    await sleep(pollMs)
  }
  recordCancelled(sweepDir, job, state)
  process.stderr.write(`Slurm job ${job.job} is cancelled.\n`)
}
