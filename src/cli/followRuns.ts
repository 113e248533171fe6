import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { EventLogReader } from '../core/runs/eventLog.ts'
import type { RunRecord } from '../core/runs/records.ts'
import { applyEvent, emptyRunState, type RunState } from '../core/runs/runState.ts'
import { highestAttempt, layout, readRun } from '../core/runs/store.ts'
import { isAlive } from '../runtime/trainerRecord.ts'
import type { RunProgress } from './runProgress.ts'

const pollMs = 200
/** After its trainer is gone, a run's last lines may still be on their way through the disk. */
const graceMs = 1500

/** One run, followed by its files: they are the truth, and are there without a connection. */
export class FollowedRun {
  /** As it was at the last look. */
  record: RunRecord
  over = false
  private state: RunState | undefined
  private reader: EventLogReader | undefined
  private attempt: number
  private restarted: number | undefined

  /** @param after attempts up to this one belong to the past */
  constructor(
    readonly dir: string,
    after: number,
  ) {
    this.attempt = after
    this.record = readRun(dir)
  }

  /**
   * The attempt that was followed lost its trainer, and nobody has been asked to go on. (One from before
   * waits in a trainer's queue, whatever its record says.)
   */
  get isLost(): boolean {
    if (this.over || !this.state || this.restarted === this.attempt) return false
    const { state, attempt, trainer } = this.record
    return (
      state === 'running' && attempt === this.attempt && trainer !== undefined && !isAlive(trainer)
    )
  }

  /** It is handed to a trainer once more. */
  noteRestart(): void {
    this.restarted = this.attempt
  }

  poll(progress: RunProgress): void {
    if (this.over) return
    if (!fs.existsSync(layout.runRecord(this.dir))) {
      this.giveUp(progress)
      return
    }
    // The record is read first: what it says is over has all its events in the file.
    this.record = readRun(this.dir)
    const attempt = highestAttempt(this.dir)
    if (attempt > this.attempt) {
      this.attempt = attempt
      this.reader = new EventLogReader(layout.events(this.dir, attempt))
      this.state = emptyRunState(this.record)
    }
    for (const event of this.reader?.read() ?? []) {
      if (!this.state) break
      applyEvent(this.state, event)
      progress.show(this.state, event)
    }
    this.over = this.record.state !== 'queued' && this.record.state !== 'running'
  }

  private giveUp(progress: RunProgress): void {
    const reason = 'Its folder was deleted while it was followed.'
    progress.say(`${this.record.id}: ${reason}`)
    this.record = { ...this.record, state: 'failed', reason }
    this.over = true
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

/**
 * Follows runs until each is over or nobody is left to work on them.
 * @param isAtWork whether a trainer of their store lives, and none that had one of them is lost
 */
export const followRuns = async (
  runs: readonly FollowedRun[],
  isAtWork: () => boolean,
  progress: RunProgress,
  wake: Wake,
): Promise<void> => {
  let goneSince: number | undefined
  for (;;) {
    for (const run of runs) run.poll(progress)
    if (runs.every(({ over }) => over)) return
    if (isAtWork()) goneSince = undefined
    else if (goneSince === undefined) goneSince = performance.now()
    else if (performance.now() - goneSince > graceMs) return
    await wake.after(pollMs)
  }
}
