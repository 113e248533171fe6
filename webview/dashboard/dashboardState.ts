import type { Comparison } from '../../src/core/compare/comparison.ts'
import type {
  CurveDetail,
  DashboardChange,
  DashboardMessage,
  SweepState,
} from '../../src/core/protocol/dashboard.ts'
import type { RunEvent } from '../../src/core/runs/events.ts'
import { applyEvent, type RunState } from '../../src/core/runs/runState.ts'
import { pointsPerRun, thinCurves } from '../../src/core/runs/thinCurves.ts'
import type { SweepAnalysis } from '../../src/core/stats/analysis.ts'

/** Beyond these the curves of the whole are fine enough. */
const mostDetail = 20_000

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
  /** Why there is no analysis. */
  unjudged: string | undefined
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
        this.unjudged = undefined
        return 'changed'
      case 'curves':
        this.detail = message.detail
        return 'changed'
      case 'comparison':
        this.comparison = message.comparison
        return 'changed'
      case 'unjudged':
        this.unjudged = message.reason
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
      this.detail = followed(this.detail, id, change.event)
    }
    return true
  }
}

/** A page that is left open over night must not grow with each step. */
const thinWhatGrew = (run: RunState, runs: number): void => {
  const limit = pointsPerRun(runs)
  if (run.curves.step.length > 2 * limit) run.curves = thinCurves(run.curves, limit)
}

/** What is zoomed to grows with a run that trains; one that was resumed draws what came before anew. */
const followed = (
  detail: CurveDetail | undefined,
  run: string,
  event: RunEvent,
): CurveDetail | undefined => {
  const curves = detail?.runs.find((one) => one.run === run)?.curves
  if (!detail || !curves) return detail
  if (event.type === 'started') {
    return { ...detail, runs: detail.runs.filter((one) => one.run !== run) }
  }
  if (event.type !== 'step' || event.step <= (curves.step.at(-1) ?? 0)) return detail
  if (curves.step.length > mostDetail) return undefined
  curves.step.push(event.step)
  curves.loss.push(event.loss)
  curves.learningRate.push(event.learningRate)
  curves.seconds.push((curves.seconds.at(-1) ?? 0) + event.stepMs / 1000)
  return detail
}
