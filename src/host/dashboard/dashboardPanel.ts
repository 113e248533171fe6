import { randomBytes } from 'node:crypto'
import * as vscode from 'vscode'
import type { DashboardMessage } from '../../core/protocol/dashboard.ts'
import { Disposables } from '../disposables.ts'
import { loadRunParts } from '../loadParts.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import type { DashboardActions } from './dashboardActions.ts'
import type { DashboardSession } from './dashboardSession.ts'
import { dashboardHtml } from './html.ts'

type ShowMessage = Extract<DashboardMessage, { type: 'showCompare' | 'showQuery' }>

/** One editor tab that shows one sweep. Small: what it needs comes with its page's first message. */
export class DashboardPanel implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private session: Promise<DashboardSession> | undefined
  private over = false
  private toShow: ShowMessage | undefined

  constructor(
    readonly panel: vscode.WebviewPanel,
    readonly sweepDir: string,
    private readonly extensionUri: vscode.Uri,
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
      panel.onDidChangeViewState(() => {
        // A hidden webview's page is gone; shown again it asks anew.
        if (!panel.visible) void this.session?.then((session) => session.pause())
      }),
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
    void this.readAhead()
  }

  /** Has the page show something, as soon as it is there. */
  show(message: ShowMessage): void {
    if (this.session && this.panel.visible) this.post(message)
    else this.toShow = message
  }

  dispose(): void {
    if (this.over) return
    this.over = true
    void this.session?.then((session) => session.dispose())
    this.disposables.dispose()
  }

  /** The curves are read while VS Code makes the page, which takes longer. */
  private async readAhead(): Promise<void> {
    try {
      const registry = await this.workspaceRuns.ready()
      const sweep = registry.sweep(this.sweepDir)
      if (sweep) await registry.loadHistory(sweep)
    } catch {
      // The page asks again, and says what is wrong.
    }
  }

  private async receive(message: unknown): Promise<void> {
    this.session ??= this.open()
    await (await this.session).receive(message)
    const { toShow } = this
    this.toShow = undefined
    if (toShow) this.post(toShow)
  }

  private async open(): Promise<DashboardSession> {
    const { DashboardSession, sharedJudge } = await loadRunParts()
    return new DashboardSession({
      sweepDir: this.sweepDir,
      workspaceRuns: this.workspaceRuns,
      actions: this.actions,
      judge: sharedJudge(vscode.Uri.joinPath(this.extensionUri, 'dist').fsPath),
      post: (message) => this.post(message),
      setTitle: (title) => {
        this.panel.title = title
      },
    })
  }

  private post(message: DashboardMessage): void {
    if (!this.over) void this.panel.webview.postMessage(message)
  }
}
