import * as vscode from 'vscode'
import type { DashboardMessage } from '../../core/protocol/dashboard.ts'
import { Disposables } from '../disposables.ts'
import { loadRunParts } from '../loadParts.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import { showPage } from '../webviewPage.ts'
import type { DashboardActions } from './dashboardActions.ts'
import type { DashboardSession } from './dashboardSession.ts'

type ShowMessage = Extract<DashboardMessage, { type: 'showCompare' | 'showQuery' }>

/** One editor tab that shows one sweep. Small: what it needs comes with its page's first message. */
export class DashboardPanel implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private session: Promise<DashboardSession> | undefined
  /** Its snapshot, on the way to a page that has not asked yet. */
  private ahead: Promise<void> | undefined
  private over = false
  private toShow: ShowMessage | undefined

  constructor(
    readonly panel: vscode.WebviewPanel,
    readonly sweepDir: string,
    private readonly extensionUri: vscode.Uri,
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly actions: DashboardActions,
    private readonly memory: vscode.Memento,
  ) {
    const { webview } = panel
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png')
    this.disposables.track(webview.onDidReceiveMessage((message) => void this.receive(message)))
    this.disposables.track(panel.onDidDispose(() => this.dispose()))
    this.disposables.track(
      panel.onDidChangeViewState(() => {
        // A hidden webview's page is gone, with what was on the way to it; shown again it asks anew.
        if (panel.visible) return
        this.ahead = undefined
        void this.session?.then((session) => session.pause())
      }),
    )
    showPage(webview, extensionUri, {
      page: 'dashboard',
      title: panel.title,
      name: 'Headway dashboard',
      sweepDir,
    })
    void this.sendAhead()
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

  /** Read and sent while VS Code makes the page, which takes longer: it keeps messages until there is one. */
  private async sendAhead(): Promise<void> {
    try {
      const registry = await this.workspaceRuns.ready()
      const sweep = registry.sweep(this.sweepDir)
      if (!sweep) return
      await registry.loadHistory(sweep)
    } catch {
      // The page asks again, and says what is wrong.
      return
    }
    if (this.session || this.over || !this.panel.visible) return
    this.ahead = this.answer({ type: 'ready' })
  }

  private async receive(message: unknown): Promise<void> {
    if (isReady(message) && this.ahead) {
      const { ahead } = this
      this.ahead = undefined
      await ahead
    } else {
      await this.answer(message)
    }
    const { toShow } = this
    this.toShow = undefined
    if (toShow) this.post(toShow)
  }

  private async answer(message: unknown): Promise<void> {
    this.session ??= this.open()
    await (await this.session).receive(message)
  }

  private async open(): Promise<DashboardSession> {
    const { DashboardSession, sharedJudge } = await loadRunParts()
    return new DashboardSession({
      sweepDir: this.sweepDir,
      workspaceRuns: this.workspaceRuns,
      actions: this.actions,
      memory: this.memory,
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

const isReady = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready'
