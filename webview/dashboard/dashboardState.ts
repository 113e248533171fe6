import type {
  DashboardChange,
  DashboardMessage,
  SweepState,
} from '../../src/core/protocol/dashboard.ts'
import { applyEvent, type RunState } from '../../src/core/runs/runState.ts'

export type Page =
  | { readonly type: 'loading' }
  | { readonly type: 'missing'; readonly reason: string }
  | { readonly type: 'sweep'; readonly state: SweepState; readonly trusted: boolean }

/** What came of a message: something to draw, or deltas were missed and a snapshot is to be asked for. */
export type Outcome = 'changed' | 'gap'

/** The webview's copy of a sweep: a snapshot, and every delta since in order. */
export class DashboardState {
  page: Page = { type: 'loading' }
  private seq = 0

  get lastSeq(): number {
    return this.seq
  }

  receive(message: DashboardMessage): Outcome {
    switch (message.type) {
      case 'snapshot':
        this.seq = message.seq
        this.page = { type: 'sweep', state: message.state, trusted: message.trusted }
        return 'changed'
      case 'missing':
        this.page = { type: 'missing', reason: message.reason }
        return 'changed'
      case 'delta':
        return this.receiveDelta(message.seq, message.changes)
      default:
        return message satisfies never
    }
  }

  private receiveDelta(seq: number, changes: readonly DashboardChange[]): Outcome {
    if (this.page.type !== 'sweep' || seq !== this.seq + 1) return 'gap'
    this.seq = seq
    for (const change of changes) if (!this.apply(this.page.state.runs, change)) return 'gap'
    return 'changed'
  }

  /** False where the change speaks of a run that this copy doesn't know. */
  private apply(runs: RunState[], change: DashboardChange): boolean {
    const id = change.type === 'run' ? change.run.record.id : change.run
    const at = runs.findIndex((run) => run.record.id === id)
    const run = runs[at]
    if (change.type === 'run') {
      if (run) runs[at] = change.run
      else runs.push(change.run)
      return true
    }
    if (!run) return false
    if (change.type === 'state') run.state = change.state
    else applyEvent(run, change.event)
    return true
  }
}
