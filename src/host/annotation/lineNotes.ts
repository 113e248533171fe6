import * as vscode from 'vscode'
import { oneLine } from './hoverText.ts'

export interface LineNote {
  readonly line: number
  readonly text: string
  /** Drawn as a warning. */
  readonly wrong?: boolean
}

/** What a model says of lines, after their ends; gone once the text changes. */
export class LineNotes implements vscode.Disposable {
  private readonly calm = noteType('editorCodeLens.foreground')
  private readonly warning = noteType('editorWarning.foreground')
  private readonly subscription: vscode.Disposable

  constructor() {
    this.subscription = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) this.clear(document)
    })
  }

  show(editor: vscode.TextEditor, notes: readonly LineNote[]): void {
    const options = (wrong: boolean) =>
      notes
        .filter((note) => (note.wrong ?? false) === wrong)
        .map(({ line, text }) => ({
          range: editor.document.lineAt(Math.min(line, editor.document.lineCount - 1)).range,
          renderOptions: { after: { contentText: oneLine(text, 160) } },
        }))
    editor.setDecorations(this.calm, options(false))
    editor.setDecorations(this.warning, options(true))
  }

  clear(document?: vscode.TextDocument): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (document === undefined || editor.document === document) this.show(editor, [])
    }
  }

  dispose(): void {
    this.subscription.dispose()
    this.calm.dispose()
    this.warning.dispose()
  }
}

const noteType = (color: string): vscode.TextEditorDecorationType =>
  vscode.window.createTextEditorDecorationType({
    isWholeLine: false,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
    after: { margin: '0 0 0 2em', color: new vscode.ThemeColor(color), fontStyle: 'italic' },
  })
