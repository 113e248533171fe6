import * as vscode from 'vscode'
import type { Annotation } from '../annotation/annotation.ts'
import type { Dashboards } from '../dashboard/dashboards.ts'
import { Disposables } from '../disposables.ts'
import type { FineTune } from '../fineTune/fineTune.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import type { DataTree } from '../sidePanel/dataTree.ts'
import type { SweepsTree } from '../sidePanel/tree.ts'
import { type CommandId, commandIds } from './ids.ts'
import { isTrusted, type RunControl } from './runControl.ts'
import { type Handler, runHandlers } from './runHandlers.ts'

export interface CommandTargets {
  readonly workspaceRuns: WorkspaceRuns
  readonly dashboards: Dashboards
  readonly control: RunControl
  readonly fineTune: FineTune
  readonly annotation: Annotation
  readonly sweeps: SweepsTree
  readonly data: DataTree
}

/** Every command of package.json; the type makes sure that none is forgotten. */
export const registerCommands = ({
  workspaceRuns,
  dashboards,
  control,
  fineTune,
  annotation,
  sweeps,
  data,
}: CommandTargets): vscode.Disposable => {
  const handlers: Record<CommandId, Handler> = {
    [commandIds.fineTune]: () => (isTrusted() ? fineTune.wizard() : undefined),
    [commandIds.runExperiment]: (argument) =>
      isTrusted() ? fineTune.experimentFile(fileOf(argument)) : undefined,
    [commandIds.newExperiment]: () => (isTrusted() ? fineTune.newExperiment() : undefined),
    ...runHandlers({ workspaceRuns, dashboards, control, sweeps }),
    [commandIds.showLog]: () => control.showLog(),
    [commandIds.checkData]: (argument) => (isTrusted() ? data.check(argument) : undefined),
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

/** A file, as the explorer and an editor's title hand it over, or a line of the tree *Data*. */
const fileOf = (argument: unknown): unknown =>
  typeof argument === 'object' && argument !== null && 'uri' in argument ? argument.uri : argument
