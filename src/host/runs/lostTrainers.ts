import * as vscode from 'vscode'
import { messageOf } from '../../core/errors.ts'
import { Disposables } from '../disposables.ts'
import type { Launcher } from '../fineTune/launcher.ts'
import type { LeftRuns } from './runsLeftBy.ts'
import type { WorkspaceRuns } from './workspaceRuns.ts'

/** Where several trainers of a store die together, all are seen by then. */
const settleMs = 1500

/**
 * Starts again what a trainer left that died while this window followed it: from the last
 * checkpoints, and no more often than `restartRuns` allows. What was left by earlier ones waits for
 * its person.
 */
export class LostTrainers implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly left = new Map<string, LeftRuns[]>()
  private readonly timers = new Set<NodeJS.Timeout>()

  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly launcher: () => Promise<Launcher>,
  ) {}

  /** To be called once the registry stands. */
  async watch(): Promise<void> {
    const registry = await this.workspaceRuns.ready()
    this.disposables.track(registry.lost.on(({ store, left }) => this.add(store, left)))
  }

  dispose(): void {
    for (const timer of this.timers) clearTimeout(timer)
    this.disposables.dispose()
  }

  private add(store: string, left: LeftRuns): void {
    if (!vscode.workspace.isTrusted) return
    const waiting = this.left.get(store)
    if (waiting) {
      waiting.push(left)
      return
    }
    this.left.set(store, [left])
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      void this.restart(store)
    }, settleMs)
    this.timers.add(timer)
  }

  private async restart(store: string): Promise<void> {
    const lost = this.left.get(store) ?? []
    this.left.delete(store)
    const open = [...new Set(lost.flatMap((each) => each.open))]
    const asked = lost.flatMap((each) => each.asked)
    try {
      this.log.warn(`The trainer of ${store} is gone, with ${open.length} runs left to restart.`)
      await (await this.launcher()).restart(store, open, asked)
      const registry = await this.workspaceRuns.ready()
      registry.addStore(store)
    } catch (error) {
      this.log.error(`The trainer of ${store} could not be restarted: ${messageOf(error)}`)
    }
  }
}
