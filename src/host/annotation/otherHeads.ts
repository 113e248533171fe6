import fs from 'node:fs'
import path from 'node:path'
import * as vscode from 'vscode'
import { InputError } from '../../core/errors.ts'
import type { ModelFacts } from '../../core/protocol/predictions.ts'
import { Disposables } from '../disposables.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import { AnswerMarks, type ShownAnswer } from './answerMarks.ts'
import {
  type ChosenModel,
  chooseModel,
  finishedRuns,
  modelAt,
  remembered,
  requireHead,
} from './chooseModel.ts'
import { classNote } from './classNote.ts'
import { annotationCommandIds as ids } from './commandIds.ts'
import { type LineNote, LineNotes } from './lineNotes.ts'
import { textsToPredict } from './predictedTexts.ts'
import type { Predictor } from './predictor.ts'

interface Use {
  /** Under which the last model is remembered. */
  readonly key: string
  readonly heads: readonly ('sentence' | 'pair' | 'qa')[]
  readonly head: ModelFacts['head']
  readonly placeHolder: string
}
const predicting: Use = {
  key: 'headway.predict.model',
  heads: ['sentence', 'pair'],
  head: 'sentence',
  placeHolder: 'Predict with which run?',
}
const asking: Use = {
  key: 'headway.ask.model',
  heads: ['qa'],
  head: 'qa',
  placeHolder: 'Ask which run?',
}

const longestContext = 1_000_000
const mostAnswers = 5

/** The heads that give no tags: *Predict* on text, and *Ask This File a Question*. */
export class OtherHeads implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly notes = this.disposables.track(new LineNotes())
  private readonly answers = this.disposables.track(new AnswerMarks())

  constructor(
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly predictor: Predictor,
    private readonly state: vscode.Memento,
  ) {}

  handlers() {
    return {
      [ids.predictText]: () => this.predict(false),
      [ids.predictWith]: (folder?: unknown) => this.predict(true, folder),
      [ids.askFile]: (question?: unknown) => this.ask(false, question),
      [ids.askWith]: (question?: unknown, folder?: unknown) => this.ask(true, question, folder),
      [ids.nextAnswer]: () => this.answers.next(),
      [ids.clearPredictions]: () => {
        this.notes.clear()
        this.answers.forget()
      },
    }
  }

  dispose(): void {
    this.disposables.dispose()
  }

  /** @returns what stands behind the lines now */
  private async predict(choose: boolean, folder?: unknown): Promise<LineNote[] | undefined> {
    const editor = vscode.window.activeTextEditor
    if (!editor) return undefined
    const { document } = editor
    const loaded = await this.load(predicting, choose, folder)
    if (!loaded) return undefined
    const { model, facts } = loaded
    const { version } = document
    const { texts, left } = textsToPredict(editor, await this.isPair(model))
    const { rows } = await this.predictor.ask<'classes'>({
      type: 'classes',
      model: model.folder,
      texts: texts.map(({ text, textPair }) =>
        textPair === undefined ? { text } : { text, textPair },
      ),
    })
    if (hasChanged(document, version)) return undefined
    if (left > 0) {
      void vscode.window.showInformationMessage(
        `The first ${texts.length} lines are predicted, ${left} more are not: headway predict takes a whole file.`,
      )
    }
    const notes = texts.map(({ line }, at) => ({
      line,
      text: `→ ${classNote(facts, rows[at] ?? [])}`,
    }))
    this.notes.show(document, notes)
    return notes
  }

  private async ask(
    choose: boolean,
    asked?: unknown,
    folder?: unknown,
  ): Promise<ShownAnswer | undefined> {
    const editor = vscode.window.activeTextEditor
    if (!editor) return undefined
    const loaded = await this.load(asking, choose, folder)
    if (!loaded) return undefined
    const { model } = loaded
    const { document, selection } = editor
    const { version } = document
    const from = selection.isEmpty ? 0 : document.offsetAt(selection.start)
    const context = selection.isEmpty ? document.getText() : document.getText(selection)
    if (context.length > longestContext) {
      throw new InputError('The text is longer than a million characters: select the part to ask.')
    }
    const prompt = `Ask ${selection.isEmpty ? 'this file' : 'the selected text'} a question`
    const question =
      typeof asked === 'string' ? asked : await vscode.window.showInputBox({ prompt })
    if (!question?.trim()) return undefined
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
    if (hasChanged(document, version)) return undefined
    return this.answers.show(document, from, answers.slice(0, mostAnswers))
  }

  /** The model to use, loaded; remembered once it is known to be of the right head. */
  private async load(
    use: Use,
    choose: boolean,
    folder: unknown,
  ): Promise<{ model: ChosenModel; facts: ModelFacts } | undefined> {
    const model =
      typeof folder === 'string'
        ? await modelAt(this.workspaceRuns, use.heads, folder)
        : await this.model(use, choose)
    if (!model) return undefined
    const facts = await this.predictor.load(model.folder)
    requireHead(use.head, facts.head, model)
    await this.state.update(use.key, model)
    return { model, facts }
  }

  /** The one used last as long as it is there, the only one there is, or the user's choice. */
  private async model(
    { key, heads, placeHolder }: Use,
    choose: boolean,
  ): Promise<ChosenModel | undefined> {
    const last = remembered(this.state, key)
    if (!choose && last && fs.existsSync(path.join(last.folder, 'config.json'))) return last
    const runs = await finishedRuns(this.workspaceRuns, heads)
    const only = runs.length === 1 && !choose ? runs[0]?.model : undefined
    return only ?? chooseModel(this.workspaceRuns, heads, placeHolder)
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

/** What was found belongs to another text: marks would stand in wrong places. */
const hasChanged = (document: vscode.TextDocument, version: number): boolean => {
  if (document.version === version && !document.isClosed) return false
  void vscode.window.showInformationMessage(
    'The text changed before the model had answered: try again.',
  )
  return true
}
