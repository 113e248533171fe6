import { type Annotation, contextLength, stands } from './annotation.ts'
import type { TextEdit } from './edits.ts'
import { type Displaced, placeKey, type SearchBudget, searchMargin, standsAgain } from './refind.ts'
import type { TextLines } from './textLines.ts'

/** From `start` up to, not with, `end`. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

const mostDisplaced = 50_000
/** Shorter texts that come in are typing, not text that was moved here. */
const shortestMoved = 2
/** Some ten milliseconds of search. */
const searched = 50_000_000

/** Spans that edits took text from, kept until their text stands again. */
export class DisplacedSpans {
  private readonly byId = new Map<string, Displaced>()

  forget(id: string): void {
    this.byId.delete(id)
  }

  /** An edit is about to be made: moves what is known, and keeps what it takes text from. */
  take(text: TextLines, edit: TextEdit, labels: Iterable<Annotation>): void {
    const { start, end } = edit
    const by = edit.text.length - (end - start)
    for (const displaced of this.byId.values()) {
      if (end < displaced.gap) displaced.gap += by
      else if (start < displaced.gap) displaced.gap = start
    }
    for (const span of labels) {
      if (start >= span.end || end <= span.start) continue
      // What is typed into a label belongs to it; who looked at a sentence has not looked at that.
      if (start === end && span.status !== 'reviewed') continue
      if (!stands(span) || this.byId.has(span.id)) continue
      const around = text.around(span.start, span.end, contextLength)
      this.byId.set(span.id, { span, ...around, gap: start, into: span.start - start })
    }
    for (const id of this.byId.keys()) {
      if (this.byId.size <= mostDisplaced) break
      this.byId.delete(id)
    }
  }

  /**
   * Text came in: those that stand in it again, as they are now.
   *
   * @param undo whether the editor's undo or redo brought it
   */
  restore(
    text: TextLines,
    inserted: Stretch,
    labels: ReadonlyMap<string, Annotation>,
    undo: boolean,
  ): Annotation[] {
    if (this.byId.size === 0) return []
    if (!undo && inserted.end - inserted.start < shortestMoved) return []
    const waiting = this.waiting(labels, undo)
    const longest = waiting.reduce((most, { span }) => Math.max(most, span.text.length), 0)
    const from = Math.max(0, inserted.start - searchMargin(longest))
    const near = {
      ...inserted,
      from,
      length: text.length,
      text: text.slice(from, inserted.end + searchMargin(longest)),
    }
    const taken = placesTaken(labels, from, from + near.text.length)
    const budget: SearchBudget = { characters: searched }
    const restored: Annotation[] = []
    let shift = 0
    for (const displaced of waiting) {
      const now = labels.get(displaced.span.id)
      if (!now) continue
      const planned = displaced.gap + displaced.into
      const free = (at: number) => (taken.get(placeKey(now, at)) ?? now.id) === now.id
      const start = standsAgain(near, displaced, planned + shift, undo, free, budget)
      if (start < 0) continue
      shift = start - planned
      const { lost: _, ...verdict } = now
      const covered = displaced.span.text
      restored.push({ ...verdict, start, end: start + covered.length, text: covered })
      taken.set(placeKey(now, start), now.id)
      this.byId.delete(now.id)
    }
    return restored
  }

  /** By place; those that still stand in part only where undo may bring the rest. */
  private waiting(labels: ReadonlyMap<string, Annotation>, undo: boolean): Displaced[] {
    return [...this.byId.values()]
      .filter(({ span: { id } }) => {
        const now = labels.get(id)
        return now && now.status !== 'removed' && (undo || now.lost)
      })
      .sort((a, b) => a.gap + a.into - (b.gap + b.into))
  }
}

const placesTaken = (
  labels: ReadonlyMap<string, Annotation>,
  from: number,
  to: number,
): Map<string, string> => {
  const taken = new Map<string, string>()
  for (const label of labels.values()) {
    if (!stands(label) || label.start >= to || label.end <= from) continue
    taken.set(placeKey(label, label.start), label.id)
  }
  return taken
}
