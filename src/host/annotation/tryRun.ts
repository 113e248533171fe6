import path from 'node:path'
import * as vscode from 'vscode'
import { Disposables } from '../disposables.ts'
import type { FollowedRun } from '../runs/followedRun.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import { type ChosenModel, finishedRuns } from './chooseModel.ts'
import { annotationCommandIds as ids } from './commandIds.ts'
import { LineNotes } from './lineNotes.ts'
import type { Predictor } from './predictor.ts'
import { type TriedRows, tryRows } from './triedRows.ts'

interface Offered {
  readonly run: FollowedRun
  readonly model: ChosenModel
}

/** *Try this run* above the first row of a data file: gold against predicted, row by row. */
export class TryRun implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly notes = this.disposables.track(new LineNotes())

  constructor(
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly predictor: Predictor,
  ) {}

  async codeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const offered = bestOfEach(await this.fitting(document.uri.fsPath))
    const range = new vscode.Range(0, 0, 0, 0)
    return offered.map(
      ({ model }) =>
        new vscode.CodeLens(range, {
          title: `$(beaker) Try run ${model.name} (${model.description ?? ''})`,
          command: ids.tryRun,
          arguments: [document.uri, model.folder],
        }),
    )
  }

  async run(file: unknown, folder: unknown): Promise<TriedRows | undefined> {
    const uri = file instanceof vscode.Uri ? file : vscode.window.activeTextEditor?.document.uri
    if (!uri) return undefined
    const fitting = await this.fitting(uri.fsPath)
    const chosen = fitting.find(({ model }) => model.folder === folder) ?? fitting[0]
    if (!chosen) {
      void vscode.window.showInformationMessage(
        'No finished run was trained or scored on this file.',
      )
      return undefined
    }
    const editor = await vscode.window.showTextDocument(uri)
    const { version } = editor.document
    const tried = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: `Headway: trying ${chosen.model.name}` },
      () => tryRows(uri.fsPath, chosen.run.state.record, chosen.model.folder, this.predictor),
    )
    // Edited meanwhile, the lines are others.
    if (editor.document.version !== version) return undefined
    this.notes.show(editor.document, tried.notes)
    const verdict = tried.wrong === undefined ? 'tried on' : `is wrong on ${tried.wrong} of`
    vscode.window.setStatusBarMessage(
      `Headway: ${chosen.model.name} ${verdict} the first ${tried.tried} ${tried.unit}`,
      8000,
    )
    return tried
  }

  dispose(): void {
    this.disposables.dispose()
  }

  /** Runs that have this file among their data, the best of each sweep first. */
  private async fitting(file: string): Promise<Offered[]> {
    const runs = await finishedRuns(this.workspaceRuns, ['sentence', 'pair', 'token', 'qa'])
    return runs.filter(({ run }) => {
      const { record } = run.state
      const base = path.resolve(run.dir, record.base)
      const { train, dev, test } = record.config.data
      return [train, dev, test].some(
        (each) => each !== undefined && path.resolve(base, each) === file,
      )
    })
  }
}

const bestOfEach = (offered: readonly Offered[]): Offered[] => {
  const seen = new Set<string>()
  return offered.filter(({ run }) => {
    const { sweep } = run.state.record
    if (seen.has(sweep)) return false
    seen.add(sweep)
    return true
  })
}
