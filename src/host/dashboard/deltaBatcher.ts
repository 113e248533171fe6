import type {
  DashboardChange,
  DashboardMessage,
  SweepState,
} from '../../core/protocol/dashboard.ts'

/** Ten deltas a second are as smooth as anyone sees. */
export const deltaIntervalMs = 100

/**
 * Collects changes and sends them as numbered deltas. Before the first snapshot and while paused
 * nothing is kept: the next snapshot holds it all.
 */
export class DeltaBatcher {
  private seq = 0
  private live = false
  private changes: DashboardChange[] = []
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly send: (message: DashboardMessage) => void,
    private readonly intervalMs = deltaIntervalMs,
  ) {}

  /** There is a page that was sent a snapshot. */
  get isLive(): boolean {
    return this.live
  }

  snapshot(state: SweepState, trusted: boolean): void {
    this.pause()
    this.live = true
    this.send({ type: 'snapshot', seq: ++this.seq, state, trusted })
  }

  add(change: DashboardChange): void {
    if (!this.live) return
    this.changes.push(change)
    this.timer ??= setTimeout(() => this.flush(), this.intervalMs)
  }

  flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.changes.length === 0) return
    const changes = this.changes
    this.changes = []
    this.send({ type: 'delta', seq: ++this.seq, changes })
  }

  /** Nobody looks. */
  pause(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.changes = []
    this.live = false
  }
}
