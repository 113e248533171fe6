import { byNearness, type DisplaySpan } from './displaySpans.ts'
import type { Range } from './words.ts'

/** What is given a type: a span that stands there, or a stretch that becomes one. */
export type ToBeLabelled = { readonly span: DisplaySpan } | { readonly range: Range }

/** The span that covers a place, as somebody who points there means it. */
export const spanOver = (spans: readonly DisplaySpan[], place: Range): DisplaySpan | undefined =>
  byNearness(spans, place).find(
    ({ start, end }) => start < end && start <= place.start && place.end <= end,
  )

/**
 * What selections mean that are given a type: a caret the span that it stands in; a selection of
 * more, or of other words, than a span is to be labelled itself.
 *
 * @param spansAt the spans that meet a place
 */
export const toBeLabelled = (
  selections: readonly Range[],
  spansAt: (place: Range) => readonly DisplaySpan[],
): ToBeLabelled[] => {
  const spans = new Set<string>()
  return selections.flatMap((place): ToBeLabelled[] => {
    const span = spanOver(spansAt(place), place)
    const { start, end } = place
    if (!span || (start < end && (span.start !== start || span.end !== end))) {
      return [{ range: { start, end } }]
    }
    // Two cursors in one span label it once.
    const key = `${span.start} ${span.end}`
    if (spans.has(key)) return []
    spans.add(key)
    return [{ span }]
  })
}
