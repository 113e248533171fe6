import * as vscode from 'vscode'
import type { Backend, Executor, KeepModels } from '../core/experiment/schema.ts'

export interface Settings {
  readonly nodePath: string | undefined
  readonly backend: Backend
  readonly indexUrl: string | undefined
  readonly keepModels: KeepModels | undefined
  readonly executor: Executor
}

export const readSettings = (): Settings => {
  const settings = vscode.workspace.getConfiguration('headway')
  return {
    nodePath: settings.get<string>('nodePath') || undefined,
    backend: settings.get<Backend>('backend') ?? 'auto',
    indexUrl: settings.get<string>('indexUrl') || undefined,
    keepModels: settings.get<KeepModels | ''>('keepModels') || undefined,
    executor: settings.get<Executor>('executor') ?? 'local',
  }
}
