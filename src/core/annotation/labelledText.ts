import { type Annotation, byPlace, contextLength } from './annotation.ts'
import { applyEdit, lastFirst, type TextEdit } from './edits.ts'
import { LabelHistory } from './labelHistory.ts'
import { type Displaced, standsAgain } from './refind.ts'
import type { LineChange, TextLines } from './textLines.ts'

/** What a change of the text did to the labels. */
export interface EditReport {
  /** Annotations whose own text changed. */
  readonly touched: readonly Annotation[]
  /** Annotations whose text is gone; they come back with it. */
  readonly lost: readonly Annotation[]
  readonly restored: readonly Annotation[]
  /** In the order in which they were made; lines of the text as it was then. */
  readonly lines: readonly LineChange[]
}

/** A span that is to be labelled, or how one is to be changed. */
export type LabelTarget = Pick<Annotation, 'id' | 'start' | 'end' | 'type' | 'status'>

export interface LabelChange {
  readonly what: string
  /** Made where the id is new, changed where it is not. */
  readonly set?: readonly LabelTarget[]
  /** Ids to remove. */
  readonly remove?: readonly string[]
  readonly by: string
  readonly at: number
}

const mostDisplaced = 1000
/** Shorter texts that come in are typing, not text that was moved here. */
const shortestMoved = 2

/** A text and its labels: the text changes under them, a person changes them. No input or output. */
export class LabelledText {
  private readonly history = new LabelHistory()
  private readonly byId = new Map<string, Annotation>()
  private displaced: Displaced[] = []
  private sorted: readonly Annotation[] | undefined

  constructor(
    readonly text: TextLines,
    annotations: readonly Annotation[] = [],
  ) {
    for (const annotation of annotations) this.byId.set(annotation.id, annotation)
  }

  /** Those that stand in the text, by place; removed ones are not among them. */
  get annotations(): readonly Annotation[] {
    this.sorted ??= [...this.byId.values()]
      .filter(({ status, lost }) => status !== 'removed' && !lost)
      .sort(byPlace)
    return this.sorted
  }

  /** All, also those that were removed or lost: what a file keeps. */
  get records(): readonly Annotation[] {
    return [...this.byId.values()]
  }

  get undoable(): boolean {
    return this.history.length > 0
  }

  get(id: string): Annotation | undefined {
    return this.byId.get(id)
  }

  /** Takes over what another window, or git, wrote. */
  replaceAll(annotations: readonly Annotation[]): void {
    this.byId.clear()
    for (const annotation of annotations) this.byId.set(annotation.id, annotation)
    this.sorted = undefined
  }

  /**
   * The text changed.
   *
   * @param edits of one change: offsets of the text before it
   * @param undo whether the editor's undo or redo made it
   */
  edit(edits: readonly TextEdit[], undo: boolean): EditReport {
    const touched = new Map<string, Annotation>()
    const lost = new Map<string, Annotation>()
    const lines: LineChange[] = []
    const inserted: { start: number; end: number }[] = []
    for (const edit of lastFirst(edits)) {
      const outcome = applyEdit([...this.byId.values()].filter(stands), edit)
      this.remember(edit)
      for (const span of outcome.spans) this.byId.set(span.id, span)
      for (const span of outcome.touched) touched.set(span.id, span)
      for (const span of outcome.lost) {
        lost.set(span.id, span)
        this.byId.set(span.id, { ...span, lost: true })
      }
      lines.push(this.text.apply(edit))
      this.history.edit(edit)
      const by = edit.text.length - (edit.end - edit.start)
      for (const place of inserted) {
        place.start += by
        place.end += by
      }
      if (edit.text !== '') {
        inserted.push({ start: edit.start, end: edit.start + edit.text.length })
      }
    }
    this.sorted = undefined
    const restored = inserted.flatMap((place) => this.restore(place, undo))
    for (const { id } of restored) {
      touched.delete(id)
      lost.delete(id)
    }
    return { touched: [...touched.values()], lost: [...lost.values()], restored, lines }
  }

  /** A person's change; one step for *Undo Label*. */
  change({ what, set = [], remove = [], by, at }: LabelChange): void {
    const ids = [...set.map(({ id }) => id), ...remove]
    const before = ids.flatMap((id) => this.byId.get(id) ?? [])
    this.history.push({ what, before, ids })
    for (const target of set) {
      const text = this.text.slice(target.start, target.end)
      const around = this.text.around(target.start, target.end, contextLength)
      this.byId.set(target.id, { ...target, text, by, at, ...around })
    }
    for (const id of remove) {
      const gone = this.byId.get(id)
      if (gone) this.byId.set(id, { ...gone, status: 'removed', by, at })
    }
    this.displaced = this.displaced.filter(({ span }) => !ids.includes(span.id))
    this.sorted = undefined
  }

  /** Takes the last label change back. @returns what it was; undefined where there is none */
  undo(by: string, at: number): { what: string; ids: readonly string[] } | undefined {
    const step = this.history.pop()
    if (!step) return undefined
    const before = new Map(step.before.map((annotation) => [annotation.id, annotation]))
    for (const id of step.ids) {
      const was = before.get(id)
      const now = this.byId.get(id)
      if (was) this.byId.set(id, { ...was, at })
      else if (now) this.byId.set(id, { ...now, status: 'removed', by, at })
    }
    this.sorted = undefined
    return { what: step.what, ids: step.ids }
  }

  /** Context as it is now, for the file. */
  freshRecords(): Annotation[] {
    return this.records.map((record) =>
      stands(record)
        ? { ...record, ...this.text.around(record.start, record.end, contextLength) }
        : record,
    )
  }

  /** Keeps, with their context, the spans that the edit is about to take text from. */
  private remember({ start, end }: TextEdit): void {
    if (start === end) return
    for (const span of this.byId.values()) {
      if (!stands(span) || start >= span.end || end <= span.start) continue
      const known = this.displaced.some(({ span: { id } }) => id === span.id)
      if (known) continue
      const around = this.text.around(span.start, span.end, contextLength)
      this.displaced.push({ span, ...around })
    }
    if (this.displaced.length > mostDisplaced) {
      this.displaced.splice(0, this.displaced.length - mostDisplaced)
    }
  }

  private restore(inserted: { start: number; end: number }, undo: boolean): Annotation[] {
    if (!undo && inserted.end - inserted.start < shortestMoved) return []
    const restored: Annotation[] = []
    const slice = (start: number, end: number) => this.text.slice(start, end)
    this.displaced = this.displaced.filter((displaced) => {
      const now = this.byId.get(displaced.span.id)
      if (!now || (!undo && !now.lost)) return true
      const start = standsAgain(slice, displaced, inserted, undo)
      if (start < 0) return true
      const { lost: _, ...span } = displaced.span
      const back = { ...span, start, end: start + span.text.length }
      this.byId.set(back.id, back)
      restored.push(back)
      return false
    })
    if (restored.length > 0) this.sorted = undefined
    return restored
  }
}

const stands = ({ status, lost }: Annotation): boolean => status !== 'removed' && !lost
