import type { Comparison } from '../../src/core/compare/comparison.ts'
import type {
  CurveDetail,
  DashboardChange,
  DashboardMessage,
  SweepState,
} from '../../src/core/protocol/dashboard.ts'
import { applyEvent, type RunState } from '../../src/core/runs/runState.ts'
import { pointsPerRun, thinCurves } from '../../src/core/runs/thinCurves.ts'
import type { SweepAnalysis } from '../../src/core/stats/analysis.ts'

export type Page =
  | { readonly type: 'loading' }
  | { readonly type: 'missing'; readonly reason: string }
  | { readonly type: 'sweep'; readonly state: SweepState; readonly trusted: boolean }

/** What came of a message: something to draw, or deltas were missed and a snapshot is to be asked for. */
export type Outcome = 'changed' | 'gap'

/** The webview's copy of a sweep: a snapshot, and every delta since in order. */
export class DashboardState {
  page: Page = { type: 'loading' }
  analysis: SweepAnalysis | undefined
  detail: CurveDetail | undefined
  comparison: Comparison | undefined
  private seq = 0
  /** Places in `runs` by id. */
  private readonly places = new Map<string, number>()

  get lastSeq(): number {
    return this.seq
  }

  receive(message: DashboardMessage): Outcome {
    switch (message.type) {
      case 'snapshot':
        this.seq = message.seq
        this.page = { type: 'sweep', state: message.state, trusted: message.trusted }
        this.detail = undefined
        this.places.clear()
        for (const [at, run] of message.state.runs.entries()) this.places.set(run.record.id, at)
        return 'changed'
      case 'missing':
        this.page = { type: 'missing', reason: message.reason }
        return 'changed'
      case 'delta':
        return this.receiveDelta(message.seq, message.changes)
      case 'analysis':
        this.analysis = message.analysis
        return 'changed'
      case 'curves':
        this.detail = message.detail
        return 'changed'
      case 'comparison':
        this.comparison = message.comparison
        return 'changed'
      case 'showCompare':
      case 'showQuery':
        return 'changed'
      default:
        return message satisfies never
    }
  }

  private receiveDelta(seq: number, changes: readonly DashboardChange[]): Outcome {
    if (this.page.type !== 'sweep' || seq !== this.seq + 1) return 'gap'
    this.seq = seq
    for (const change of changes) if (!this.apply(this.page.state, change)) return 'gap'
    return 'changed'
  }

  /** False where the change speaks of a run that this copy doesn't know. */
  private apply(state: SweepState, change: DashboardChange): boolean {
    const { runs } = state
    if (change.type === 'marks') {
      state.marks = change.marks
      return true
    }
    const id = change.type === 'run' ? change.run.record.id : change.run
    const at = this.places.get(id)
    if (change.type === 'run') {
      this.places.set(id, at ?? runs.length)
      runs[at ?? runs.length] = change.run
      return true
    }
    const run = at === undefined ? undefined : runs[at]
    if (!run) return false
    if (change.type === 'state') run.state = change.state
    else {
      applyEvent(run, change.event)
      thinWhatGrew(run, runs.length)
    }
    return true
  }
}

/** A page that is left open over night must not grow with each step. */
const thinWhatGrew = (run: RunState, runs: number): void => {
  const limit = pointsPerRun(runs)
  if (run.curves.step.length > 2 * limit) run.curves = thinCurves(run.curves, limit)
}
