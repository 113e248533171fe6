import { sentencesOf } from '../data/sentences.ts'
import type { Annotation } from './annotation.ts'

/** A line of a text, and where it starts. */
export interface PlacedLine {
  readonly start: number
  readonly text: string
}

/**
 * Without the marks of sentences that were looked at and are others now: one that grew, or was joined
 * with another, has not been looked at.
 *
 * @param lineAt the line that an offset stands in
 */
export const withoutStaleReviews = (
  annotations: readonly Annotation[],
  lineAt: (offset: number) => PlacedLine,
): Annotation[] => {
  const sentences = new Map<number, ReadonlySet<string>>()
  return annotations.filter(({ status, start, end }) => {
    if (status !== 'reviewed') return true
    const line = lineAt(start)
    let here = sentences.get(line.start)
    if (!here) {
      here = new Set(sentencesOf(line.text).map((each) => keyOf(each.start, each.end)))
      sentences.set(line.start, here)
    }
    return here.has(keyOf(start - line.start, end - line.start))
  })
}

const keyOf = (start: number, end: number): string => `${start} ${end}`

/** For a text that is not kept by lines. */
export const linesOf =
  (text: string) =>
  (offset: number): PlacedLine => {
    const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
    const end = text.indexOf('\n', offset)
    return { start, text: text.slice(start, end < 0 ? text.length : end) }
  }
