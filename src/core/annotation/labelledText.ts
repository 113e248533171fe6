import type { Pieces } from '../pieces.ts'
import { type Annotation, byPlace, contextLength, stands } from './annotation.ts'
import { newest } from './annotationFile.ts'
import { DisplacedSpans, type Stretch } from './displacedSpans.ts'
import { applyEdit, lastFirst, type TextEdit } from './edits.ts'
import { LabelHistory } from './labelHistory.ts'
import type { LineChange, TextLines } from './textLines.ts'
import { doubles } from './verdicts.ts'

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

/** A text and its labels as they were, and what became of the text since. */
export interface TextSnapshot {
  readonly text: TextLines
  readonly records: readonly Annotation[]
  /** Each change's edits. */
  readonly since: (readonly TextEdit[])[]
}

/** A text and its labels: the text changes under them, a person changes them. No input or output. */
export class LabelledText {
  private readonly history = new LabelHistory()
  private readonly byId = new Map<string, Annotation>()
  private readonly displaced = new DisplacedSpans()
  private readonly snapshots = new Set<TextSnapshot>()
  private sorted: readonly Annotation[] | undefined

  constructor(
    readonly text: TextLines,
    annotations: readonly Annotation[] = [],
  ) {
    for (const annotation of annotations) this.byId.set(annotation.id, annotation)
  }

  /** Those that stand in the text, by place; removed ones are not among them. */
  get annotations(): readonly Annotation[] {
    this.sorted ??= [...this.byId.values()].filter(stands).sort(byPlace)
    return this.sorted
  }

  /** All, also those that were removed or lost: what a file keeps. */
  get records(): readonly Annotation[] {
    return [...this.byId.values()]
  }

  /** The last change, of text or labels, was one of the labels, and can be undone. */
  get labelIsLatest(): boolean {
    return this.history.isLatest
  }

  get(id: string): Annotation | undefined {
    return this.byId.get(id)
  }

  /** Takes over what another window, or git, wrote of this text: of each label the newest word. */
  takeOver(annotations: readonly Annotation[]): void {
    const all = newest(annotations, this.records)
    this.byId.clear()
    for (const annotation of all) this.byId.set(annotation.id, annotation)
    this.sorted = undefined
  }

  /** What two windows labelled alike is one label. Whoever drops the other one writes the same line. */
  dropDoubles(): void {
    const dropped = doubles(this.annotations)
    for (const each of dropped) {
      this.byId.set(each.id, { ...each, status: 'removed', at: each.at + 1 })
    }
    if (dropped.length > 0) this.sorted = undefined
  }

  /** For work that takes its time while the text changes; to be given back. */
  snapshot(): TextSnapshot {
    const taken: TextSnapshot = { text: this.text.copy(), records: this.records, since: [] }
    this.snapshots.add(taken)
    return taken
  }

  release(snapshot: TextSnapshot): void {
    this.snapshots.delete(snapshot)
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
    for (const { since } of this.snapshots) since.push(edits)
    this.history.textChanged()
    for (const edit of lastFirst(edits)) {
      this.displaced.take(this.text, edit, this.byId.values())
      this.moveLabels(edit, touched, lost)
      lines.push(this.text.apply(edit))
      this.history.edit(edit)
      const by = edit.text.length - (edit.end - edit.start)
      for (const place of inserted) {
        place.start += by
        place.end += by
      }
      // Undo may also bring back what was there before something was put into it.
      if (edit.text !== '' || undo) {
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
    this.step(what, ids)
    for (const target of set) {
      const text = this.text.slice(target.start, target.end)
      const around = this.text.around(target.start, target.end, contextLength)
      const when = later(at, this.byId.get(target.id))
      this.byId.set(target.id, { ...target, text, by, at: when, ...around })
    }
    for (const id of remove) {
      const gone = this.byId.get(id)
      if (gone) this.byId.set(id, { ...gone, status: 'removed', by, at: later(at, gone) })
    }
  }

  /** Labels of somebody else, of this very text; one step for *Undo Label*. */
  add(what: string, annotations: readonly Annotation[]): void {
    const ids = annotations.map(({ id }) => id)
    this.step(what, ids)
    for (const annotation of annotations) this.byId.set(annotation.id, annotation)
  }

  /** Takes the last label change back. @returns what it was; undefined where there is none */
  undo(by: string, at: number): { what: string; ids: readonly string[] } | undefined {
    const step = this.history.pop()
    if (!step) return undefined
    const before = new Map(step.before.map((annotation) => [annotation.id, annotation]))
    for (const id of step.ids) {
      const was = before.get(id)
      const now = this.byId.get(id)
      if (was) this.byId.set(id, { ...this.backAgain(was, now), at: later(at, now) })
      else if (now) this.byId.set(id, { ...now, status: 'removed', by, at: later(at, now) })
    }
    this.sorted = undefined
    return { what: step.what, ids: step.ids }
  }

  /** A remembered label knows that its text went, not that it came back: the label as it is now does. */
  private backAgain(was: Annotation, now: Annotation | undefined): Annotation {
    if (!was.lost || !now || !stands(now)) return was
    const { lost: _, ...verdict } = was
    return { ...verdict, start: now.start, end: now.end, text: now.text }
  }

  private step(what: string, ids: readonly string[]): void {
    this.history.push({ what, before: ids.flatMap((id) => this.byId.get(id) ?? []), ids })
    for (const id of ids) this.displaced.forget(id)
    this.sorted = undefined
  }

  private moveLabels(
    edit: TextEdit,
    touched: Map<string, Annotation>,
    lost: Map<string, Annotation>,
  ): void {
    const outcome = applyEdit([...this.byId.values()].filter(stands), edit)
    const gone = [...outcome.lost]
    const unread = new Set<string>()
    for (const span of outcome.touched) {
      const before = this.byId.get(span.id)
      // Who looked at a sentence has not looked at what it says now.
      if (span.status === 'reviewed' && before) {
        gone.push(before)
        unread.add(span.id)
      } else touched.set(span.id, span)
    }
    for (const span of outcome.spans) if (!unread.has(span.id)) this.byId.set(span.id, span)
    for (const span of gone) {
      lost.set(span.id, span)
      this.byId.set(span.id, { ...span, lost: true })
    }
  }

  private restore(inserted: Stretch, undo: boolean): Annotation[] {
    const restored = this.displaced.restore(this.text, inserted, this.byId, undo)
    for (const back of restored) this.byId.set(back.id, back)
    if (restored.length > 0) this.sorted = undefined
    return restored
  }
}

/** What a snapshot's labels are for the file: with the context that they had then. */
export function* freshRecords({
  text,
  records,
}: Pick<TextSnapshot, 'text' | 'records'>): Pieces<Annotation[]> {
  const fresh: Annotation[] = []
  for (const record of records) {
    yield
    const around = stands(record) ? text.around(record.start, record.end, contextLength) : {}
    fresh.push({ ...record, ...around })
  }
  return fresh
}

/** Labels that were placed in a snapshot's text, as the text is now. */
export const broughtUpToDate = (
  { text, since }: TextSnapshot,
  annotations: readonly Annotation[],
): readonly Annotation[] => {
  if (since.length === 0) return annotations
  const moved = new LabelledText(text.copy(), annotations)
  for (const edits of since) moved.edit(edits, false)
  return moved.records
}

/** A clock that was set back makes no correction older than what it corrects. */
const later = (at: number, known: Annotation | undefined): number =>
  known && known.at >= at ? known.at + 1 : at
