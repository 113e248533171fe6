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
import { PlaygroundSession } from './playgroundSession.ts'

const question = 'Draw the way through which run?'
const allHeads = ['sentence', 'pair', 'token', 'qa'] as const

/** The open playgrounds: a text's way through a fine-tuned model, drawn. One tab for each model. */
export class Playgrounds implements vscode.Disposable {
  private readonly panels = new Map<vscode.WebviewPanel, ChosenModel>()

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly predictor: Predictor,
    private readonly memory: vscode.Memento,
  ) {}

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

  /** After a reload: the tab that VS Code kept, with what its page remembers. */
  async revive(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const folder = savedFolder(state)
    if (folder === undefined) panel.dispose()
    else this.adopt(panel, await this.modelIn(folder))
  }

  dispose(): void {
    // Their tabs stay: VS Code brings them back in the next window.
    this.panels.clear()
  }

  private reveal({ folder }: ChosenModel): boolean {
    const [open] = [...this.panels].find(([, shown]) => shown.folder === folder) ?? []
    open?.reveal()
    return open !== undefined
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
        this.panels.set(panel, chosen)
        panel.title = titleOf(chosen)
      },
    })
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'icon.png')
    disposables.track(
      webview.onDidReceiveMessage((message) => void reportErrors(() => session.receive(message))),
    )
    panel.onDidDispose(() => {
      this.panels.delete(panel)
      disposables.dispose()
    })
    showPage(webview, this.extensionUri, {
      page: 'playground',
      title: panel.title,
      name: 'Headway playground',
    })
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
