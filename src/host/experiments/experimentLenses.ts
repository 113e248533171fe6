import * as vscode from 'vscode'
import { commandIds } from '../commands/ids.ts'
import { Disposables } from '../disposables.ts'
import { loadFineTuneParts } from '../loadParts.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'

/** What is behind a lens changes with runs; nobody needs it faster. */
const repaintMs = 3000

/** *Run sweep (18 runs, about 24 min)* and *Open dashboard* above an experiment file. */
export class ExperimentLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<void>()
  readonly onDidChangeCodeLenses = this.emitter.event
  private readonly disposables = new Disposables()
  private repaint: NodeJS.Timeout | undefined
  private used = false

  constructor(private readonly workspaceRuns: WorkspaceRuns) {
    this.disposables.track(this.emitter)
    this.disposables.track(
      vscode.languages.registerCodeLensProvider({ pattern: '**/*.headway.json' }, this),
    )
    this.disposables.track(workspaceRuns.changed.on((change) => this.changed(change === undefined)))
    this.disposables.track(vscode.workspace.onDidGrantWorkspaceTrust(() => this.emitter.fire()))
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    this.used = true
    const { describeLenses } = await loadFineTuneParts()
    const registry = await this.workspaceRuns.ready()
    const file = document.uri.fsPath
    const { run, sweep } = describeLenses(document.getText(), file, registry.sweeps())
    const place = new vscode.Range(0, 0, 0, 0)
    const lenses: vscode.CodeLens[] = []
    if (vscode.workspace.isTrusted) {
      const command = commandIds.runExperiment
      const title = `$(play) ${run}`
      lenses.push(new vscode.CodeLens(place, { title, command, arguments: [document.uri] }))
    }
    const followed = sweep && registry.sweep(sweep.dir)
    if (followed) {
      const command = commandIds.openDashboard
      const title = '$(graph-line) Open dashboard'
      const node = { kind: 'sweep', sweep: followed }
      lenses.push(new vscode.CodeLens(place, { title, command, arguments: [node] }))
    }
    return lenses
  }

  dispose(): void {
    clearTimeout(this.repaint)
    this.disposables.dispose()
  }

  private changed(list: boolean): void {
    if (!this.used || !list) return
    this.repaint ??= setTimeout(() => {
      this.repaint = undefined
      this.emitter.fire()
    }, repaintMs)
  }
}
