import fs from 'node:fs'
import * as vscode from 'vscode'
import type { Comparison } from '../../core/compare/comparison.ts'
import { messageOf } from '../../core/errors.ts'
import type {
  DashboardChange,
  DashboardMessage,
  DashboardRequest,
} from '../../core/protocol/dashboard.ts'
import { updateMark } from '../../core/runs/marksFile.ts'
import { layout } from '../../core/runs/store.ts'
import { Disposables } from '../disposables.ts'
import { agreesToOutside, devData } from '../fineTune/outsideFiles.ts'
import { plainText } from '../plainText.ts'
import type { FollowedRun } from '../runs/followedRun.ts'
import type { RunRegistry } from '../runs/registry.ts'
import type { FollowedSweep } from '../runs/storeFollower.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import type { DashboardActions } from './dashboardActions.ts'
import { DeltaBatcher } from './deltaBatcher.ts'
import { saveExport } from './exports.ts'
import type { Judge } from './judge.ts'
import type { JudgedRun } from './judgeJobs.ts'
import { parseDashboardRequest } from './parseRequest.ts'
import { showDisagreements } from './predictionDocuments.ts'
import { detailOf, idOf, snapshotOf, thinChange } from './snapshot.ts'
import { titleOf } from './sweepTitle.ts'

/** What a page waits for before it shows what there is; the rest of the curves follows. */
const historyMs = 250
/** Many runs that end together are judged once. */
const judgeAfterMs = 400

export interface SessionOptions {
  readonly sweepDir: string
  readonly workspaceRuns: WorkspaceRuns
  readonly actions: DashboardActions
  readonly judge: Judge
  /** The workspace's: what its user has agreed to. */
  readonly memory: vscode.Memento
  readonly post: (message: DashboardMessage) => void
  readonly setTitle: (title: string) => void
}

/** One page's side in the host: answers its requests, sends it what changes. */
export class DashboardSession implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly batcher: DeltaBatcher
  private judging: NodeJS.Timeout | undefined
  private judged = ''
  private marksTime = 0
  /** What a snapshot holds that no delta tells of. */
  private shown: string | undefined
  /** The page says that there is no sweep. */
  private isMissing = false

  constructor(private readonly options: SessionOptions) {
    this.batcher = new DeltaBatcher(options.post)
    const { workspaceRuns, sweepDir } = options
    this.disposables.track(
      workspaceRuns.changed.on((change) => {
        if (change === undefined) return void this.listChanged()
        if (change.sweep.dir !== sweepDir) return
        this.batcher.add(thinChange(change.change, change.sweep))
        if (isEnd(change.change)) this.judgeSoon()
      }),
    )
    this.disposables.track(
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.sendSnapshot()),
    )
  }

  dispose(): void {
    clearTimeout(this.judging)
    this.batcher.pause()
    this.disposables.dispose()
  }

  /** Nobody looks. */
  pause(): void {
    this.batcher.pause()
    this.isMissing = false
  }

  async receive(message: unknown): Promise<void> {
    const request = parseDashboardRequest(message)
    if (!request) return
    try {
      await this.answer(request)
    } catch (error) {
      void vscode.window.showErrorMessage(plainText(messageOf(error)))
    }
  }

  private async answer(request: DashboardRequest): Promise<void> {
    const { actions, sweepDir } = this.options
    switch (request.type) {
      case 'ready':
      case 'resync':
        return this.sendSnapshot()
      case 'stop':
        return actions.stop(sweepDir, request.run)
      case 'pause':
        return actions.pause(sweepDir)
      case 'resume':
        return actions.resume(sweepDir, request.run)
      case 'addSeeds':
        return actions.addSeeds(sweepDir, request.cells, request.count)
      case 'export':
        return actions.exportSweep(sweepDir)
      case 'annotateWith':
        return actions.useRun(sweepDir, request.run)
      case 'reveal':
        return actions.revealRun(sweepDir, request.run)
      case 'showLog':
        return actions.showLog()
      case 'startNew':
        return actions.startNew()
      default:
        return this.answerHere(request)
    }
  }

  /** What needs no one else. */
  private async answerHere(
    request: Extract<
      DashboardRequest,
      { type: 'mark' | 'range' | 'compare' | 'disagreements' | 'save' | 'copy' }
    >,
  ): Promise<void> {
    switch (request.type) {
      case 'mark': {
        const { run, star, hidden } = request
        if (!(await this.find(run))) return
        const change = {
          ...(star === undefined ? {} : { star }),
          ...(hidden === undefined ? {} : { hidden }),
        }
        const marks = updateMark(this.options.sweepDir, run, change)
        return this.batcher.add({ type: 'marks', marks })
      }
      case 'range': {
        const sweep = await this.sweep()
        if (!sweep) return
        const detail = detailOf(sweep, request.runs, request.from, request.to)
        return this.options.post({ type: 'curves', detail })
      }
      case 'compare': {
        const runs = await this.judgedRuns(request.runs)
        const comparison = await this.compare(request.runs, runs)
        return this.options.post({ type: 'comparison', comparison })
      }
      case 'disagreements': {
        const runs = await this.judgedRuns([request.left, request.right])
        const { disagreements } = await this.options.judge.ask({
          what: 'disagreements',
          runs,
          texts: await this.mayReadData(request.left),
        })
        if (disagreements) await showDisagreements(request.left, request.right, disagreements)
        return
      }
      case 'save':
        return saveExport(request.name, request.kind, request.content)
      case 'copy':
        await vscode.env.clipboard.writeText(request.text)
        return
      default:
        return request satisfies never
    }
  }

  private async sendSnapshot(): Promise<void> {
    const registry = await this.options.workspaceRuns.ready()
    const sweep = await this.sweep()
    this.isMissing = sweep === undefined
    if (!sweep) {
      const reason = `There is no sweep at ${this.options.sweepDir} any more: it was deleted, its folder left the workspace, or it cannot be read (see the log).`
      this.batcher.pause()
      return this.options.post({ type: 'missing', reason })
    }
    const unread = sweep.runs.filter((run) => !run.historyLoaded)
    const reading = registry.loadHistory(sweep)
    await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, historyMs))])
    this.options.setTitle(titleOf(sweep))
    const late = unread.filter((run) => !run.historyLoaded)
    this.marksTime = marksTime(sweep.dir)
    this.shown = shapeOf(sweep)
    this.batcher.snapshot(snapshotOf(sweep), vscode.workspace.isTrusted)
    this.judged = ''
    this.judgeSoon(0)
    await reading
    for (const run of late) this.batcher.add(thinChange({ type: 'run', run: run.state }, sweep))
  }

  private async sweep(): Promise<FollowedSweep | undefined> {
    const registry = await this.options.workspaceRuns.ready()
    return registry.sweep(this.options.sweepDir) ?? this.searchAgain(registry)
  }

  private async searchAgain(registry: RunRegistry): Promise<FollowedSweep | undefined> {
    await this.options.workspaceRuns.refresh()
    return registry.sweep(this.options.sweepDir)
  }

  private async find(run: string): Promise<FollowedRun | undefined> {
    return (await this.sweep())?.runs.find((one) => idOf(one) === run)
  }

  /** Runs came or went, were marked, or the test data scored: what is shown is brought up to date. */
  private async listChanged(): Promise<void> {
    if (!this.batcher.isLive && !this.isMissing) return
    const registry = await this.options.workspaceRuns.ready()
    const sweep = registry.sweep(this.options.sweepDir)
    if (!sweep && this.isMissing) return
    if (!sweep || this.isMissing || shapeOf(sweep) !== this.shown) return this.sendSnapshot()
    const time = marksTime(sweep.dir)
    if (time === this.marksTime) return
    this.marksTime = time
    this.options.setTitle(titleOf(sweep))
    this.batcher.add({ type: 'marks', marks: snapshotOf(sweep).marks })
  }

  private judgeSoon(afterMs = judgeAfterMs): void {
    clearTimeout(this.judging)
    this.judging = setTimeout(() => void this.judgeNow(), afterMs)
  }

  private async judgeNow(): Promise<void> {
    const sweep = await this.sweep()
    if (!sweep || sweep.runs.length < 2) return
    const runs = sweep.runs.map(judgedRun)
    const { test } = sweep.record
    const state = JSON.stringify([
      ...runs.map(({ record, predictions }) => [record.id, record.state, predictions]),
      test ?? null,
    ])
    if (state === this.judged) return
    this.judged = state
    try {
      const { analysis } = await this.options.judge.ask({
        what: 'analysis',
        runs,
        ...(test === undefined ? {} : { test }),
      })
      if (analysis) this.options.post({ type: 'analysis', analysis })
    } catch (error) {
      // Without a verdict the page shows the scores as they are; the next end asks again.
      this.judged = ''
      const reason = messageOf(error)
      this.options.workspaceRuns.warn(`${sweep.dir}: the runs could not be judged: ${reason}`)
      this.options.post({ type: 'unjudged', reason })
    }
  }

  /** One that fails says why in its place on the page, which waits for it. */
  private async compare(ids: readonly string[], runs: readonly JudgedRun[]): Promise<Comparison> {
    const nothing = { pairs: [], groupedBy: '', groupMetric: '' }
    const none = ids.map((run) => ({ run, confusion: null, groups: [] }))
    try {
      const { comparison } = await this.options.judge.ask({ what: 'comparison', runs })
      return comparison ?? { ...nothing, runs: none }
    } catch (error) {
      const problem = `The predictions could not be compared: ${messageOf(error)}`
      this.options.workspaceRuns.warn(`${this.options.sweepDir}: ${problem}`)
      return { ...nothing, runs: none, problem }
    }
  }

  /** A run's record may name a file outside the workspace: its user is asked. */
  private async mayReadData(id: string): Promise<boolean> {
    const run = await this.find(id)
    if (!run) return false
    return agreesToOutside(this.options.memory, [devData(run)])
  }

  private async judgedRuns(ids: readonly string[]): Promise<JudgedRun[]> {
    const runs = await Promise.all(ids.map((id) => this.find(id)))
    return runs.flatMap((run) => (run ? [judgedRun(run)] : []))
  }
}

/** Which runs, and what was scored on the test data: a change of these is sent as a new snapshot. */
const shapeOf = ({ record, runs }: FollowedSweep): string =>
  JSON.stringify([runs.map(idOf), record.test])

const judgedRun = (run: FollowedRun): JudgedRun => {
  // The state that is shown counts: of a run whose trainer is gone the record says otherwise.
  const { record } = run.state
  return {
    record,
    predictions: layout.predictions(run.dir, Math.max(1, record.attempt)),
  }
}

const isEnd = (change: DashboardChange): boolean =>
  change.type === 'run' ||
  change.type === 'state' ||
  (change.type === 'event' && change.event.type === 'finished')

const marksTime = (sweepDir: string): number => {
  try {
    return fs.statSync(layout.marks(sweepDir)).mtimeMs
  } catch {
    return 0
  }
}
