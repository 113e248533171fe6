import * as vscode from 'vscode'
import type { PlaygroundMessage } from '../../core/protocol/playground.ts'
import { layout } from '../../core/runs/store.ts'
import { type ChosenModel, chooseModel, finishedRuns, modelAt } from '../annotation/chooseModel.ts'
import { playgroundViewType } from '../annotation/commandIds.ts'
import type { Predictor } from '../annotation/predictor.ts'
import { reportErrors } from '../commands/runControl.ts'
import { nodesOf } from '../commands/selection.ts'
import { Disposables } from '../disposables.ts'
import { devData, isAgreed } from '../fineTune/outsideFiles.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import { showPage } from '../webviewPage.ts'
import { PlaygroundMemory } from './playgroundMemory.ts'
import { PlaygroundSession } from './playgroundSession.ts'

const question = 'Draw the way through which run?'
const allHeads = ['sentence', 'pair', 'token', 'qa'] as const

/** The open playgrounds: a text's way through a fine-tuned model, drawn. One tab for each model. */
export class Playgrounds implements vscode.Disposable {
  private readonly panels = new Map<vscode.WebviewPanel, ChosenModel>()
  private readonly remembered: PlaygroundMemory

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly predictor: Predictor,
    private readonly memory: vscode.Memento,
  ) {
    this.remembered = new PlaygroundMemory(memory)
  }

  /** From the palette, from a run in the side panel, or for a model's folder. */
  async open(...args: readonly unknown[]): Promise<void> {
    // The one that was clicked, whatever else is selected.
    const [folder] = args
    const [node] = nodesOf([folder])
    this.predictor.warm()
    const model =
      node?.kind === 'run'
        ? await this.modelIn(layout.model(node.run.dir))
        : typeof folder === 'string'
          ? await this.modelIn(folder)
          : await this.choose()
    if (!model) return
    if (this.reveal(model)) return
    const panel = vscode.window.createWebviewPanel(
      playgroundViewType,
      titleOf(model),
      vscode.ViewColumn.Active,
      { enableScripts: true },
    )
    this.adopt(panel, model)
  }

  /** After a reload: the tab that VS Code kept, at times without what its page had written down. */
  async revive(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const hasTab = (folder: string) => this.tabOf(folder) !== undefined
    const folder = savedFolder(state) ?? this.remembered.folderOf(panel.title, hasTab)
    if (folder === undefined || hasTab(folder)) return panel.dispose()
    // Taken, before another tab of that title asks.
    this.panels.set(panel, { folder, name: panel.title })
    panel.onDidDispose(() => this.forget(panel))
    const model = await this.modelIn(folder)
    if (this.panels.has(panel)) this.adopt(panel, model)
  }

  dispose(): void {
    // Their tabs stay: VS Code brings them back in the next window.
    this.panels.clear()
  }

  private reveal({ folder }: ChosenModel): boolean {
    const open = this.tabOf(folder)
    open?.reveal()
    return open !== undefined
  }

  private tabOf(folder: string): vscode.WebviewPanel | undefined {
    const [open] = [...this.panels].find(([, shown]) => shown.folder === folder) ?? []
    return open
  }

  private modelIn(folder: string): Promise<ChosenModel> {
    return modelAt(this.workspaceRuns, allHeads, folder)
  }

  /** The only one there is, or the user's choice. */
  private async choose(): Promise<ChosenModel | undefined> {
    const runs = await finishedRuns(this.workspaceRuns, allHeads)
    const only = runs.length === 1 ? runs[0]?.model : undefined
    return only ?? chooseModel(this.workspaceRuns, allHeads, question)
  }

  private adopt(panel: vscode.WebviewPanel, model: ChosenModel): void {
    const disposables = new Disposables()
    const { webview } = panel
    this.panels.set(panel, model)
    this.remembered.opened(model.folder, panel.title)
    const session = new PlaygroundSession(model, {
      predictor: this.predictor,
      post: (message: PlaygroundMessage) => {
        if (this.panels.has(panel)) void webview.postMessage(message)
      },
      runOf: ({ run }) => this.runAt(run),
      mayRead: (run) => isAgreed(this.memory, [devData(run)]),
      choose: async () => {
        const chosen = await chooseModel(this.workspaceRuns, allHeads, question)
        return chosen && this.reveal(chosen) ? undefined : chosen
      },
      changed: (chosen) => {
        this.forget(panel)
        this.panels.set(panel, chosen)
        panel.title = titleOf(chosen)
        this.remembered.opened(chosen.folder, panel.title)
      },
      memory: this.remembered,
    })
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'icon.png')
    disposables.track(
      webview.onDidReceiveMessage((message) => void reportErrors(() => session.receive(message))),
    )
    panel.onDidDispose(() => {
      this.forget(panel)
      disposables.dispose()
    })
    showPage(webview, this.extensionUri, {
      page: 'playground',
      title: panel.title,
      name: 'Headway playground',
    })
  }

  /** Its tab is closed, or shows another model. */
  private forget(panel: vscode.WebviewPanel): void {
    const model = this.panels.get(panel)
    if (model) this.remembered.closed(model.folder)
    this.panels.delete(panel)
  }

  private async runAt(dir: string | undefined) {
    if (dir === undefined) return undefined
    const registry = await this.workspaceRuns.ready()
    return registry.runs().find((run) => run.dir === dir)
  }
}

const titleOf = ({ name }: ChosenModel): string => `Playground ${name}`

const savedFolder = (state: unknown): string | undefined => {
  if (typeof state !== 'object' || state === null || !('folder' in state)) return undefined
  return typeof state.folder === 'string' ? state.folder : undefined
}
