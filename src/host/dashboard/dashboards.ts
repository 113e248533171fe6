import path from 'node:path'
import * as vscode from 'vscode'
import { Disposables } from '../disposables.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import { type DashboardActions, DashboardPanel } from './dashboardPanel.ts'

const viewType = 'headway.dashboard'

/** The open dashboards, one per sweep; brings them back after a reload or restart. */
export class Dashboards implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly panels = new Map<string, DashboardPanel>()
  private readonly disposables = new Disposables()

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly actions: DashboardActions,
  ) {
    this.disposables.track(vscode.window.registerWebviewPanelSerializer(viewType, this))
  }

  open(sweepDir: string, name = path.basename(sweepDir)): void {
    const open = this.panels.get(sweepDir)
    if (open) {
      open.panel.reveal()
      return
    }
    const panel = vscode.window.createWebviewPanel(viewType, name, vscode.ViewColumn.Active, {
      enableScripts: true,
    })
    this.adopt(panel, sweepDir)
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const sweepDir = savedSweep(state)
    if (sweepDir === undefined || this.panels.has(sweepDir)) return panel.dispose()
    this.adopt(panel, sweepDir)
  }

  dispose(): void {
    for (const panel of this.panels.values()) panel.dispose()
    this.disposables.dispose()
  }

  private adopt(panel: vscode.WebviewPanel, sweepDir: string): void {
    const dashboard = new DashboardPanel(
      panel,
      sweepDir,
      this.extensionUri,
      this.workspaceRuns,
      this.actions,
    )
    this.panels.set(sweepDir, dashboard)
    panel.onDidDispose(() => this.panels.delete(sweepDir))
  }
}

const savedSweep = (state: unknown): string | undefined => {
  if (typeof state !== 'object' || state === null || !('sweepDir' in state)) return undefined
  return typeof state.sweepDir === 'string' ? state.sweepDir : undefined
}
