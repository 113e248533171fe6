import * as vscode from 'vscode'
import { messageOf } from '../../core/errors.ts'
import { Disposables } from '../disposables.ts'
import type { Launcher } from '../fineTune/launcher.ts'
import type { WorkspaceRuns } from './workspaceRuns.ts'

/** A trainer that ended has its whole store's runs seen as interrupted by then. */
const settleMs = 1500

/**
 * Starts again what a trainer left that died while this window followed it: from the last
 * checkpoints, and no more often than `restartRuns` allows. What was left by earlier ones waits for
 * its person.
 */
export class LostTrainers implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly waiting = new Map<string, NodeJS.Timeout>()

  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly launcher: () => Promise<Launcher>,
  ) {}

  /** To be called once the registry stands. */
  async watch(): Promise<void> {
    const registry = await this.workspaceRuns.ready()
    this.disposables.track(registry.lost.on((store) => this.schedule(store)))
  }

  dispose(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer)
    this.disposables.dispose()
  }

  private schedule(store: string): void {
    if (this.waiting.has(store) || !vscode.workspace.isTrusted) return
    this.waiting.set(
      store,
      setTimeout(() => void this.restart(store), settleMs),
    )
  }

  private async restart(store: string): Promise<void> {
    const registry = await this.workspaceRuns.ready()
    const runs = registry.runsLeft(store)
    try {
      if (runs.length === 0) return
      this.log.warn(
        `The trainer of ${store} is gone with ${runs.length} runs left; it is restarted.`,
      )
      await (await this.launcher()).restart(store, runs)
      registry.addStore(store)
    } catch (error) {
      this.log.error(`The trainer of ${store} could not be restarted: ${messageOf(error)}`)
    } finally {
      this.waiting.delete(store)
    }
  }
}
