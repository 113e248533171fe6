import * as vscode from 'vscode'
import { type DisplaySpan, doubt } from '../../core/annotation/displaySpans.ts'
import { spanOver, type ToBeLabelled, toBeLabelled } from '../../core/annotation/toBeLabelled.ts'
import { type Range, type Side, snapToWords } from '../../core/annotation/words.ts'
import { sentencesOf } from '../../core/data/sentences.ts'
import { Disposables } from '../disposables.ts'
import type { AnnotatedDocument } from './annotatedDocument.ts'
import { placeOf } from './annotationPlace.ts'
import type { Annotator } from './annotator.ts'
import { annotationCommandIds as ids } from './commandIds.ts'
import type { Drawing } from './drawing.ts'
import type { IgnoredWords } from './ignoredWords.ts'
import * as actions from './labelActions.ts'
import { isSpanRef, resolveRef } from './spanRef.ts'

type Active = NonNullable<Annotator['active']>

interface Target {
  readonly annotated: AnnotatedDocument
  readonly editor: vscode.TextEditor | undefined
  readonly span: DisplaySpan
}

/** What keys, light bulb and hover do to a span: the one they name, or the one at the cursor. */
export class SpanCommands implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly toldOfWindow = new WeakSet<AnnotatedDocument>()

  constructor(
    private readonly annotator: Annotator,
    private readonly drawing: Drawing,
    private readonly ignored: IgnoredWords,
  ) {}

  handlers() {
    return {
      [ids.acceptSpan]: (ref?: unknown) =>
        this.act(ref, (t) => actions.accept(t.annotated, t.span)),
      [ids.rejectSpan]: (ref?: unknown) =>
        this.act(ref, (t) => actions.reject(t.annotated, t.span)),
      [ids.removeLabel]: (ref?: unknown) =>
        this.act(ref, (t) => actions.removeLabel(t.annotated, t.span)),
      [ids.labelType]: (ref?: unknown) => this.labelType(ref),
      [ids.labelAs]: () => this.labelAs(),
      [ids.labelAllMentions]: (ref?: unknown) => this.labelAllMentions(ref),
      [ids.extendSpan]: (ref?: unknown) => this.resize(ref, 'extend'),
      [ids.shrinkSpan]: (ref?: unknown) => this.resize(ref, 'shrink'),
      [ids.ignoreWord]: (ref?: unknown) => this.ignore(ref),
      [ids.acceptAllCertain]: () => this.acceptAll(),
      [ids.markReviewed]: () => this.markReviewed(),
      [ids.undoLabel]: () => this.undo(),
      [ids.review]: () => this.review(),
      [ids.leaveReview]: () => this.leaveReview(),
      [ids.nextDoubtful]: () => this.next((span) => doubt(span) > 0, 'No doubtful span is left.'),
      [ids.nextSpan]: () =>
        this.next(
          (span) => span.look !== 'gold' && span.look !== 'rejected',
          'Every span is reviewed.',
        ),
      [ids.revealSpan]: (ref?: unknown) => this.reveal(ref),
    }
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private target(ref: unknown): Target | undefined {
    if (isSpanRef(ref)) {
      const annotated = this.annotator.find(ref.uri)
      const span = annotated && resolveRef(annotated, ref)
      return annotated && span ? { annotated, span, editor: editorOf(annotated) } : undefined
    }
    const { active } = this.annotator
    if (!active) return undefined
    const { editor, annotated } = active
    const at = annotated.offsets(editor.selection)
    const span = spanOver(annotated.spansAt(at), at)
    return span && { annotated, editor, span }
  }

  private targetOrSay(ref: unknown): Target | undefined {
    const target = this.target(ref)
    // A hover stays open after a click, and offers what it was opened for.
    if (!target && isSpanRef(ref)) say('That span is no longer there: point at the text again.')
    else if (!target) say('There is no span at the cursor.')
    return target
  }

  private async act(ref: unknown, action: (target: Target) => void): Promise<void> {
    const target = this.targetOrSay(ref)
    if (!target) return
    this.tellWindow(target.annotated)
    action(target)
    if (!isSpanRef(ref) && this.drawing.reviewing) await this.next((span) => doubt(span) > 0)
  }

  /** `{…ref, to: type}` of a hover or light bulb, `{number: 1…9}` of a key. */
  private async labelType(argument: unknown): Promise<void> {
    if (isSpanRef(argument)) {
      const { to } = argument as { to?: unknown }
      if (typeof to !== 'string') return
      await this.act(argument, ({ annotated, span }) => actions.setType(annotated, span, to))
      return
    }
    const { active } = this.annotator
    const number = (argument as { number?: unknown } | undefined)?.number
    const type = active?.annotated.types[typeof number === 'number' ? number - 1 : -1]
    if (active && type !== undefined) await this.label(active.annotated, selected(active), type)
  }

  private async labelAs(): Promise<void> {
    const { active } = this.annotator
    if (!active) return
    const { annotated } = active
    const { version } = annotated.document
    // What is seen now is meant; a model may say something else of it by the time a type is chosen.
    const chosen = selected(active)
    const other = { label: '$(add) Another type…' }
    const items = [...annotated.types.map((label) => ({ label })), other]
    const choice = await vscode.window.showQuickPick(items, { placeHolder: 'Label as…' })
    const typed =
      choice === other
        ? await vscode.window.showInputBox({
            prompt: 'The new type, such as PER',
            validateInput: (text) =>
              /^[^\s]{1,60}$/u.test(text)
                ? undefined
                : 'A type is one word of at most 60 characters.',
          })
        : choice?.label
    if (!typed || this.annotator.active?.annotated !== annotated) return
    if (annotated.document.version === version) await this.label(annotated, chosen, typed)
    else say('The text changed meanwhile: choose the type again.')
  }

  private async label(
    annotated: AnnotatedDocument,
    all: readonly ToBeLabelled[],
    type: string,
  ): Promise<void> {
    for (const each of all) this.labelOne(annotated, each, type)
    const answered = all.some((each) => 'span' in each)
    if (answered && this.drawing.reviewing) await this.next((span) => doubt(span) > 0)
  }

  private labelOne(annotated: AnnotatedDocument, one: ToBeLabelled, type: string): void {
    const range = 'span' in one ? one.span : snapped(annotated, one.range)
    if (!range) {
      say('There is no word to label: select one.')
      return
    }
    this.tellWindow(annotated)
    if ('span' in one) actions.setType(annotated, one.span, type)
    else actions.labelRange(annotated, range, type)
  }

  private labelAllMentions(ref: unknown): void {
    const target = this.targetOrSay(ref)
    if (!target) return
    const { annotated, span } = target
    this.tellWindow(annotated)
    const count = actions.labelMentions(annotated, span, span.type)
    say(`${count} ${count === 1 ? 'mention' : 'mentions'} labelled as ${span.type}.`)
  }

  private resize(ref: unknown, how: 'extend' | 'shrink'): void {
    const target = this.targetOrSay(ref)
    const side: Side = (ref as { side?: unknown } | undefined)?.side === 'start' ? 'start' : 'end'
    if (!target) return
    this.tellWindow(target.annotated)
    const range = actions.resize(target.annotated, target.span, how, side)
    if (range && target.editor && !isSpanRef(ref)) select(target.editor, target.annotated, range)
  }

  private ignore(ref: unknown): void {
    const target = this.targetOrSay(ref)
    if (!target) return
    const { annotated, span } = target
    const place = placeOf(annotated.document.uri)
    const problem = this.ignored.add(place?.folder, annotated.slice(span))
    if (problem) this.annotator.warn(problem)
    if (span.annotation) actions.removeLabel(annotated, span)
    this.drawing.all()
  }

  private async acceptAll(): Promise<void> {
    const { active } = this.annotator
    if (!active) return
    const spans: DisplaySpan[] = []
    for await (const block of active.annotated.displayAll()) spans.push(...block)
    this.tellWindow(active.annotated)
    const count = actions.acceptAllOf(active.annotated, spans)
    say(
      `${count} certain ${count === 1 ? 'span' : 'spans'} accepted; Undo Label takes all of them back.`,
    )
  }

  private async markReviewed(): Promise<void> {
    const { active } = this.annotator
    if (!active) return
    const { annotated, editor } = active
    const offset = annotated.text.offsetAt(editor.selection.active)
    const line = annotated.text.lineAt(offset)
    const start = annotated.text.lineStart(line)
    const sentence = sentencesOf(annotated.text.line(line))
      .map((each) => ({ start: each.start + start, end: each.end + start }))
      .find((each) => each.end >= offset)
    if (!sentence) return
    this.tellWindow(annotated)
    actions.markReviewed(annotated, sentence)
    if (this.drawing.reviewing) await this.next((span) => doubt(span) > 0)
  }

  private undo(): void {
    const undone = this.annotator.active?.annotated.undoLabel()
    say(undone === undefined ? 'There is no label to undo.' : `Undone: ${undone}.`)
  }

  private async review(): Promise<void> {
    if (!this.annotator.active) {
      say('Annotate This File first: review mode walks its spans.')
      return
    }
    this.drawing.reviewing = true
    await this.next((span) => doubt(span) > 0, 'No doubtful span is left; n goes to the next one.')
  }

  private leaveReview(): void {
    this.drawing.reviewing = false
  }

  private async next(fits: (span: DisplaySpan) => boolean, none?: string): Promise<void> {
    const { active } = this.annotator
    if (!active) return
    const { annotated, editor } = active
    const from = annotated.text.offsetAt(editor.selection.start)
    const span = await annotated.nextSpan(from, fits)
    if (span) select(editor, annotated, span)
    else if (none) say(none)
  }

  private async reveal(ref: unknown): Promise<void> {
    if (!isSpanRef(ref)) return
    const annotated = this.annotator.find(ref.uri)
    if (!annotated) return
    const editor = await vscode.window.showTextDocument(annotated.document)
    select(editor, annotated, ref)
  }

  private tellWindow(annotated: AnnotatedDocument): void {
    if (annotated.canKeep || this.toldOfWindow.has(annotated)) return
    this.toldOfWindow.add(annotated)
    this.annotator.warn(
      `The labels of ${annotated.name} are in this window only: save the file into the workspace folder to keep them.`,
    )
  }
}

const snapped = (annotated: AnnotatedDocument, range: Range): Range | undefined => {
  const first = annotated.text.lineAt(range.start)
  const last = annotated.text.lineAt(range.end)
  const base = annotated.text.lineStart(first)
  const text = annotated.text.slice(
    base,
    annotated.text.lineStart(last) + annotated.text.line(last).length,
  )
  const found = snapToWords(text, { start: range.start - base, end: range.end - base })
  return found && { start: found.start + base, end: found.end + base }
}

const selected = ({ annotated, editor }: Active): ToBeLabelled[] =>
  toBeLabelled(
    editor.selections.map((selection) => annotated.offsets(selection)),
    (place) => annotated.spansAt(place),
  )

const select = (editor: vscode.TextEditor, annotated: AnnotatedDocument, range: Range): void => {
  const place = annotated.range(range)
  editor.selection = new vscode.Selection(place.start, place.end)
  editor.revealRange(place, vscode.TextEditorRevealType.InCenterIfOutsideViewport)
}

const editorOf = (annotated: AnnotatedDocument): vscode.TextEditor | undefined =>
  vscode.window.visibleTextEditors.find(({ document }) => document === annotated.document)

const say = (message: string): void => {
  vscode.window.setStatusBarMessage(`Headway: ${message}`, 4000)
}
