import { atOnce, type Pieces } from '../pieces.ts'
import { type Annotation, contextLength } from './annotation.ts'

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
/** So far around the place where a span is expected it is looked for first. */
const nearby = 2000

/**
 * Finds spans in a text that changed outside the editor: at their offset, else at the same shift as
 * the span before, else where text and context agree best, the nearest first.
 */
export const refind = (text: string, annotations: readonly Annotation[]): Refound =>
  atOnce(refinding(text, annotations))

export function* refinding(text: string, annotations: readonly Annotation[]): Pieces<Refound> {
  const refound: Refound = { found: [], lost: [] }
  const taken = new Set<string>()
  // Two windows can label one span alike: such labels stay together wherever they stand.
  const placed = new Map<string, number>()
  let shift = 0
  for (const annotation of [...annotations].sort((a, b) => a.start - b.start)) {
    yield
    const was = `${placeKey(annotation, annotation.start)} ${annotation.text}`
    const start = placed.get(was) ?? whereIs(text, annotation, shift, taken)
    placed.set(was, start)
    if (start < 0) {
      refound.lost.push({ ...annotation, lost: true })
      continue
    }
    shift = start - annotation.start
    taken.add(placeKey(annotation, start))
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
  const free = (at: number) => at >= 0 && !taken.has(placeKey(annotation, at))
  for (const at of new Set([start, start + shift])) {
    if (!free(at) || !text.startsWith(covered, at)) continue
    if (agreement(text, annotation, at) === contextOf(annotation)) return at
  }
  const near = bestNear(text, annotation, start + shift, free)
  if (near.elsewhere) return -1
  if (near.at >= 0 && near.score >= wanted(annotation)) return near.at
  return bestPlace(text, annotation, start + shift, free)
}

const bestPlace = (
  text: string,
  annotation: Annotation,
  expected: number,
  free: (at: number) => boolean,
): number => {
  const { at, score, count, elsewhere } = best(text, annotation, expected, free)
  if (elsewhere) return -1
  if (score >= wanted(annotation)) return at
  const alone = count === 1 || Math.abs(at - expected) <= aboutThere
  return alone && annotation.text.length >= longEnough && !annotation.lost ? at : -1
}

/** Whether a span stands at its offset with about the context that it had. */
export const standsInContext = (text: string, annotation: Annotation): boolean =>
  annotation.text !== '' &&
  text.startsWith(annotation.text, annotation.start) &&
  agreement(text, annotation, annotation.start) >= wanted(annotation)

/** A text, and what stood around it. */
type InContext = Pick<Annotation, 'text' | 'before' | 'after'>

interface Candidate {
  /** −1 where there is none. */
  readonly at: number
  /** Characters of context that agree. */
  readonly score: number
  /** Places where the text stands, free or not. */
  readonly count: number
  /** Its context stands only where a label of its kind is already: it belongs to no other place. */
  readonly elsewhere: boolean
}

/** Where most of the context agrees; of several places the one nearest to `expected`. */
const best = (
  text: string,
  sought: InContext,
  expected: number,
  free: (at: number) => boolean,
): Candidate => {
  let found = -1
  let most = -1
  let count = 0
  let mostTaken = -1
  for (let at = text.indexOf(sought.text); at >= 0; at = text.indexOf(sought.text, at + 1)) {
    if (count++ === mostCandidates) break
    const score = agreement(text, sought, at)
    if (!free(at)) {
      mostTaken = Math.max(mostTaken, score)
      continue
    }
    const nearer = Math.abs(at - expected) < Math.abs(found - expected)
    if (score > most || (score === most && nearer)) {
      found = at
      most = score
    }
  }
  const whole = contextOf(sought)
  const enough = most < whole && mostTaken === whole ? whole : enoughContext
  const elsewhere = mostTaken >= enough && most < enough
  return { at: found, score: most, count, elsewhere }
}

const bestNear = (
  text: string,
  sought: InContext,
  expected: number,
  free: (at: number) => boolean,
): Candidate => {
  const from = Math.max(0, expected - nearby)
  const to = expected + nearby + sought.text.length + contextLength
  const stretch = text.slice(from, Math.max(from, to))
  const found = best(stretch, sought, expected - from, (at) => free(at + from))
  return found.at < 0 ? found : { ...found, at: found.at + from }
}

const contextOf = ({ before, after }: InContext): number => before.length + after.length

const wanted = (sought: InContext): number => Math.min(enoughContext, contextOf(sought))

/** Characters of context that agree, both sides together. */
const agreement = (text: string, { before, after, text: covered }: InContext, at: number) =>
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

/** No two labels of one kind belong to one place. */
export const placeKey = ({ type, status }: Annotation, start: number): string =>
  `${start} ${status} ${type}`

/** A span that an edit took away, with what stood around it. */
export interface Displaced {
  readonly span: Annotation
  readonly before: string
  readonly after: string
  /** Where its text was taken out, as the text is now; `into` it the span began. */
  gap: number
  readonly into: number
}

/** A piece of text into which something was put. */
export interface Inserted {
  readonly text: string
  /** Where the piece begins in the whole text; offsets below are those of the whole. */
  readonly from: number
  readonly start: number
  readonly end: number
  /** Of the whole text. */
  readonly length: number
}

/** How many characters may be searched at a stretch: what is not found then is not looked for. */
export interface SearchBudget {
  characters: number
}

/**
 * Where a displaced span stands again, after text came (back) in: undo, redo, or text cut out and put
 * in elsewhere.
 *
 * @param expected where it should be
 * @param wholeContext only where all that stood around it stands there again
 * @returns its start, −1 where it does not
 */
export const standsAgain = (
  { text, from, start, end, length }: Inserted,
  { span, before, after }: Displaced,
  expected: number,
  wholeContext: boolean,
  free: (at: number) => boolean,
  budget: SearchBudget,
): number => {
  const sought: InContext = { text: span.text, before, after }
  const need = wholeContext ? contextOf(sought) : wanted(sought)
  const fits = (at: number) => {
    const first = at + from
    const last = first + span.text.length
    // Less context than that was all there was before the text's end.
    const atStart = before.length >= contextLength || first === before.length
    const atEnd = after.length >= contextLength || last + after.length === length
    if (wholeContext && !(atStart && atEnd)) return false
    return last >= start && first <= end && free(first)
  }
  const near = bestNear(text, sought, expected - from, fits)
  if (near.at >= 0 && near.score >= need) return near.at + from
  budget.characters -= text.length
  if (budget.characters < 0) return -1
  const any = best(text, sought, expected - from, fits)
  return any.at >= 0 && any.score >= need ? any.at + from : -1
}

/** What a slice around inserted text must hold for spans of this length to be found in it. */
export const searchMargin = (longest: number): number => longest + contextLength
