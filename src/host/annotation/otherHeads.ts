import * as vscode from 'vscode'
import { InputError } from '../../core/errors.ts'
import type { PredictedAnswer } from '../../core/protocol/predictions.ts'
import { Disposables } from '../disposables.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import {
  type ChosenModel,
  chooseModel,
  finishedRuns,
  remembered,
  requireHead,
} from './chooseModel.ts'
import { classNote } from './classNote.ts'
import { annotationCommandIds as ids } from './commandIds.ts'
import { oneLine } from './hoverText.ts'
import { LineNotes } from './lineNotes.ts'
import type { Predictor } from './predictor.ts'

const rememberedTexts = 'headway.predict.model'
const rememberedAnswers = 'headway.ask.model'
const longestContext = 1_000_000
const mostTexts = 500

interface Asked {
  readonly editor: vscode.TextEditor
  readonly document: vscode.TextDocument
  /** Where the context begins in the document. */
  readonly from: number
  readonly answers: readonly PredictedAnswer[]
  at: number
}

/** The heads that give no tags: *Predict* on text, and *Ask This File a Question*. */
export class OtherHeads implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly notes = this.disposables.track(new LineNotes())
  private readonly best = this.disposables.track(answerType('editor.findMatchBackground', true))
  private readonly others = this.disposables.track(
    answerType('editor.findMatchHighlightBackground', false),
  )
  private asked: Asked | undefined

  constructor(
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly predictor: Predictor,
    private readonly state: vscode.Memento,
  ) {
    this.disposables.track(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === this.asked?.document) this.forget()
      }),
    )
  }

  handlers() {
    return {
      [ids.predictText]: (folder?: unknown) => this.predict(folder),
      [ids.askFile]: (folder?: unknown) => this.ask(folder),
      [ids.nextAnswer]: () => this.nextAnswer(),
      [ids.clearPredictions]: () => {
        this.notes.clear()
        this.forget()
      },
    }
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private async predict(folder: unknown): Promise<void> {
    const editor = vscode.window.activeTextEditor
    if (!editor) return
    const model = await this.model(
      rememberedTexts,
      ['sentence', 'pair'],
      'Predict with which run?',
      folder,
    )
    if (!model) return
    const facts = await this.predictor.load(model.folder)
    requireHead('sentence', facts.head, model)
    const texts = textsOf(editor, await this.isPair(model))
    const { rows } = await this.predictor.ask<'classes'>({
      type: 'classes',
      model: model.folder,
      texts: texts.map(({ text, textPair }) =>
        textPair === undefined ? { text } : { text, textPair },
      ),
    })
    this.notes.show(
      editor,
      texts.map(({ line }, at) => ({ line, text: `→ ${classNote(facts, rows[at] ?? [])}` })),
    )
  }

  private async ask(folder: unknown): Promise<void> {
    const editor = vscode.window.activeTextEditor
    if (!editor) return
    const model = await this.model(rememberedAnswers, ['qa'], 'Ask which run?', folder)
    if (!model) return
    const facts = await this.predictor.load(model.folder)
    requireHead('qa', facts.head, model)
    const { document, selection } = editor
    const from = selection.isEmpty ? 0 : document.offsetAt(selection.start)
    const context = selection.isEmpty ? document.getText() : document.getText(selection)
    if (context.length > longestContext) {
      throw new InputError('The text is longer than a million characters: select the part to ask.')
    }
    const question = await vscode.window.showInputBox({
      prompt: selection.isEmpty ? 'Ask this file a question' : 'Ask the selected text a question',
    })
    if (!question?.trim()) return
    const run = await this.runOf(model)
    const { answers } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: 'Headway: looking for the answer' },
      () =>
        this.predictor.ask<'answer'>({
          type: 'answer',
          model: model.folder,
          question,
          context,
          unanswerable: run?.state.record.config.data.unanswerable ?? false,
        }),
    )
    this.asked = { editor, document, from, answers: answers.slice(0, 5), at: 0 }
    this.showAnswer()
  }

  private nextAnswer(): void {
    const { asked } = this
    if (!asked || asked.answers.length === 0) return
    asked.at = (asked.at + 1) % asked.answers.length
    this.showAnswer()
  }

  private showAnswer(): void {
    const { asked } = this
    if (!asked) return
    const { editor, document, from, answers, at } = asked
    const rangeOf = ({ text, start }: PredictedAnswer) =>
      new vscode.Range(
        document.positionAt(from + start),
        document.positionAt(from + start + text.length),
      )
    const current = answers[at]
    void vscode.commands.executeCommand('setContext', 'headway.hasAnswers', answers.length > 0)
    if (!current || current.start < 0) {
      editor.setDecorations(this.best, [])
      editor.setDecorations(this.others, [])
      void vscode.window.showInformationMessage(
        `The text does not answer it${current ? ` (${current.probability.toFixed(2)})` : ''}.${answers.length > 1 ? ' Alt+Enter shows the next best.' : ''}`,
      )
      return
    }
    const range = rangeOf(current)
    const note = ` ${at + 1} of ${answers.length} · ${current.probability.toFixed(2)}`
    editor.setDecorations(this.best, [{ range, renderOptions: { after: { contentText: note } } }])
    editor.setDecorations(
      this.others,
      answers.filter((each) => each !== current && each.start >= 0).map(rangeOf),
    )
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport)
    vscode.window.setStatusBarMessage(
      `Headway: ‘${oneLine(current.text, 60)}’ (${current.probability.toFixed(2)}); Alt+Enter: next best`,
      8000,
    )
  }

  private forget(): void {
    if (!this.asked) return
    this.asked.editor.setDecorations(this.best, [])
    this.asked.editor.setDecorations(this.others, [])
    this.asked = undefined
    void vscode.commands.executeCommand('setContext', 'headway.hasAnswers', false)
  }

  /** The one asked for, else the one used last if its run is still there, the only one, or the user's choice. */
  private async model(
    key: string,
    heads: readonly ('sentence' | 'pair' | 'qa')[],
    placeHolder: string,
    folder: unknown,
  ): Promise<ChosenModel | undefined> {
    const runs = await finishedRuns(this.workspaceRuns, heads)
    const wanted = runs.find(({ model }) => model.folder === folder)?.model
    const last = remembered(this.state, key)
    const known = runs.find(({ model }) => model.folder === last?.folder)?.model
    const only = runs.length === 1 ? runs[0]?.model : undefined
    const model =
      wanted ?? known ?? only ?? (await chooseModel(this.workspaceRuns, heads, placeHolder))
    if (model) await this.state.update(key, model)
    return model
  }

  private async isPair(model: ChosenModel): Promise<boolean | undefined> {
    const run = await this.runOf(model)
    return run && run.state.record.config.head === 'pair'
  }

  private async runOf({ run: dir }: ChosenModel) {
    const registry = await this.workspaceRuns.ready()
    return registry.runs().find((run) => run.dir === dir)
  }
}

/** Each selection, or its line where it is empty; of a pair two selections, or two fields of a line. */
const textsOf = (
  { document, selections }: vscode.TextEditor,
  pair: boolean | undefined,
): { text: string; textPair?: string; line: number }[] => {
  const [first, second] = selections
  if (pair !== false && selections.length === 2 && first && second) {
    const [text, textPair] = [first, second].map((each) => document.getText(each))
    if (text && textPair) return [{ text, textPair, line: second.end.line }]
  }
  const lines = selections.flatMap((selection) => {
    if (!selection.isEmpty && selection.isSingleLine) {
      return [{ text: document.getText(selection), line: selection.end.line }]
    }
    const { start, end } = selection
    const count = Math.min(end.line - start.line + 1, mostTexts)
    return Array.from({ length: count }, (_, at) => {
      const line = start.line + at
      return { text: document.lineAt(line).text, line }
    })
  })
  const texts = lines.filter(({ text }) => text.trim() !== '')
  if (texts.length === 0)
    throw new InputError('There is no text here: select some, or go to a line.')
  if (!pair) return texts
  return texts.map(({ text, line }) => {
    const [one, two] = text.split('\t')
    if (one && two) return { text: one, textPair: two, line }
    throw new InputError(
      `Line ${line + 1} is no pair: put a tab between its two texts, or select two texts.`,
    )
  })
}

const answerType = (color: string, best: boolean): vscode.TextEditorDecorationType =>
  vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor(color),
    ...(best ? { border: '1px solid', borderColor: new vscode.ThemeColor('focusBorder') } : {}),
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground') },
  })
