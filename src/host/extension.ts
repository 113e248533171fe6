import * as vscode from 'vscode'
import { Annotation } from './annotation/annotation.ts'
import { registerCommands } from './commands/register.ts'
import { RunControl } from './commands/runControl.ts'
import { Dashboards } from './dashboard/dashboards.ts'
import { Disposables } from './disposables.ts'
import { ExperimentLenses } from './experiments/experimentLenses.ts'
import { FineTune } from './fineTune/fineTune.ts'
import { loadRunParts } from './loadParts.ts'
import { TrainingLog } from './logChannel.ts'
import { LostTrainers } from './runs/lostTrainers.ts'
import { WorkspaceRuns } from './runs/workspaceRuns.ts'
import { DataTree } from './sidePanel/dataTree.ts'
import { ModelsTree } from './sidePanel/modelsTree.ts'
import { SummaryView } from './sidePanel/summaryView.ts'
import { SweepsTree } from './sidePanel/tree.ts'
import { StatusBar } from './statusBar.ts'

/** VS Code has revived a window's tabs by then, where it does. */
const revivalMs = 4000

/**
 * The composition root. Nothing heavy is imported or read here: activation is to take less than
 * 50 ms, and what a window needs comes with its first use.
 */
class Extension implements vscode.Disposable {
  private readonly disposables = new Disposables()

  constructor(context: vscode.ExtensionContext) {
    const track = this.disposables.track.bind(this.disposables)
    const log = track(vscode.window.createOutputChannel('Headway', { log: true }))
    const workspaceRuns = track(new WorkspaceRuns(log))
    const trainingLog = track(new TrainingLog(log, workspaceRuns))
    const fineTune = new FineTune(context, log, workspaceRuns, () => dashboards)
    const control = new RunControl(
      workspaceRuns,
      trainingLog,
      () => fineTune.launcher(),
      () => void vscode.commands.executeCommand('headway.fineTune'),
    )
    const dashboards = track(
      new Dashboards(context.extensionUri, workspaceRuns, control, context.workspaceState),
    )
    const annotation = track(
      new Annotation({
        extension: context,
        log,
        workspaceRuns,
        fineTune,
        dashboards: () => dashboards,
      }),
    )
    const sweeps = track(new SweepsTree(workspaceRuns, context.workspaceState))
    const data = track(new DataTree(vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath))
    track(new ModelsTree(workspaceRuns))
    track(new SummaryView(context.extensionUri, workspaceRuns, dashboards))
    track(new ExperimentLenses(workspaceRuns))
    const lost = track(new LostTrainers(log, workspaceRuns, () => fineTune.launcher()))
    track(new StatusBar(workspaceRuns))
    const targets = { workspaceRuns, dashboards, control, fineTune, annotation, sweeps, data }
    track(registerCommands(targets))
    const start = setTimeout(() => void begin(context, log, workspaceRuns, fineTune, lost), 0)
    track({ dispose: () => clearTimeout(start) })
    const reopen = setTimeout(() => void dashboards.reopen(), revivalMs)
    track({ dispose: () => clearTimeout(reopen) })
  }

  dispose(): void {
    this.disposables.dispose()
  }
}

/** After activation: attach to what trains already, and run what `npm start` asked for. */
const begin = async (
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  workspaceRuns: WorkspaceRuns,
  fineTune: FineTune,
  lost: LostTrainers,
): Promise<void> => {
  try {
    const registry = await workspaceRuns.ready()
    await lost.watch()
    const { autorunFile, emptyTrash } = await loadRunParts()
    const file = await autorunFile(context.workspaceState)
    if (file) await fineTune.experimentFile(file)
    // What was deleted more than seven days ago.
    if (vscode.workspace.isTrusted) for (const store of registry.storeDirs()) emptyTrash(store)
  } catch (error) {
    log.error(error instanceof Error ? error : String(error))
  }
}

export const activate = (context: vscode.ExtensionContext): void => {
  context.subscriptions.push(new Extension(context))
}

export const deactivate = (): void => {}
