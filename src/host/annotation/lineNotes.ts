import * as vscode from 'vscode'
import { Disposables } from '../disposables.ts'
import { oneLine } from './hoverText.ts'

export interface LineNote {
  readonly line: number
  readonly text: string
  /** Drawn as a warning. */
  readonly wrong?: boolean
}

/** What a model says of lines, after their ends; gone once the text changes or closes. */
export class LineNotes implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly calm = this.disposables.track(noteType('editorCodeLens.foreground'))
  private readonly warning = this.disposables.track(noteType('editorWarning.foreground'))
  private readonly shown = new Map<vscode.TextDocument, readonly LineNote[]>()

  constructor() {
    const track = this.disposables.track.bind(this.disposables)
    track(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.clear(document)
      }),
    )
    track(vscode.workspace.onDidCloseTextDocument((document) => this.clear(document)))
    // Another tab was shown: the editor that comes back is a new one.
    track(
      vscode.window.onDidChangeVisibleTextEditors(() => {
        for (const document of this.shown.keys()) this.draw(document)
      }),
    )
  }

  show(document: vscode.TextDocument, notes: readonly LineNote[]): void {
    // Closed while the model was asked.
    if (document.isClosed) return
    this.shown.set(document, notes)
    this.draw(document)
  }

  clear(document?: vscode.TextDocument): void {
    for (const each of document ? [document] : [...this.shown.keys()]) {
      if (this.shown.delete(each)) this.draw(each)
    }
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private draw(document: vscode.TextDocument): void {
    const notes = this.shown.get(document) ?? []
    const options = (wrong: boolean) =>
      notes
        .filter((note) => (note.wrong ?? false) === wrong)
        .map(({ line, text }) => ({
          range: document.lineAt(Math.min(line, document.lineCount - 1)).range,
          renderOptions: { after: { contentText: oneLine(text, 160) } },
        }))
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document !== document) continue
      editor.setDecorations(this.calm, options(false))
      editor.setDecorations(this.warning, options(true))
    }
  }
}

const noteType = (color: string): vscode.TextEditorDecorationType =>
  vscode.window.createTextEditorDecorationType({
    isWholeLine: false,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
    after: { margin: '0 0 0 2em', color: new vscode.ThemeColor(color), fontStyle: 'italic' },
  })
