import path from 'node:path'
import * as vscode from 'vscode'
import { isActive, isResumable } from '../../core/runs/describe.ts'
import { Disposables } from '../disposables.ts'
import { loadRunParts } from '../loadParts.ts'
import { Signal } from '../signal.ts'
import type { RunRegistry } from './registry.ts'
import type { StoreChange } from './storeFollower.ts'

const sweepFiles = '**/.headway/sweeps/*/sweep.json'

/**
 * The registry of this window's workspace. Reading begins at the first question or shortly after
 * activation, never in it; what needs a library is imported only then.
 */
export class WorkspaceRuns implements vscode.Disposable {
  /** Anything a list of runs shows may have changed. */
  readonly changed = new Signal<StoreChange | undefined>()
  current: RunRegistry | undefined
  private readonly disposables = new Disposables()
  private loading: Promise<RunRegistry> | undefined
  private context = ''

  constructor(private readonly log: vscode.LogOutputChannel) {}

  ready(): Promise<RunRegistry> {
    this.loading ??= this.load()
    return this.loading
  }

  /** Looks for stores again. */
  async refresh(): Promise<void> {
    const registry = await this.ready()
    registry.setStores(await findStores())
  }

  warn(message: string): void {
    this.log.warn(message)
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private async load(): Promise<RunRegistry> {
    const { RunRegistry, trainerProcesses } = await loadRunParts()
    const registry = this.disposables.track(new RunRegistry(trainerProcesses))
    this.current = registry
    registry.changed.on((change) => this.announce(change))
    registry.listChanged.on(() => this.announce(undefined))
    registry.problem.on((message) => this.log.warn(message))
    registry.setStores(await findStores())
    this.watch(registry)
    this.announce(undefined)
    return registry
  }

  private watch(registry: RunRegistry): void {
    const watcher = this.disposables.track(vscode.workspace.createFileSystemWatcher(sweepFiles))
    this.disposables.track(watcher.onDidCreate((uri) => registry.addStore(storeOf(uri))))
    this.disposables.track(
      vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => {
        registry.leaveFolders(removed.map(pathOf), workspaceFolders())
        void this.refresh()
      }),
    )
  }

  private announce(change: StoreChange | undefined): void {
    this.changed.emit(change)
    if (change?.change.type === 'event' && change.change.event.type === 'step') return
    const states = this.current?.runs().map((run) => run.state.state) ?? []
    const context = {
      'headway.ready': true,
      'headway.hasRuns': states.length > 0,
      'headway.training': states.some(isActive),
      'headway.resumable': states.some(isResumable),
    }
    if (JSON.stringify(context) === this.context) return
    this.context = JSON.stringify(context)
    for (const [key, value] of Object.entries(context)) {
      void vscode.commands.executeCommand('setContext', key, value)
    }
  }
}

/** `null`: whatever `files.exclude` hides is still a store. */
const findStores = async (): Promise<string[]> => {
  const files = await vscode.workspace.findFiles(sweepFiles, null)
  const stores = files.map(storeOf)
  return [...new Set([...workspaceFolders(), ...stores])]
}

const pathOf = ({ uri }: vscode.WorkspaceFolder): string => uri.fsPath
const workspaceFolders = (): string[] => (vscode.workspace.workspaceFolders ?? []).map(pathOf)

const storeOf = (sweepFile: vscode.Uri): string =>
  path.resolve(path.dirname(sweepFile.fsPath), '..', '..', '..')
