import * as vscode from 'vscode'
import { InputError, messageOf } from '../../core/errors.ts'
import { isActive, isResumable } from '../../core/runs/describe.ts'
import type { DashboardActions } from '../dashboard/dashboardActions.ts'
import { exportSweep } from '../dashboard/exportSweep.ts'
import { askForSeeds, moreSeeds } from '../dashboard/moreSeeds.ts'
import type { Launcher } from '../fineTune/launcher.ts'
import { loadRunParts } from '../loadParts.ts'
import type { TrainingLog } from '../logChannel.ts'
import { plainText } from '../plainText.ts'
import type { FollowedSweep } from '../runs/storeFollower.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import type { RunsOfSweep } from './selection.ts'

/** Stop and resume, of one run or of a sweep; also what the dashboard's buttons do. */
export class RunControl implements DashboardActions {
  constructor(
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly trainingLog: TrainingLog,
    private readonly launcher: () => Promise<Launcher>,
    private readonly fineTune: () => void,
  ) {}

  async stop(sweepDir: string, runId?: string): Promise<void> {
    const found = await this.select(sweepDir, runId)
    if (found) await this.end([found], 'stop')
  }

  async pause(sweepDir: string): Promise<void> {
    const found = await this.select(sweepDir, undefined)
    if (found) await this.end([found], 'pause')
  }

  async addSeeds(sweepDir: string, cells: readonly string[], count: number): Promise<void> {
    const found = await this.select(sweepDir, undefined)
    if (!found || !isTrusted()) return
    const wanted = count > 0 ? count : await askForSeeds(cells.length)
    const request = wanted === undefined ? undefined : moreSeeds(found.sweep, cells, wanted)
    if (!request) return
    await reportErrors(async () => {
      await (await this.launcher()).launch(request, () => undefined)
      const registry = await this.workspaceRuns.ready()
      registry.addStore(found.sweep.store)
    })
  }

  async exportSweep(sweepDir: string): Promise<void> {
    const found = await this.select(sweepDir, undefined)
    if (found) await reportErrors(() => exportSweep(found.sweep))
  }

  async useRun(sweepDir: string, runId: string): Promise<void> {
    const found = await this.select(sweepDir, runId)
    const [run] = found?.runs ?? []
    if (!found || !run) return
    if (run.state.record.config.head === 'token') {
      const node = { kind: 'run', sweep: found.sweep, run }
      await vscode.commands.executeCommand('headway.useForAnnotation', node)
    } else if (isTrusted()) await reportErrors(async () => (await loadRunParts()).useModel(run))
  }

  async revealRun(sweepDir: string, runId: string): Promise<void> {
    const found = await this.select(sweepDir, runId)
    const [run] = found?.runs ?? []
    if (!found || !run) return
    const node = { kind: 'run', sweep: found.sweep, run }
    await vscode.commands.executeCommand('headway.revealRun', node)
  }

  /** Stops or pauses what is at work or waits of these; every trainer of a store is asked. */
  async end(targets: readonly RunsOfSweep[], how: 'stop' | 'pause'): Promise<void> {
    if (!isTrusted()) return
    const registry = await this.workspaceRuns.ready()
    await reportErrors(async () => {
      for (const { sweep, runs } of targets) {
        const active = runs.filter((run) => isActive(run.state.state)).map(({ dir }) => dir)
        if (active.length === 0) continue
        if (await endOnSlurm(sweep, active, how)) {
          registry.addStore(sweep.store)
        } else if (!(await registry.stop(sweep.store, active, how))) {
          throw new InputError(
            `No trainer answers for ${sweep.record.name}: it has ended, or runs on another machine; stop it there.`,
          )
        }
      }
    })
  }

  async resume(sweepDir: string, runId?: string): Promise<void> {
    const found = await this.select(sweepDir, runId)
    if (found) await this.resumeRuns([found])
  }

  /** Puts what was stopped, paused, lost or failed of these back in line. */
  async resumeRuns(targets: readonly RunsOfSweep[]): Promise<void> {
    if (!isTrusted()) return
    await reportErrors(async () => {
      for (const { sweep, runs } of targets) {
        const open = runs.filter((run) => isResumable(run.state.state)).map(({ dir }) => dir)
        if (open.length === 0) continue
        await (await this.launcher()).resume(open)
        const registry = await this.workspaceRuns.ready()
        registry.addStore(sweep.store)
      }
    })
  }

  /** Next in line, after the run at work. */
  async putFirst({ sweep, runs }: RunsOfSweep): Promise<void> {
    const [run] = runs
    if (!run || !isTrusted()) return
    const registry = await this.workspaceRuns.ready()
    await reportErrors(async () => {
      const { jobAtWork } = await loadRunParts()
      const job = await jobAtWork(sweep.dir)
      if (job) {
        throw new InputError(
          `Slurm job ${job.job} is at work on the sweep; its tasks take the runs in their order.`,
        )
      }
      if (run.state.state !== 'queued') await (await this.launcher()).resume([run.dir])
      // Where no trainer was at work, the one just started works on it first anyway.
      if (!(await registry.first(sweep.store, run.dir)) && run.state.state === 'queued') {
        await (await this.launcher()).resume([run.dir])
      }
      registry.addStore(sweep.store)
    })
  }

  showLog(): void {
    for (const sweep of this.workspaceRuns.current?.sweeps() ?? []) {
      this.trainingLog.readTrainerLog(sweep.store)
    }
    this.trainingLog.show()
  }

  startNew(): void {
    this.fineTune()
  }

  private async select(
    sweepDir: string,
    runId: string | undefined,
  ): Promise<RunsOfSweep | undefined> {
    const sweep = (await this.workspaceRuns.ready()).sweep(sweepDir)
    if (!sweep) return undefined
    const runs = sweep.runs.filter(({ state }) => runId === undefined || state.record.id === runId)
    return { sweep, runs }
  }
}

/** Cancels the job that works on a sweep; false where there is none. @throws InputError where only some of its runs are meant */
const endOnSlurm = async (
  { dir, runs }: FollowedSweep,
  meant: readonly string[],
  how: 'stop' | 'pause',
): Promise<boolean> => {
  const { jobAtWork, cancelJob } = await loadRunParts()
  const job = await jobAtWork(dir)
  if (!job) return false
  if (runs.some((run) => isActive(run.state.state) && !meant.includes(run.dir))) {
    throw new InputError(
      `Slurm job ${job.job} is at work on the whole sweep: stop the sweep, and it is cancelled.`,
    )
  }
  const title = `Headway: cancelling Slurm job ${job.job}`
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
    cancelJob(dir, job, how === 'pause' ? 'paused' : 'stopped'),
  )
  return true
}

/** Looking is allowed everywhere, starting and stopping processes is not. */
export const isTrusted = (): boolean => {
  if (vscode.workspace.isTrusted) return true
  void vscode.window
    .showWarningMessage(
      'This needs a trusted workspace: training starts processes that read it.',
      'Manage Workspace Trust',
    )
    .then((choice) => {
      if (choice) void vscode.commands.executeCommand('workbench.trust.manage')
    })
  return false
}

/** Runs an action; what it throws becomes one sentence for the user. */
export const reportErrors = async <T>(action: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await action()
  } catch (error) {
    const answer = await vscode.window.showErrorMessage(plainText(messageOf(error)), 'Show Log')
    if (answer) await vscode.commands.executeCommand('headway.showLog')
    return undefined
  }
}
