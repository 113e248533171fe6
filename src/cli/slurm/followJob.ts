import { setTimeout as sleep } from 'node:timers/promises'
import { unscoredChoice } from '../../core/runs/sweepEnd.ts'
import type { SlurmJob } from '../../runtime/slurm/jobFolder.ts'
import { isActive, slurmTasks } from '../../runtime/slurm/squeue.ts'
import type { FollowedRun } from '../followRuns.ts'
import type { RunProgress } from '../runProgress.ts'
import { askInterrupt } from './askInterrupt.ts'
import { SlurmStates } from './slurmStates.ts'

const pollMs = 1000
/** Slurm's controller serves a whole cluster. */
const askMs = 10_000
/** Files of tasks that are gone may come so much later over a shared file system. */
const graceMs = 20_000

/** `gone`: no task is left, with work left. */
export type JobEnd = 'done' | 'gone' | 'leave' | 'cancel'

/** Follows a job: its runs by their files, its tasks by what Slurm says of them. */
export const followJob = async (
  sweepDir: string,
  job: SlurmJob,
  runs: readonly FollowedRun[],
  progress: RunProgress,
): Promise<JobEnd> => {
  const slurm = new JobWatch(job, progress)
  let interrupted = false
  const onInterrupt = () => {
    interrupted = true
  }
  process.on('SIGINT', onInterrupt)
  try {
    for (;;) {
      for (const run of runs) run.poll(progress)
      if (runs.every(({ over }) => over) && !unscoredChoice(sweepDir)) return 'done'
      if (interrupted) {
        interrupted = false
        progress.end()
        const wish = await askInterrupt(job.job)
        if (wish !== 'follow') return wish
      }
      if (await slurm.isGone()) return 'gone'
      await sleep(pollMs)
    }
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}

class JobWatch {
  private readonly states = new SlurmStates()
  private asked = Number.NEGATIVE_INFINITY
  private goneSince: number | undefined
  private isSilent = false

  constructor(
    private readonly job: SlurmJob,
    private readonly progress: RunProgress,
  ) {}

  /** Whether none of its tasks works or waits, for some time now. */
  async isGone(): Promise<boolean> {
    if (performance.now() - this.asked < askMs) return false
    this.asked = performance.now()
    const tasks = await slurmTasks(this.job.job)
    if (!tasks) {
      if (!this.isSilent)
        this.progress.say('Slurm does not answer; the runs are followed by their files.')
      this.isSilent = true
      return false
    }
    this.isSilent = false
    for (const line of this.states.changes(this.job.job, tasks)) this.progress.say(line)
    if (tasks.some(isActive)) this.goneSince = undefined
    else this.goneSince ??= performance.now()
    return this.goneSince !== undefined && performance.now() - this.goneSince > graceMs
  }
}
