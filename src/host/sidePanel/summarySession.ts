import { Value } from 'typebox/value'
import { type SummaryMessage, SummaryRequestSchema } from '../../core/protocol/summary.ts'
import { isActive } from '../../core/runs/describe.ts'
import { glanceAt } from '../../core/runs/glance.ts'
import { layout } from '../../core/runs/store.ts'
import type { SweepAnalysis } from '../../core/stats/analysis.ts'
import type { Judge } from '../dashboard/judge.ts'
import { type Disposable, Disposables } from '../disposables.ts'
import type { RunRegistry } from '../runs/registry.ts'
import type { FollowedSweep } from '../runs/storeFollower.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'

/** Steps come by the dozen a second; a glance needs no more than one a second. */
const repaintMs = 1000

export interface SummaryOptions {
  readonly workspaceRuns: WorkspaceRuns
  readonly registry: RunRegistry
  readonly judge: Judge
  readonly post: (message: SummaryMessage) => void
  readonly open: (sweepDir: string, name: string, query: string | undefined) => void
}

/** The host's side of the *Summary*: chooses the sweep, sends what is seen of it. */
export class SummarySession implements Disposable {
  private readonly disposables = new Disposables()
  private timer: NodeJS.Timeout | undefined
  private live = false
  private shown: FollowedSweep | undefined
  /** Of `shown`, and of which finished runs. */
  private analysis: SweepAnalysis | undefined
  private judged = ''

  constructor(private readonly options: SummaryOptions) {
    this.disposables.track(options.workspaceRuns.changed.on(() => this.schedule()))
  }

  receive(message: unknown): void {
    if (!Value.Check(SummaryRequestSchema, message)) return
    if (message.type === 'ready') {
      this.live = true
      this.send()
    } else if (this.shown) {
      const { dir, record } = this.shown
      this.options.open(dir, record.name, message.query)
    }
  }

  /** Nobody looks. */
  pause(): void {
    this.live = false
  }

  dispose(): void {
    clearTimeout(this.timer)
    this.disposables.dispose()
  }

  private schedule(): void {
    if (!this.live) return
    this.timer ??= setTimeout(() => this.send(), repaintMs)
  }

  private send(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (!this.live) return
    const sweeps = this.options.registry.sweeps().filter(({ marks }) => !marks.sweep.archived)
    const active = sweeps.filter(isWorking)
    const sweep = active[0] ?? sweeps[0]
    if (sweep !== this.shown) {
      this.shown = sweep
      this.analysis = undefined
      this.judged = ''
    }
    if (!sweep) {
      this.options.post({ type: 'none' })
      return
    }
    const runs = sweep.runs.map(({ state }) => state)
    const name = sweep.marks.sweep.name ?? sweep.record.name
    const others = active.filter((each) => each !== sweep).length
    const glance = glanceAt(sweep.dir, { name }, runs, this.analysis)
    this.options.post({ type: 'glance', glance, others })
    void this.judgeAgain(sweep)
  }

  /** After each run that ended: resampling its predictions takes a thread a second or so. */
  private async judgeAgain(sweep: FollowedSweep): Promise<void> {
    const done = sweep.runs.filter(({ state }) => state.state === 'done')
    const judged = done.map(({ dir }) => dir).join()
    if (done.length < 2 || judged === this.judged) return
    this.judged = judged
    const runs = sweep.runs.map(({ dir, state: { record } }) => ({
      record,
      predictions: layout.predictions(dir, Math.max(1, record.attempt)),
    }))
    try {
      const { analysis } = await this.options.judge.ask({ what: 'analysis', runs })
      if (this.shown !== sweep) return
      this.analysis = analysis
      this.schedule()
    } catch {
      // Without a verdict the scores are shown as they are; the next end asks again.
    }
  }
}

const isWorking = ({ runs }: FollowedSweep): boolean =>
  runs.some(({ state }) => isActive(state.state))
