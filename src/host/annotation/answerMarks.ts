import * as vscode from 'vscode'
import type { PredictedAnswer } from '../../core/protocol/predictions.ts'
import { Disposables } from '../disposables.ts'
import { oneLine } from './hoverText.ts'

interface Asked {
  readonly document: vscode.TextDocument
  /** Where the context begins in the document. */
  readonly from: number
  /** Best first. */
  readonly answers: readonly PredictedAnswer[]
  at: number
}

/** The answer that is marked now: null where the text does not answer the question. */
export interface ShownAnswer {
  readonly text: string | null
  readonly range: vscode.Range | null
  readonly probability: number
  /** From 1. */
  readonly rank: number
  readonly of: number
}

/** Answers to a question, marked in the text that was asked until it changes or closes. */
export class AnswerMarks implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly best = this.disposables.track(answerType('editor.findMatchBackground', true))
  private readonly others = this.disposables.track(
    answerType('editor.findMatchHighlightBackground', false),
  )
  private asked: Asked | undefined

  constructor() {
    const track = this.disposables.track.bind(this.disposables)
    track(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document === this.asked?.document && contentChanges.length > 0) this.forget()
      }),
    )
    track(
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document === this.asked?.document) this.forget()
      }),
    )
    // Another tab was shown: the editor that comes back is a new one.
    track(vscode.window.onDidChangeVisibleTextEditors(() => this.draw()))
    track(vscode.window.onDidChangeActiveTextEditor(() => this.tellKeys()))
  }

  show(
    document: vscode.TextDocument,
    from: number,
    answers: readonly PredictedAnswer[],
  ): ShownAnswer | undefined {
    this.forget()
    this.asked = { document, from, answers, at: 0 }
    return this.showCurrent()
  }

  next(): ShownAnswer | undefined {
    const { asked } = this
    if (!asked || asked.answers.length === 0) return undefined
    asked.at = (asked.at + 1) % asked.answers.length
    return this.showCurrent()
  }

  forget(): void {
    if (!this.asked) return
    for (const editor of this.editors) {
      editor.setDecorations(this.best, [])
      editor.setDecorations(this.others, [])
    }
    this.asked = undefined
    this.tellKeys()
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private get editors(): readonly vscode.TextEditor[] {
    const document = this.asked?.document
    return vscode.window.visibleTextEditors.filter((editor) => editor.document === document)
  }

  private showCurrent(): ShownAnswer | undefined {
    const { asked } = this
    if (!asked) return undefined
    const { answers, at } = asked
    const current = answers[at]
    const range = current ? this.rangeOf(asked, current) : null
    this.draw()
    this.tellKeys()
    const probability = current?.probability ?? 0
    if (!current || !range) {
      void vscode.window.showInformationMessage(
        `The text does not answer it${current ? ` (${probability.toFixed(2)})` : ''}.${answers.length > 1 ? ' Alt+Enter shows the next best.' : ''}`,
      )
    } else {
      for (const editor of this.editors) {
        editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport)
      }
      vscode.window.setStatusBarMessage(
        `Headway: ‘${oneLine(current.text, 60)}’ (${probability.toFixed(2)}); Alt+Enter: next best`,
        8000,
      )
    }
    const text = current && range ? current.text : null
    return { text, range, probability, rank: at + 1, of: answers.length }
  }

  private draw(): void {
    const { asked } = this
    if (!asked) return
    const { answers, at } = asked
    const ranges = answers.map((each) => this.rangeOf(asked, each))
    const range = ranges[at]
    const contentText = ` ${at + 1} of ${answers.length} · ${answers[at]?.probability.toFixed(2)}`
    // Where the best is that there is no answer, nothing else is offered until it is asked for.
    const others = range ? ranges.filter((each) => each !== null && each !== range) : []
    for (const editor of this.editors) {
      editor.setDecorations(
        this.best,
        range ? [{ range, renderOptions: { after: { contentText } } }] : [],
      )
      editor.setDecorations(
        this.others,
        others.filter((each) => each !== null),
      )
    }
  }

  private rangeOf({ document, from }: Asked, { text, start }: PredictedAnswer) {
    if (start < 0) return null
    const at = from + start
    return new vscode.Range(document.positionAt(at), document.positionAt(at + text.length))
  }

  /** Alt+Enter is the next answer's in the text that was asked, and VS Code's everywhere else. */
  private tellKeys(): void {
    const { asked } = this
    const here = vscode.window.activeTextEditor?.document === asked?.document
    const has = asked !== undefined && here && asked.answers.length > 0
    void vscode.commands.executeCommand('setContext', 'headway.hasAnswers', has)
  }
}

const answerType = (color: string, best: boolean): vscode.TextEditorDecorationType =>
  vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor(color),
    ...(best ? { border: '1px solid', borderColor: new vscode.ThemeColor('focusBorder') } : {}),
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground') },
  })
