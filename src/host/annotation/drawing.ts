import * as vscode from 'vscode'
import { Disposables } from '../disposables.ts'
import type { AnnotatedDocument } from './annotatedDocument.ts'
import { SpanDecorations, type TypeNames } from './decorations.ts'
import { EntitiesTree } from './entitiesTree.ts'
import { Legend } from './legend.ts'
import { problemsOf } from './problems.ts'
import type { FileSummary } from './summary.ts'
import { SummaryPasses } from './summaryPasses.ts'
import { TypingGuard } from './typing.ts'

/** What is on screen follows at once; tree, counts, marks and problems after a moment's rest. */
const drawMs = 16

/** Everything that shows annotations: text, ruler, status bar, tree, problems. */
export class Drawing implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly decorations = this.disposables.track(new SpanDecorations())
  private readonly legend = this.disposables.track(new Legend())
  private readonly tree = this.disposables.track(new EntitiesTree())
  private readonly problems = this.disposables.track(
    vscode.languages.createDiagnosticCollection('Headway'),
  )
  private readonly subscriptions = new Map<AnnotatedDocument, Disposables>()
  private readonly summaries = new Map<AnnotatedDocument, FileSummary>()
  private readonly passes = new Map<AnnotatedDocument, SummaryPasses>()
  private drawTimer: NodeJS.Timeout | undefined
  private context = ''
  private isReviewing = false

  private readonly typing: TypingGuard

  constructor(
    private readonly find: (document: vscode.TextDocument) => AnnotatedDocument | undefined,
    log: vscode.LogOutputChannel,
  ) {
    const isAnnotated = () => {
      const document = vscode.window.activeTextEditor?.document
      return document !== undefined && this.find(document) !== undefined
    }
    const tell = () =>
      vscode.window.setStatusBarMessage('Headway: no such key in review mode; Esc leaves it', 4000)
    this.typing = this.disposables.track(new TypingGuard(isAnnotated, tell, log))
    const track = this.disposables.track.bind(this.disposables)
    track(
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        this.find(textEditor.document)?.wake()
        this.draw()
      }),
    )
    track(vscode.window.onDidChangeVisibleTextEditors(() => this.draw()))
    track(
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        const annotated = editor && this.find(editor.document)
        if (annotated) this.passes.get(annotated)?.soon(false)
        // The next key may come before the next drawing: it belongs to this editor.
        this.tellKeys()
        this.draw()
      }),
    )
    track(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (typeNames() === 'hover' && this.find(textEditor.document)) this.draw()
      }),
    )
    track(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('headway.annotation')) this.all()
      }),
    )
  }

  add(annotated: AnnotatedDocument): void {
    const own = new Disposables()
    const passes = own.track(
      new SummaryPasses(annotated, (summary) => this.show(annotated, summary)),
    )
    own.track(
      annotated.changed.on((what) => {
        // Ctrl+Z may come right after it.
        if (what !== 'predictions') this.tellKeys()
        this.draw()
        passes.soon(what !== 'predictions')
      }),
    )
    own.track(
      annotated.progress.on(({ done, of }) => {
        if (done === of) passes.settled()
      }),
    )
    this.subscriptions.set(annotated, own)
    this.passes.set(annotated, passes)
    this.draw()
    passes.soon(true)
  }

  remove(annotated: AnnotatedDocument): void {
    this.subscriptions.get(annotated)?.dispose()
    for (const map of [this.subscriptions, this.summaries, this.passes]) map.delete(annotated)
    this.problems.delete(annotated.document.uri)
    this.tree.clear(annotated)
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === annotated.document) this.decorations.clear(editor)
    }
    this.draw()
  }

  get reviewing(): boolean {
    return this.isReviewing
  }

  set reviewing(on: boolean) {
    this.isReviewing = on
    this.typing.on = on
    this.draw()
  }

  async filter(): Promise<void> {
    await this.tree.chooseFilter()
    this.all()
  }

  /** Something that all files share changed. */
  all(): void {
    this.draw()
    for (const passes of this.passes.values()) passes.soon(true)
  }

  dispose(): void {
    clearTimeout(this.drawTimer)
    for (const own of this.subscriptions.values()) own.dispose()
    this.disposables.dispose()
  }

  private draw(): void {
    this.drawTimer ??= setTimeout(() => {
      this.drawTimer = undefined
      this.drawNow()
    }, drawMs)
  }

  private drawNow(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const annotated = this.find(editor.document)
      if (annotated) this.decorations.draw(editor, annotated, typeNames())
    }
    const editor = vscode.window.activeTextEditor
    const active = editor && this.find(editor.document)
    const summary = active && this.summaries.get(active)
    if (summary) this.legend.show(summary, this.isReviewing)
    else this.legend.hide()
    this.tellKeys()
  }

  private tellKeys(): void {
    const editor = vscode.window.activeTextEditor
    const active = editor && this.find(editor.document)
    this.setContext({
      'headway.annotating': active !== undefined,
      'headway.reviewing': active !== undefined && this.isReviewing,
      'headway.labelUndoable': active?.lastWasLabel ?? false,
      'headway.hasAnnotated': this.subscriptions.size > 0,
    })
  }

  private setContext(context: Record<string, boolean>): void {
    if (JSON.stringify(context) === this.context) return
    this.context = JSON.stringify(context)
    for (const [key, value] of Object.entries(context)) {
      void vscode.commands.executeCommand('setContext', key, value)
    }
  }

  private show(annotated: AnnotatedDocument, summary: FileSummary): void {
    this.summaries.set(annotated, summary)
    this.problems.set(annotated.document.uri, problemsOf(annotated, summary.spans))
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === annotated.document) {
        this.decorations.mark(editor, annotated, summary.spans)
      }
    }
    if (vscode.window.activeTextEditor?.document === annotated.document) {
      this.tree.show(annotated, summary)
    }
    this.draw()
  }
}

const typeNames = (): TypeNames =>
  vscode.workspace.getConfiguration('headway').get<TypeNames>('annotation.typeNames') ?? 'always'
