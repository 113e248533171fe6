import * as vscode from 'vscode'
import type { Dashboards } from '../dashboard/dashboards.ts'
import { Disposables } from '../disposables.ts'
import { loadRunParts } from '../loadParts.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import { showPage } from '../webviewPage.ts'
import type { SummarySession } from './summarySession.ts'

/** The side panel's *Summary*: the running sweep, or the newest one, at a glance. */
export class SummaryView implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly disposables = new Disposables()
  private session: Promise<SummarySession> | undefined

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly dashboards: Dashboards,
  ) {
    this.disposables.track(vscode.window.registerWebviewViewProvider('headway.summary', this))
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.end()
    const { webview } = view
    webview.onDidReceiveMessage((message) => void this.receive(view, message))
    view.onDidDispose(() => this.end())
    view.onDidChangeVisibility(() => {
      // A hidden view's page is gone; shown again it asks anew.
      if (!view.visible) void this.session?.then((session) => session.pause())
    })
    const name = 'Headway summary'
    showPage(webview, this.extensionUri, { page: 'summary', title: name, name })
  }

  dispose(): void {
    this.end()
    this.disposables.dispose()
  }

  private end(): void {
    void this.session?.then((session) => session.dispose())
    this.session = undefined
  }

  private async receive(view: vscode.WebviewView, message: unknown): Promise<void> {
    this.session ??= this.begin(view)
    ;(await this.session).receive(message)
  }

  private async begin(view: vscode.WebviewView): Promise<SummarySession> {
    const { SummarySession, sharedJudge } = await loadRunParts()
    return new SummarySession({
      workspaceRuns: this.workspaceRuns,
      registry: await this.workspaceRuns.ready(),
      judge: sharedJudge(vscode.Uri.joinPath(this.extensionUri, 'dist').fsPath),
      post: (message) => void view.webview.postMessage(message),
      open: (dir, name, query) => {
        if (query === undefined) this.dashboards.open(dir, name)
        else this.dashboards.openFiltered(dir, name, query)
      },
    })
  }
}
