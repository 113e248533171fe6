import type { Placed } from './annotation.ts'

/** From `start` up to, not with, `end` the text becomes `text`; offsets of the text before. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** What an edit did to spans. */
export interface EditOutcome<T> {
  /** Those that are left, in their order; each covers its `text`. */
  readonly spans: T[]
  /** Those whose own text changed, as they are now. */
  readonly touched: T[]
  /** Those whose text is gone, as they were. */
  readonly lost: T[]
}

type Fate<T> = { readonly kind: 'kept' | 'touched'; readonly span: T } | { readonly kind: 'lost' }

/**
 * What becomes of one span. Text typed at its edge does not join it; a replacement of the whole span
 * is another text, so that the span is lost.
 */
export const moveSpan = <T extends Placed>(span: T, edit: TextEdit): Fate<T> => {
  const { start, end, text } = edit
  if (end <= span.start) {
    // An insertion right before the span, or a change that ends there.
    const by = text.length - (end - start)
    if (by === 0) return { kind: 'kept', span }
    return { kind: 'kept', span: { ...span, start: span.start + by, end: span.end + by } }
  }
  if (start >= span.end) return { kind: 'kept', span }
  if (start <= span.start && end >= span.end) return { kind: 'lost' }
  if (start >= span.start && end <= span.end) return replaceInside(span, edit)
  if (start < span.start) {
    const rest = span.text.slice(end - span.start)
    const from = start + text.length
    return remainder({ ...span, start: from, end: from + rest.length, text: rest })
  }
  const rest = span.text.slice(0, start - span.start)
  return remainder({ ...span, end: start, text: rest })
}

const replaceInside = <T extends Placed>(span: T, { start, end, text }: TextEdit): Fate<T> => {
  const head = span.text.slice(0, start - span.start)
  const tail = span.text.slice(end - span.start)
  const now = `${head}${text}${tail}`
  return remainder({ ...span, end: span.start + now.length, text: now })
}

const remainder = <T extends Placed>(span: T): Fate<T> =>
  span.text.trim() === '' ? { kind: 'lost' } : { kind: 'touched', span }

/** Moves all spans through one edit. */
export const applyEdit = <T extends Placed>(
  spans: readonly T[],
  edit: TextEdit,
): EditOutcome<T> => {
  const outcome: EditOutcome<T> = { spans: [], touched: [], lost: [] }
  for (const span of spans) {
    const fate = moveSpan(span, edit)
    if (fate.kind === 'lost') outcome.lost.push(span)
    else outcome.spans.push(fate.span)
    if (fate.kind === 'touched') outcome.touched.push(fate.span)
  }
  return outcome
}

/** Edits of one change, all with offsets of the text before it, last one first: so each can be applied as it is. */
export const lastFirst = (edits: readonly TextEdit[]): TextEdit[] =>
  [...edits].sort((a, b) => b.start - a.start || b.end - a.end)

/**
 * The edits without what they leave as it was: a program that writes a whole text anew, or other line
 * ends, changes little of it. Words are not cut, and an edit within a line is what somebody meant.
 *
 * @param slice of the text before them
 */
export const changesOnly = (
  edits: readonly TextEdit[],
  slice: (start: number, end: number) => string,
): TextEdit[] =>
  edits.flatMap((edit) => {
    if (edit.start === edit.end) return edit.text === '' ? [] : [edit]
    if (edit.text === '') return [edit]
    const before = slice(edit.start, edit.end)
    if (before === edit.text) return []
    return before.includes('\n') ? [withoutAgreement(edit, before)] : [edit]
  })

const withoutAgreement = ({ start, end, text }: TextEdit, before: string): TextEdit => {
  const most = Math.min(before.length, text.length)
  let head = 0
  while (head < most && before[head] === text[head]) head++
  while (head > 0 && !(parts(before, head) && parts(text, head))) head--
  let tail = 0
  while (tail < most - head && before[before.length - 1 - tail] === text[text.length - 1 - tail]) {
    tail++
  }
  while (tail > 0 && !(parts(before, before.length - tail) && parts(text, text.length - tail))) {
    tail--
  }
  return { start: start + head, end: end - tail, text: text.slice(head, text.length - tail) }
}

/** Whether no word goes across this place. */
const parts = (text: string, at: number): boolean =>
  at === 0 || at === text.length || isSpace(text.charCodeAt(at - 1)) || isSpace(text.charCodeAt(at))

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)
