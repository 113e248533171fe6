import * as vscode from 'vscode'
import { isActive, isResumable } from '../../core/runs/describe.ts'
import type { Annotation } from '../annotation/annotation.ts'
import type { Dashboards } from '../dashboard/dashboards.ts'
import { Disposables } from '../disposables.ts'
import type { FineTune } from '../fineTune/fineTune.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import type { Node } from '../sidePanel/tree.ts'
import { type CommandId, commandIds } from './ids.ts'
import { isTrusted, type RunControl } from './runControl.ts'
import { pickRun, pickSweep } from './runPicker.ts'

export interface CommandTargets {
  readonly workspaceRuns: WorkspaceRuns
  readonly dashboards: Dashboards
  readonly control: RunControl
  readonly fineTune: FineTune
  readonly annotation: Annotation
}

/** Every command of package.json; the type makes sure that none is forgotten. */
export const registerCommands = ({
  workspaceRuns,
  dashboards,
  control,
  fineTune,
  annotation,
}: CommandTargets): vscode.Disposable => {
  const handlers: Record<CommandId, (argument?: unknown) => Promise<void> | void> = {
    [commandIds.fineTune]: () => (isTrusted() ? fineTune.wizard() : undefined),
    [commandIds.runExperiment]: (argument) =>
      isTrusted() ? fineTune.experimentFile(argument) : undefined,
    [commandIds.openDashboard]: async (argument) => {
      const node = nodeOf(argument) ?? (await pickDashboard(workspaceRuns))
      if (node) dashboards.open(node.sweep.dir, node.sweep.record.name)
    },
    [commandIds.stopRun]: async (argument) => {
      const node = nodeOf(argument) ?? (await pickRun(workspaceRuns, 'Stop which run?', activeRun))
      if (node) await control.stop(node.sweep.dir, runIdOf(node))
    },
    [commandIds.resumeRun]: async (argument) => {
      const node =
        nodeOf(argument) ?? (await pickRun(workspaceRuns, 'Resume which run?', resumableRun))
      if (node) await control.resume(node.sweep.dir, runIdOf(node))
    },
    [commandIds.showLog]: () => control.showLog(),
    [commandIds.revealRun]: async (argument) => {
      const node =
        nodeOf(argument) ?? (await pickRun(workspaceRuns, 'Reveal which run?', () => true))
      if (node) await reveal(node)
    },
    [commandIds.refresh]: () => workspaceRuns.refresh(),
    [commandIds.installRuntime]: () => (isTrusted() ? fineTune.installRuntime() : undefined),
    [commandIds.doctor]: () => (isTrusted() ? fineTune.doctor() : undefined),
    ...annotation.handlers(),
  }
  const disposables = new Disposables()
  for (const [id, handler] of Object.entries(handlers)) {
    disposables.track(vscode.commands.registerCommand(id, handler))
  }
  return disposables
}

const activeRun = ({ state }: { state: Parameters<typeof isActive>[0] }) => isActive(state)
const resumableRun = ({ state }: { state: Parameters<typeof isActive>[0] }) => isResumable(state)

const runIdOf = (node: Node): string | undefined =>
  node.kind === 'run' ? node.run.state.record.id : undefined

/** What trains now, if it is one sweep; else the user picks. */
const pickDashboard = async (workspaceRuns: WorkspaceRuns): Promise<Node | undefined> => {
  const registry = await workspaceRuns.ready()
  const active = registry
    .sweeps()
    .filter(({ runs }) => runs.some((run) => isActive(run.state.state)))
  const only = active[0]
  if (active.length === 1 && only) return { kind: 'sweep', sweep: only }
  return pickSweep(workspaceRuns, 'Open the dashboard of which sweep?')
}

const reveal = async (node: Node): Promise<void> => {
  const folder = vscode.Uri.file(node.kind === 'run' ? node.run.dir : node.sweep.dir)
  const file = vscode.Uri.joinPath(folder, node.kind === 'run' ? 'run.json' : 'sweep.json')
  await vscode.commands.executeCommand('revealInExplorer', file)
  await vscode.window.showTextDocument(file, { preview: true })
}

const nodeOf = (argument: unknown): Node | undefined =>
  typeof argument === 'object' && argument !== null && 'sweep' in argument
    ? (argument as Node)
    : undefined
