import * as vscode from 'vscode'
import { commandIds } from './commands/ids.ts'
import type { WorkspaceRuns } from './runs/workspaceRuns.ts'
import { statusText } from './sidePanel/labels.ts'

const repaintMs = 500

/** Shows per cent and time left while something trains; a click opens the dashboard. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'headway.training',
    vscode.StatusBarAlignment.Left,
    10,
  )
  private readonly subscription: vscode.Disposable
  private repaint: NodeJS.Timeout | undefined

  constructor(private readonly workspaceRuns: WorkspaceRuns) {
    this.item.name = 'Headway: Training'
    this.item.command = commandIds.openDashboard
    this.item.tooltip = 'Headway: open the dashboard of what trains'
    this.subscription = workspaceRuns.changed.on(() => {
      this.repaint ??= setTimeout(() => this.paint(), repaintMs)
    })
  }

  dispose(): void {
    clearTimeout(this.repaint)
    this.subscription.dispose()
    this.item.dispose()
  }

  private paint(): void {
    this.repaint = undefined
    const sweeps = this.workspaceRuns.current?.sweeps() ?? []
    const text = statusText(sweeps.map((sweep) => sweep.runs.map((run) => run.state)))
    if (text === undefined) {
      this.item.hide()
      return
    }
    this.item.text = text
    this.item.show()
  }
}
