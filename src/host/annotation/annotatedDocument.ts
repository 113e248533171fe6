import { randomBytes } from 'node:crypto'
import os from 'node:os'
import * as vscode from 'vscode'
import type { Annotation } from '../../core/annotation/annotation.ts'
import { newest } from '../../core/annotation/annotationFile.ts'
import {
  type DisplaySource,
  type DisplaySpan,
  displaySpans,
} from '../../core/annotation/displaySpans.ts'
import { changesOnly, type TextEdit } from '../../core/annotation/edits.ts'
import { freshRecords, LabelledText, type LabelTarget } from '../../core/annotation/labelledText.ts'
import { PredictionMap } from '../../core/annotation/predictionMap.ts'
import { TextLines } from '../../core/annotation/textLines.ts'
import type { Range } from '../../core/annotation/words.ts'
import { atOnce } from '../../core/pieces.ts'
import type { ModelFacts } from '../../core/protocol/predictions.ts'
import { Signal } from '../signal.ts'
import { placeOf } from './annotationPlace.ts'
import type { ChosenModel } from './chooseModel.ts'
import { LabelStorage, lostLabels } from './labelStorage.ts'
import { type Lines, PredictionWork, type SentenceCaches } from './predictionWork.ts'
import type { Predictor } from './predictor.ts'

/** A run, and what it says of the text. */
export interface ActiveModel {
  readonly model: ChosenModel
  readonly facts: ModelFacts
  readonly map: PredictionMap
  readonly work: PredictionWork
}

export interface AnnotationSettings {
  readonly threshold: number
  isIgnored(text: string): boolean
}

export interface DocumentHooks {
  visible(): readonly Lines[]
  warn(message: string): void
  failed(error: unknown): void
}

/** Lines that are looked through before the editor gets its turn: some ms. */
const blockLines = 2000
const searchedLines = 500
const nothingLeft = { done: 1, of: 1 }

/** An open file with its labels and what one run, or two, say of it. */
export class AnnotatedDocument {
  /** Something that is drawn may have changed. */
  readonly changed = new Signal<'labels' | 'text' | 'predictions'>()
  readonly progress = new Signal<{ readonly done: number; readonly of: number }>()
  readonly labels: LabelledText
  private readonly storage: LabelStorage
  main: ActiveModel | undefined
  other: ActiveModel | undefined
  /** Settles when the labels that there are already are among the labels. */
  readonly ready: Promise<void>
  /** Milliseconds that the last answer of the prediction server took. */
  lastMs: number | undefined
  /** Files that have its labels now, such as the one that an untitled file was saved as; by URI. */
  readonly adoptedBy = new Set<string>()
  /** The labels that there are already are among the labels. */
  isReady = false
  /** What is being adopted. */
  private arriving: readonly Annotation[] = []
  private disposed = false

  /** @param kept labels of it that this window has kept since it was closed */
  constructor(
    readonly document: vscode.TextDocument,
    private readonly predictor: Predictor,
    private readonly caches: SentenceCaches,
    private readonly settings: AnnotationSettings,
    private readonly hooks: DocumentHooks,
    kept: readonly Annotation[] = [],
  ) {
    const lines = Array.from({ length: document.lineCount }, (_, at) => document.lineAt(at).text)
    this.labels = new LabelledText(new TextLines(lines))
    this.storage = new LabelStorage(placeOf(document.uri), hooks.warn)
    this.ready = this.adopt(kept)
  }

  /** Takes labels of this very text that only this window has. */
  async adopt(kept: readonly Annotation[]): Promise<void> {
    this.arriving = [...this.arriving, ...kept]
    await this.storage.open(this.labels, kept)
    this.arriving = this.arriving.slice(kept.length)
    this.isReady = true
    if (!this.disposed) this.changed.emit('labels')
  }

  /** Labels, with what stands around them now, that are in this window only. */
  get unwritten(): Annotation[] {
    const records = this.labels.records.filter((each) => this.storage.isUnwritten(each))
    const { text } = this
    return newest(this.arriving, atOnce(freshRecords({ text, records })))
  }

  /** The last change of the file was one of its labels. */
  get lastWasLabel(): boolean {
    return this.labels.labelIsLatest
  }

  get name(): string {
    return vscode.workspace.asRelativePath(this.document.uri)
  }

  get text(): TextLines {
    return this.labels.text
  }

  /** Whether another document has the same text. */
  reads(document: vscode.TextDocument): boolean {
    if (document.lineCount !== this.text.lineCount) return false
    return document.getText().replaceAll(/\r\n?/g, '\n') === this.text.toString()
  }

  /** Labels outlive the window. */
  get canKeep(): boolean {
    return this.storage.canKeep
  }

  /** Types that a label can have: the model's, and those in use. */
  get types(): string[] {
    const used = this.labels.annotations.map(({ type }) => type).filter((type) => type !== '')
    return [...new Set([...(this.main?.facts.types ?? []), ...used])].filter((type) => type !== 'O')
  }

  setModel(role: 'main' | 'other', model: ChosenModel | undefined, facts?: ModelFacts): void {
    this[role]?.work.dispose()
    this[role] = undefined
    // Closed while the model was loaded.
    if (this.disposed) return
    if (model && facts) {
      const map = new PredictionMap(this.text, this.caches.of(model))
      const work = new PredictionWork(this.predictor, model, this.text, map, {
        visible: () => this.hooks.visible(),
        predicted: (ms) => {
          if (role === 'main') this.lastMs = ms
          this.changed.emit('predictions')
        },
        progress: (done, of) => {
          if (role === 'main') this.progress.emit({ done, of })
        },
        failed: (error) => {
          if (role === 'main') this.progress.emit(nothingLeft)
          this.hooks.failed(error)
        },
      })
      this[role] = { model, facts, map, work }
      work.wake(false)
    }
    this.changed.emit('predictions')
  }

  /** What is on screen changed. */
  wake(): void {
    this.main?.work.wake(false)
    this.other?.work.wake(false)
  }

  /** The editor's text changed. */
  edit(event: vscode.TextDocumentChangeEvent): void {
    if (event.contentChanges.length === 0) return
    const written = event.contentChanges.map(
      ({ range, text }): TextEdit => ({
        start: this.text.offsetAt(range.start),
        end: this.text.offsetAt(range.end),
        text: text.replaceAll(/\r\n?/g, '\n'),
      }),
    )
    const edits = changesOnly(written, (start, end) => this.text.slice(start, end))
    for (const active of [this.main, this.other]) active?.map.edit(edits)
    const { lost } = this.labels.edit(edits, event.reason !== undefined)
    // Neither typing nor undo leaves a file as it is on disk: another program wrote it.
    const fromDisk =
      event.reason === undefined && !this.document.isDirty && !this.document.isUntitled
    if (fromDisk && lost.length > 0) this.hooks.warn(lostLabels(lost, this.name))
    for (const active of [this.main, this.other]) active?.work.wake(true)
    this.changed.emit('text')
  }

  async saved(): Promise<void> {
    await this.storage.rewrite(this.labels)
  }

  /** The labels' file changed on disk. */
  async takeOver(): Promise<void> {
    if (await this.storage.takeOver(this.labels)) this.changed.emit('labels')
  }

  /** The file gets another name. */
  abandon(): void {
    this.storage.abandon()
  }

  /** One action of a person. */
  label(what: string, set: readonly LabelTarget[], remove: readonly string[] = []): void {
    if (set.length + remove.length === 0) return
    this.labels.change({ what, set, remove, by: annotator(), at: Date.now() })
    this.afterLabels([...set.map(({ id }) => id), ...remove])
  }

  undoLabel(): string | undefined {
    const undone = this.labels.undo(annotator(), Date.now())
    if (undone) this.afterLabels(undone.ids)
    return undone?.what
  }

  /** Takes over labels that somebody else made of this very text. One action of a person, too. */
  addForeign(what: string, annotations: readonly Annotation[]): void {
    if (annotations.length === 0) return
    this.labels.add(what, annotations)
    this.afterLabels(annotations.map(({ id }) => id))
  }

  source(): DisplaySource {
    return {
      text: this.text,
      annotations: this.labels.annotations,
      predictions: this.main?.map,
      other: this.other?.map,
      threshold: this.settings.threshold,
      modelTime: this.main?.model.made,
    }
  }

  /** What is to be seen on lines `first` up to, not with, `end`. */
  display(first: number, end: number): DisplaySpan[] {
    const spans = displaySpans(
      this.source(),
      Math.max(0, first),
      Math.min(end, this.text.lineCount),
    )
    return spans.filter(
      ({ annotation, start, end: to }) =>
        annotation !== undefined || !this.settings.isIgnored(this.text.slice(start, to)),
    )
  }

  /** All spans, in pieces, so that the editor gets its turn between them. */
  async *displayAll(): AsyncGenerator<DisplaySpan[]> {
    for (let line = 0; line < this.text.lineCount; line += blockLines) {
      yield this.display(line, line + blockLines)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  spansAt(range: Range): DisplaySpan[] {
    const first = this.text.lineAt(range.start)
    const last = this.text.lineAt(range.end)
    return this.display(first, last + 1).filter(
      ({ start, end }) => start <= range.end && end >= range.start,
    )
  }

  /** The next span that fits, round the text's end; the search is at most one pass over it, in pieces. */
  async nextSpan(
    from: number,
    fits: (span: DisplaySpan) => boolean,
  ): Promise<DisplaySpan | undefined> {
    const startLine = this.text.lineAt(from)
    const count = this.text.lineCount
    for (let step = 0; step <= count; ) {
      const line = (startLine + step) % count
      const lines = Math.min(searchedLines, count - line)
      const found = this.display(line, line + lines).find(
        (span) => fits(span) && (step > 0 || span.start > from),
      )
      if (found) return found
      step += lines
      await new Promise((resolve) => setImmediate(resolve))
    }
    const [first] = this.display(startLine, startLine + 1).filter(fits)
    return first
  }

  range({ start, end }: Range): vscode.Range {
    return new vscode.Range(this.position(start), this.position(end))
  }

  position(offset: number): vscode.Position {
    const { line, character } = this.text.positionAt(offset)
    return new vscode.Position(line, character)
  }

  offsets(range: vscode.Range): Range {
    return { start: this.text.offsetAt(range.start), end: this.text.offsetAt(range.end) }
  }

  slice({ start, end }: Range): string {
    return this.text.slice(start, end)
  }

  dispose(): void {
    this.disposed = true
    this.main?.work.dispose()
    this.other?.work.dispose()
    this.progress.emit(nothingLeft)
  }

  private afterLabels(ids: readonly string[]): void {
    this.adoptedBy.clear()
    this.storage.save(ids.flatMap((id) => this.labels.get(id) ?? []))
    this.changed.emit('labels')
  }
}

export const newId = (): string => randomBytes(6).toString('hex')

/** Who labels: what two annotators' files are told apart by. */
export const annotator = (): string => {
  try {
    return os.userInfo().username
  } catch {
    return 'annotator'
  }
}
