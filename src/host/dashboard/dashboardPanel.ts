import { randomBytes } from 'node:crypto'
import * as vscode from 'vscode'
import type { DashboardMessage, DashboardRequest } from '../../core/protocol/dashboard.ts'
import { Disposables } from '../disposables.ts'
import { loadRunParts } from '../loadParts.ts'
import type { RunRegistry } from '../runs/registry.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import { DeltaBatcher } from './deltaBatcher.ts'
import { dashboardHtml } from './html.ts'

/** What the dashboard's buttons lead to. */
export interface DashboardActions {
  stop(sweepDir: string, runId?: string): Promise<void>
  resume(sweepDir: string, runId?: string): Promise<void>
  showLog(): void
  startNew(): void
}

/** One editor tab that shows one sweep. */
export class DashboardPanel implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly batcher = new DeltaBatcher((message) => this.post(message))

  constructor(
    readonly panel: vscode.WebviewPanel,
    readonly sweepDir: string,
    extensionUri: vscode.Uri,
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly actions: DashboardActions,
  ) {
    const { webview } = panel
    const dist = vscode.Uri.joinPath(extensionUri, 'dist', 'webview')
    webview.options = { enableScripts: true, localResourceRoots: [dist], enableCommandUris: false }
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png')
    this.disposables.track(webview.onDidReceiveMessage((message) => void this.receive(message)))
    this.disposables.track(panel.onDidDispose(() => this.dispose()))
    this.disposables.track(
      // A hidden webview's page is gone; shown again it asks anew.
      panel.onDidChangeViewState(() => panel.visible || this.batcher.pause()),
    )
    this.disposables.track(
      workspaceRuns.changed.on((change) => {
        if (change?.sweep.dir === sweepDir) this.batcher.add(change.change)
      }),
    )
    this.disposables.track(
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.sendSnapshot()),
    )
    webview.html = dashboardHtml({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      styleNonce: randomBytes(16).toString('base64'),
      script: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'dashboard.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'dashboard.css')).toString(),
      title: panel.title,
      sweepDir,
    })
  }

  dispose(): void {
    this.batcher.pause()
    this.disposables.dispose()
  }

  private async receive(message: unknown): Promise<void> {
    const { parseDashboardRequest } = await loadRunParts()
    const request = parseDashboardRequest(message)
    if (request) await this.answer(request)
  }

  private async answer(request: DashboardRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
      case 'resync':
        return this.sendSnapshot()
      case 'stop':
        return this.actions.stop(this.sweepDir, request.run)
      case 'resume':
        return this.actions.resume(this.sweepDir, request.run)
      case 'showLog':
        return this.actions.showLog()
      case 'startNew':
        return this.actions.startNew()
      default:
        return request satisfies never
    }
  }

  private async sendSnapshot(): Promise<void> {
    const registry = await this.workspaceRuns.ready()
    const sweep = registry.sweep(this.sweepDir) ?? (await this.searchAgain(registry))
    if (!sweep) {
      const reason = `There is no sweep at ${this.sweepDir} any more: it was deleted, or cannot be read (see the log).`
      return this.post({ type: 'missing', reason })
    }
    await registry.loadHistory(sweep)
    this.panel.title = sweep.record.name
    const runs = sweep.runs.map((run) => run.state)
    this.batcher.snapshot({ sweep: sweep.record, runs }, vscode.workspace.isTrusted)
  }

  private async searchAgain(registry: RunRegistry) {
    await this.workspaceRuns.refresh()
    return registry.sweep(this.sweepDir)
  }

  private post(message: DashboardMessage): void {
    void this.panel.webview.postMessage(message)
  }
}
