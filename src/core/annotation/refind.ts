import { type Annotation, contextLength, type Placed } from './annotation.ts'

/** Annotations after a change that nobody followed. */
export interface Refound {
  readonly found: Annotation[]
  /** Those whose text stands nowhere where it could be meant. */
  readonly lost: Annotation[]
}

/** Characters of context that must agree where the text stands somewhere else now. */
const enoughContext = 8
/** So long a text needs no context where it stands only once, or about where it should. */
const longEnough = 4
const aboutThere = 100
const mostCandidates = 1000

/**
 * Finds spans in a text that changed outside the editor: at their offset, else at the same shift as
 * the span before, else where text and context agree best, the nearest first.
 */
export const refind = (text: string, annotations: readonly Annotation[]): Refound => {
  const refound: Refound = { found: [], lost: [] }
  const taken = new Set<string>()
  let shift = 0
  for (const annotation of [...annotations].sort((a, b) => a.start - b.start)) {
    const start = whereIs(text, annotation, shift, taken)
    if (start < 0) {
      refound.lost.push({ ...annotation, lost: true })
      continue
    }
    shift = start - annotation.start
    taken.add(keyOf(annotation, start))
    const { lost: _, ...rest } = annotation
    refound.found.push({ ...rest, start, end: start + annotation.text.length })
  }
  return refound
}

/** The start, −1 where there is none. */
const whereIs = (
  text: string,
  annotation: Annotation,
  shift: number,
  taken: ReadonlySet<string>,
): number => {
  const { start, text: covered } = annotation
  if (covered === '') return -1
  const free = (at: number) =>
    at >= 0 && text.startsWith(covered, at) && !taken.has(keyOf(annotation, at))
  for (const at of new Set([start, start + shift])) {
    if (free(at) && agreement(text, annotation, at) >= wanted(annotation)) return at
  }
  return bestPlace(text, annotation, start + shift, free)
}

const bestPlace = (
  text: string,
  annotation: Annotation,
  expected: number,
  free: (at: number) => boolean,
): number => {
  const places: number[] = []
  for (
    let at = text.indexOf(annotation.text);
    at >= 0;
    at = text.indexOf(annotation.text, at + 1)
  ) {
    places.push(at)
    if (places.length === mostCandidates) break
  }
  let best = -1
  let bestScore = -1
  for (const at of places) {
    if (!free(at)) continue
    const score = agreement(text, annotation, at)
    const nearer = Math.abs(at - expected) < Math.abs(best - expected)
    if (score > bestScore || (score === bestScore && nearer)) {
      best = at
      bestScore = score
    }
  }
  if (bestScore >= wanted(annotation)) return best
  const alone = places.length === 1 || Math.abs(best - expected) <= aboutThere
  return alone && annotation.text.length >= longEnough && !annotation.lost ? best : -1
}

/** Whether a span stands at its offset with about the context that it had. */
export const standsInContext = (text: string, annotation: Annotation): boolean =>
  annotation.text !== '' &&
  text.startsWith(annotation.text, annotation.start) &&
  agreement(text, annotation, annotation.start) >= wanted(annotation)

const wanted = ({ before, after }: Annotation): number =>
  Math.min(enoughContext, before.length + after.length)

/** Characters of context that agree, both sides together. */
const agreement = (text: string, { before, after, text: covered }: Annotation, at: number) =>
  commonEnd(before, text, at) + commonStart(after, text, at + covered.length)

const commonEnd = (before: string, text: string, end: number): number => {
  let count = 0
  while (count < before.length && before[before.length - 1 - count] === text[end - 1 - count]) {
    count++
  }
  return count
}

const commonStart = (after: string, text: string, start: number): number => {
  let count = 0
  while (count < after.length && after[count] === text[start + count]) count++
  return count
}

const keyOf = ({ type, status }: Annotation, start: number): string => `${start} ${status} ${type}`

/** A span that an edit took away, with what stood around it. */
export interface Displaced<T extends Placed = Annotation> {
  readonly span: T
  readonly before: string
  readonly after: string
}

/**
 * Where a displaced span stands again, after text came (back) in: undo, redo, or text cut out and put
 * in elsewhere.
 *
 * @param inserted where the new text stands now
 * @param wholeContext only where all that stood around it stands there again
 * @returns its start, −1 where it does not
 */
export const standsAgain = (
  slice: (start: number, end: number) => string,
  { span, before, after }: Displaced<Placed>,
  inserted: { readonly start: number; readonly end: number },
  wholeContext: boolean,
): number => {
  const margin = span.text.length + contextLength
  const from = Math.max(0, inserted.start - margin)
  const near = slice(from, inserted.end + margin)
  const need = wholeContext
    ? before.length + after.length
    : Math.min(enoughContext, before.length + after.length)
  for (let at = near.indexOf(span.text); at >= 0; at = near.indexOf(span.text, at + 1)) {
    const start = from + at
    const end = start + span.text.length
    if (end < inserted.start || start > inserted.end) continue
    const agrees = commonEnd(before, near, at) + commonStart(after, near, at + span.text.length)
    if (agrees >= need) return start
  }
  return -1
}
