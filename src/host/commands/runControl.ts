import * as vscode from 'vscode'
import { InputError, messageOf } from '../../core/errors.ts'
import { isActive, isResumable } from '../../core/runs/describe.ts'
import type { DashboardActions } from '../dashboard/dashboardActions.ts'
import { exportSweep } from '../dashboard/exportSweep.ts'
import { askForSeeds, moreSeeds } from '../dashboard/moreSeeds.ts'
import type { Launcher } from '../fineTune/launcher.ts'
import type { TrainingLog } from '../logChannel.ts'
import type { FollowedRun } from '../runs/followedRun.ts'
import type { FollowedSweep } from '../runs/storeFollower.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'

/** Stop and resume, of one run or of a sweep; also what the dashboard's buttons do. */
export class RunControl implements DashboardActions {
  constructor(
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly trainingLog: TrainingLog,
    private readonly launcher: () => Promise<Launcher>,
    private readonly fineTune: () => void,
  ) {}

  stop(sweepDir: string, runId?: string): Promise<void> {
    return this.end(sweepDir, runId, 'stop')
  }

  pause(sweepDir: string): Promise<void> {
    return this.end(sweepDir, undefined, 'pause')
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
    const commands = await vscode.commands.getCommands(true)
    // What a run is good for depends on what is installed; its folder always helps.
    const command = ['headway.useForAnnotation', 'headway.useRun'].find((id) =>
      commands.includes(id),
    )
    if (command) {
      await vscode.commands.executeCommand(command, { kind: 'run', sweep: found.sweep, run })
    } else await this.revealRun(sweepDir, runId)
  }

  async revealRun(sweepDir: string, runId: string): Promise<void> {
    const found = await this.select(sweepDir, runId)
    const [run] = found?.runs ?? []
    if (!found || !run) return
    const node = { kind: 'run', sweep: found.sweep, run }
    await vscode.commands.executeCommand('headway.revealRun', node)
  }

  private async end(
    sweepDir: string,
    runId: string | undefined,
    how: 'stop' | 'pause',
  ): Promise<void> {
    const found = await this.select(sweepDir, runId)
    if (!found || !isTrusted()) return
    const { sweep, runs } = found
    const active = runs.filter((run) => isActive(run.state.state))
    const registry = await this.workspaceRuns.ready()
    await reportErrors(async () => {
      for (const run of active) {
        if (!(await registry.stop(sweep.store, run.dir, how))) {
          throw new InputError(
            `No trainer answers for ${sweep.record.name}: it has ended, or runs on another machine; stop it there.`,
          )
        }
      }
    })
  }

  async resume(sweepDir: string, runId?: string): Promise<void> {
    const found = await this.select(sweepDir, runId)
    if (!found || !isTrusted()) return
    const runs = found.runs.filter((run) => isResumable(run.state.state))
    await reportErrors(async () => {
      await (await this.launcher()).resume(runs.map((run) => run.dir))
      const registry = await this.workspaceRuns.ready()
      registry.addStore(found.sweep.store)
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
  ): Promise<{ sweep: FollowedSweep; runs: FollowedRun[] } | undefined> {
    const sweep = (await this.workspaceRuns.ready()).sweep(sweepDir)
    if (!sweep) return undefined
    const runs = sweep.runs.filter(({ state }) => runId === undefined || state.record.id === runId)
    return { sweep, runs }
  }
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
export const reportErrors = async (action: () => Promise<void>): Promise<void> => {
  try {
    await action()
  } catch (error) {
    const answer = await vscode.window.showErrorMessage(messageOf(error), 'Show Log')
    if (answer) await vscode.commands.executeCommand('headway.showLog')
  }
}
