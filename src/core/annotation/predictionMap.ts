import { type Stretch, sentencesOf } from '../data/sentences.ts'
import type { PredictedSpan } from '../protocol/predictions.ts'
import { lastFirst, type TextEdit } from './edits.ts'
import type { Position, TextLines } from './textLines.ts'

interface LineState {
  /** Offsets in the line. */
  readonly spans: readonly PredictedSpan[]
  /** Whether they are what the model says of the line as it stands. */
  readonly fresh: boolean
}

const mostCachedCharacters = 4_000_000

/** What one model says of sentences, by their text; the least recently used go first. */
export class SentenceCache {
  private readonly known = new Map<string, readonly PredictedSpan[]>()
  private characters = 0

  get(sentence: string): readonly PredictedSpan[] | undefined {
    const spans = this.known.get(sentence)
    if (spans) {
      // A map is walked in the order in which things were put in.
      this.known.delete(sentence)
      this.known.set(sentence, spans)
    }
    return spans
  }

  put(sentence: string, spans: readonly PredictedSpan[]): void {
    if (this.known.has(sentence)) return
    this.known.set(sentence, spans)
    this.characters += sentence.length
    for (const [oldest] of this.known) {
      if (this.characters <= mostCachedCharacters) break
      this.known.delete(oldest)
      this.characters -= oldest.length
    }
  }
}

/**
 * A model's predictions for a text, line by line. An edit moves what stands on its lines and makes
 * those lines stale; sentences that did not change are known by their text and not asked again.
 */
export class PredictionMap {
  private lines: (LineState | undefined)[]

  constructor(
    private readonly text: TextLines,
    readonly cache: SentenceCache,
  ) {
    this.lines = new Array<LineState | undefined>(text.lineCount)
  }

  /** Spans of a line, offsets in it; stale ones are moved ones. */
  spans(line: number): readonly PredictedSpan[] {
    return this.lines[line]?.spans ?? []
  }

  isFresh(line: number): boolean {
    return this.lines[line]?.fresh ?? false
  }

  /**
   * Takes over what the cache knows of the stale lines from `first` up to, not with, `end`.
   *
   * @param most distinct sentences to return, at most
   * @returns the sentences that nobody has predicted yet
   */
  settle(first: number, end: number, most = Number.POSITIVE_INFINITY): string[] {
    const missing = new Set<string>()
    for (let line = first; line < Math.min(end, this.text.lineCount); line++) {
      if (this.isFresh(line)) continue
      const text = this.text.line(line)
      const sentences = text.trim() === '' ? [] : sentencesOf(text)
      const unknown = sentences
        .map(({ start, end: to }) => text.slice(start, to))
        .filter((sentence) => this.cache.get(sentence) === undefined)
      if (unknown.length === 0) this.lines[line] = this.known(text, sentences)
      for (const sentence of unknown) missing.add(sentence)
      if (missing.size >= most) break
    }
    return [...missing]
  }

  /** The text is about to change. @param edits of one change, offsets of the text before it */
  edit(edits: readonly TextEdit[]): void {
    for (const edit of lastFirst(edits)) {
      this.editOne(edit, this.text.positionAt(edit.start), this.text.positionAt(edit.end))
    }
  }

  private known(text: string, sentences: readonly Stretch[]): LineState {
    const spans = sentences.flatMap(({ start, end }) => {
      const predicted = this.cache.get(text.slice(start, end)) ?? []
      return start === 0
        ? predicted
        : predicted.map((span) => ({ ...span, start: span.start + start, end: span.end + start }))
    })
    return { spans, fresh: true }
  }

  private editOne(edit: TextEdit, from: Position, to: Position): void {
    const base = this.text.lineStart(from.line)
    const moved: PredictedSpan[] = []
    for (let line = from.line; line <= to.line; line++) {
      const offset = this.text.lineStart(line) - base
      for (const span of this.spans(line)) {
        const placed = { ...span, start: span.start + offset, end: span.end + offset }
        const after = moveSpan(placed, edit.start - base, edit.end - base, edit.text.length)
        if (after) moved.push(after)
      }
    }
    const starts = [0]
    for (let at = edit.text.indexOf('\n'); at >= 0; at = edit.text.indexOf('\n', at + 1)) {
      starts.push(from.character + at + 1)
    }
    const lines = starts.map((start, index): LineState => {
      const next = starts[index + 1] ?? Number.POSITIVE_INFINITY
      const spans = moved
        .filter((span) => span.start >= start && span.end < next)
        .map((span) => ({ ...span, start: span.start - start, end: span.end - start }))
      return { spans, fresh: false }
    })
    if (lines.length === 1 && from.line === to.line) this.lines[from.line] = lines[0]
    else {
      const { lines: all } = this
      this.lines = all.slice(0, from.line).concat(lines, all.slice(to.line + 1))
    }
  }
}

/** Where a predicted span stands until its sentence is predicted again; undefined: it is gone. */
const moveSpan = (
  span: PredictedSpan,
  start: number,
  end: number,
  length: number,
): PredictedSpan | undefined => {
  const by = length - (end - start)
  if (end <= span.start) return { ...span, start: span.start + by, end: span.end + by }
  if (start >= span.end) return span
  const inside = start >= span.start && end <= span.end
  return inside && span.end + by > span.start ? { ...span, end: span.end + by } : undefined
}
