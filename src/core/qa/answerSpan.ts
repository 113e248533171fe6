import type { ContextWindow } from './contextWindows.ts'
import type { ContextPieces } from './encodeQuestion.ts'

/** First and last piece of an answer. */
export interface PieceSpan {
  readonly first: number
  readonly last: number
}

/**
 * The pieces that cover a stretch of the context: all that share a character with it, so that an
 * answer which begins or ends within a word takes that word's piece whole, and spaces at its ends
 * change nothing.
 *
 * @param start UTF-16 units in the context
 * @param end up to but not including
 * @returns undefined where the stretch is of dropped characters only
 */
export const answerPieces = (
  { starts, ends }: Pick<ContextPieces, 'starts' | 'ends'>,
  start: number,
  end: number,
): PieceSpan | undefined => {
  const first = countWhile(ends, (value) => value <= start)
  const last = countWhile(starts, (value) => value < end) - 1
  return first <= last ? { first, last } : undefined
}

/** How many values from the beginning hold; the values ascend. */
const countWhile = (values: Int32Array, holds: (value: number) => boolean): number => {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(values[middle]!)) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Where a window should find the answer, as positions in its sequence: [CLS], both 0, unless the
 * window holds all of it (as in transformers' run_qa).
 *
 * @param contextAt where the window's context begins in its sequence
 */
export const windowTarget = (
  span: PieceSpan | undefined,
  { from, to }: ContextWindow,
  contextAt: number,
): { readonly start: number; readonly end: number } =>
  span && span.first >= from && span.last < to
    ? { start: contextAt + span.first - from, end: contextAt + span.last - from }
    : { start: 0, end: 0 }
