import { setTimeout as sleep } from 'node:timers/promises'
import { EventLogReader } from '../core/runs/eventLog.ts'
import type { RunRecord, TrainerRecord } from '../core/runs/records.ts'
import { applyEvent, emptyRunState, type RunState } from '../core/runs/runState.ts'
import { highestAttempt, layout, readRun } from '../core/runs/store.ts'
import { isAlive } from '../runtime/trainerRecord.ts'
import type { RunProgress } from './runProgress.ts'

const pollMs = 200
/** After its trainer is gone, a run's last lines may still be on their way through the disk. */
const graceMs = 1500

/** One run, followed by its files: they are the truth, and are there without a connection. */
class FollowedRun {
  private state: RunState | undefined
  private reader: EventLogReader | undefined
  private attempt: number
  over: RunRecord | undefined

  /** @param after attempts up to this one belong to the past */
  constructor(
    readonly dir: string,
    after: number,
  ) {
    this.attempt = after
  }

  poll(progress: RunProgress): void {
    if (this.over) return
    // The record is read first: what it says is over has all its events in the file.
    const record = readRun(this.dir)
    const attempt = highestAttempt(this.dir)
    if (attempt > this.attempt) {
      this.attempt = attempt
      this.reader = new EventLogReader(layout.events(this.dir, attempt))
      this.state = emptyRunState(record)
    }
    for (const event of this.reader?.read() ?? []) {
      if (!this.state) break
      applyEvent(this.state, event)
      progress.show(this.state, event)
    }
    if (record.state !== 'queued' && record.state !== 'running') this.over = record
  }
}

/** Wakes the wait for the next look at the files, as soon as a trainer's message says so. */
export class Wake {
  private wake: (() => void) | undefined

  readonly now = (): void => this.wake?.()

  async after(ms: number): Promise<void> {
    const abort = new AbortController()
    this.wake = () => abort.abort()
    await sleep(ms, undefined, { signal: abort.signal }).catch(() => {})
    this.wake = undefined
  }
}

export interface RunsToFollow {
  readonly dir: string
  /** The last attempt of the past; the running one's predecessor where one is at work. */
  readonly after: number
}

/**
 * Follows runs until each is over or their trainer is gone.
 * @returns each run's record as it is then
 */
export const followRuns = async (
  runs: readonly RunsToFollow[],
  trainer: TrainerRecord,
  progress: RunProgress,
  wake: Wake,
): Promise<RunRecord[]> => {
  const followed = runs.map(({ dir, after }) => new FollowedRun(dir, after))
  let goneSince: number | undefined
  for (;;) {
    for (const run of followed) run.poll(progress)
    if (followed.every(({ over }) => over !== undefined)) break
    if (isAlive(trainer)) goneSince = undefined
    else if (goneSince === undefined) goneSince = performance.now()
    else if (performance.now() - goneSince > graceMs) break
    await wake.after(pollMs)
  }
  return followed.map(({ over, dir }) => over ?? readRun(dir))
}
