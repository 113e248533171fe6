import { cancelledAs, lastJob, type SlurmJob } from '../../runtime/slurm/jobFolder.ts'
import { isActive, slurmTasks } from '../../runtime/slurm/squeue.ts'

/** Slurm's controller serves a whole cluster. */
const askMs = 10_000
const lookMs = 5000

interface Known {
  job: SlurmJob | undefined
  looked: number
  asked: number
  /** Of `job`; undefined: not known yet, or Slurm does not answer. */
  isAtWork: boolean | undefined
}

/** What Slurm says of sweeps' newest jobs: asked now and then while somebody wants to know, never waited for. */
export class SlurmJobs {
  private readonly known = new Map<string, Known>()

  /** Whether a job works on a sweep, or will. Undefined: Slurm has not said. */
  isAtWork(sweepDir: string): boolean | undefined {
    const now = performance.now()
    const known = this.look(sweepDir, now)
    const { job } = known
    if (!job || cancelledAs(job.dir) !== undefined) return false
    if (now - known.asked > askMs) {
      known.asked = now
      void slurmTasks(job.job).then((tasks) => {
        if (known.job?.job === job.job) known.isAtWork = tasks?.some(isActive)
      })
    }
    return known.isAtWork
  }

  private look(sweepDir: string, now: number): Known {
    const known = this.known.get(sweepDir)
    if (known && now - known.looked < lookMs) return known
    const job = lastJob(sweepDir)
    if (known && known.job?.job === job?.job) {
      known.looked = now
      return known
    }
    const fresh = { job, looked: now, asked: Number.NEGATIVE_INFINITY, isAtWork: undefined }
    this.known.set(sweepDir, fresh)
    return fresh
  }
}
