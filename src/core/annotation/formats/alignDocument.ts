import type { LabelledDocument, TypedSpan } from './labelledDocument.ts'

/**
 * Where the spans of an imported document stand in a text that holds it, whatever its white space:
 * CoNLL has lost it, other programs change line ends.
 *
 * @param from visible characters of the text to pass over: documents come in order
 * @returns the spans, and where the next document may begin; undefined where the text does not hold it
 */
export const alignDocument = (
  text: VisibleText,
  document: LabelledDocument,
  from: number,
): { readonly spans: TypedSpan[]; readonly next: number } | undefined => {
  const wanted = visibleText(document.text)
  const at = text.characters.indexOf(wanted.characters, from)
  if (at < 0) return undefined
  const spans = document.spans.flatMap(({ type, start, end }) => {
    const first = wanted.countBefore(start)
    const last = wanted.countBefore(end) - 1
    const begin = text.offsets[at + first]
    const final = text.offsets[at + last]
    return last < first || begin === undefined || final === undefined
      ? []
      : [{ type, start: begin, end: final + 1 }]
  })
  return { spans, next: at + wanted.characters.length }
}

export interface VisibleText {
  /** All but white space. */
  readonly characters: string
  /** Where each of them stands. */
  readonly offsets: readonly number[]
  countBefore(offset: number): number
}

export const visibleText = (text: string): VisibleText => {
  const offsets: number[] = []
  for (let at = 0; at < text.length; at++) if (!/\s/.test(text[at] ?? '')) offsets.push(at)
  return {
    characters: text.replaceAll(/\s+/g, ''),
    offsets,
    countBefore: (offset) => {
      let low = 0
      let high = offsets.length
      while (low < high) {
        const middle = (low + high) >> 1
        if ((offsets[middle] ?? 0) < offset) low = middle + 1
        else high = middle
      }
      return low
    },
  }
}
