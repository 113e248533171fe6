import { classificationMetrics } from './classification.ts'
import type { Metrics } from './metrics.ts'

/** The tags of each sentence. */
export type TagSequences = readonly (readonly string[])[]

type ByType = NonNullable<Metrics['byLabel']>

/** Precision, recall and F1 of spans: over all of them, and by type, types in code unit order. */
export interface SpanScores {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  /** Mean F1 of the types; null where there are none. */
  readonly macroF1: number | null
  readonly byType: ByType
}

/**
 * Metrics of the token head for tags that mark spans: `entityF1`, `precision`, `recall`, `macroF1` and
 * `byLabel` as seqeval's default (which is conlleval's: an I- that follows nothing begins a span),
 * `entityF1Strict` as its mode `strict` with IOB2, `tokenAccuracy` as its `accuracy_score`.
 * All are null without words; `entityF1Strict` also where a tag is not of IOB2.
 * @throws RangeError where gold and predicted have other lengths
 */
export const entityMetrics = (gold: TagSequences, predicted: TagSequences): Metrics => {
  const accuracy = tokenAccuracy(gold, predicted)
  if (accuracy === null) {
    const none = { entityF1: null, entityF1Strict: null, tokenAccuracy: null }
    return { ...none, precision: null, recall: null, macroF1: null }
  }
  const { f1, precision, recall, macroF1, byType } = spanF1(gold, predicted)
  return {
    entityF1: f1,
    entityF1Strict: strictSpanF1(gold, predicted)?.f1 ?? null,
    tokenAccuracy: accuracy,
    precision,
    recall,
    macroF1,
    byLabel: byType,
  }
}

/**
 * Metrics of the token head where the tags are a class for each word (parts of speech):
 * `tokenAccuracy`, `macroF1` and `byLabel`. Null without words.
 * @throws RangeError where gold and predicted have other lengths
 */
export const wordClassMetrics = (gold: TagSequences, predicted: TagSequences): Metrics => {
  const accuracy = tokenAccuracy(gold, predicted)
  if (accuracy === null) return { tokenAccuracy: null, macroF1: null }
  const labels = [...new Set([...gold.flat(), ...predicted.flat()])].sort()
  const places = new Map(labels.map((label, index) => [label, index]))
  const indices = (tags: TagSequences) => tags.flat().map((tag) => places.get(tag) ?? -1)
  const all = classificationMetrics({
    gold: indices(gold),
    predicted: indices(predicted),
    labels,
  })
  return { tokenAccuracy: accuracy, macroF1: all.macroF1 ?? null, byLabel: all.byLabel ?? {} }
}

/** Share of the words that have their tag; null without words. @throws RangeError as above */
export const tokenAccuracy = (gold: TagSequences, predicted: TagSequences): number | null => {
  checkLengths(gold, predicted)
  let words = 0
  let hits = 0
  for (const [at, tags] of gold.entries()) {
    words += tags.length
    for (const [index, tag] of tags.entries()) if (predicted[at]?.[index] === tag) hits++
  }
  return words === 0 ? null : hits / words
}

const checkLengths = (gold: TagSequences, predicted: TagSequences): void => {
  if (gold.length !== predicted.length) {
    throw new RangeError(`${gold.length} sentences, ${predicted.length} predicted`)
  }
  const at = gold.findIndex((tags, index) => tags.length !== predicted[index]?.length)
  if (at < 0) return
  throw new RangeError(
    `sentence ${at} has ${gold[at]?.length} words, ${predicted[at]?.length} predicted`,
  )
}

/** Spans as seqeval's default reads them. */
export const spanF1 = (gold: TagSequences, predicted: TagSequences): SpanScores =>
  scoresOf(lenientSpans(gold), lenientSpans(predicted))

/** Of a part of the sentences; added up over all, 2 hits / (predicted + gold) is `entityF1`. */
export interface SpanCounts {
  readonly hits: number
  readonly predicted: number
  readonly gold: number
}

/** Spans as seqeval's default reads them, counted by type; none goes from one sentence into the next. */
export const spanCounts = (
  gold: TagSequences,
  predicted: TagSequences,
): Map<string, SpanCounts> => {
  const right = lenientSpans(gold)
  const guessed = lenientSpans(predicted)
  const types = new Set([...right.keys(), ...guessed.keys()])
  return new Map(
    [...types].map((type): [string, SpanCounts] => {
      const spans = right.get(type)
      const guesses = guessed.get(type) ?? new Set<string>()
      const hits = [...guesses].filter((place) => spans?.has(place)).length
      return [type, { hits, predicted: guesses.size, gold: spans?.size ?? 0 }]
    }),
  )
}

/** Spans as seqeval's mode `strict` reads IOB2: B- and what goes on with it. Null: other tags. */
export const strictSpanF1 = (gold: TagSequences, predicted: TagSequences): SpanScores | null => {
  const spans = strictSpans(gold)
  const guesses = strictSpans(predicted)
  return spans && guesses ? scoresOf(spans, guesses) : null
}

/** By type, the places of its spans; a place is unique over all sentences. */
type SpanPlaces = Map<string, Set<string>>

const addPlace = (places: SpanPlaces, type: string, start: number, end: number): void => {
  const ofType = places.get(type) ?? new Set()
  places.set(type, ofType.add(`${start}:${end}`))
}

/**
 * `get_entities` of seqeval 1.2.2: all sentences in one sequence with an O after each. What it makes
 * of tags that are no spans' comes out the same too.
 */
const lenientSpans = (sentences: TagSequences): SpanPlaces => {
  const places: SpanPlaces = new Map()
  let before = { prefix: 'O', type: '' }
  let begin = 0
  let at = 0
  const take = (tag: string): void => {
    const here = lenientTag(tag)
    if (endsSpan(before, here)) addPlace(places, before.type, begin, at - 1)
    if (startsSpan(before, here)) begin = at
    before = here
    at++
  }
  for (const tags of sentences) {
    for (const tag of tags) take(tag)
    take('O')
  }
  // seqeval ends the whole with one more.
  take('O')
  return places
}

interface LenientTag {
  readonly prefix: string
  readonly type: string
}

const lenientTag = (tag: string): LenientTag => {
  const [prefix = 'O'] = tag
  const rest = tag.slice(prefix.length)
  return { prefix, type: rest.slice(rest.indexOf('-') + 1) || '_' }
}

const endPairs = new Set(['BB', 'BS', 'BO', 'IB', 'IS', 'IO'])
const startPairs = new Set(['EE', 'EI', 'SE', 'SI', 'OE', 'OI'])
const isOutside = (prefix: string): boolean => prefix === 'O' || prefix === '.'

const endsSpan = (before: LenientTag, here: LenientTag): boolean =>
  before.prefix === 'E' ||
  before.prefix === 'S' ||
  endPairs.has(before.prefix + here.prefix) ||
  (!isOutside(before.prefix) && before.type !== here.type)

const startsSpan = (before: LenientTag, here: LenientTag): boolean =>
  here.prefix === 'B' ||
  here.prefix === 'S' ||
  startPairs.has(before.prefix + here.prefix) ||
  (!isOutside(here.prefix) && before.type !== here.type)

const strictSpans = (sentences: TagSequences): SpanPlaces | null => {
  const places: SpanPlaces = new Map()
  let offset = 0
  for (const tags of sentences) {
    for (let at = 0; at < tags.length; ) {
      const type = strictType(tags[at])
      if (type === undefined) return null
      let end = at + 1
      if (tags[at]?.startsWith('B')) {
        while (tags[end]?.startsWith('I') && strictType(tags[end]) === type) end++
        addPlace(places, type, offset + at, offset + end)
      }
      at = end
    }
    offset += tags.length
  }
  return places
}

const strictType = (tag = ''): string | undefined =>
  /^[IOB]/.test(tag) ? tag.slice(1).replace(/^-+|-+$/g, '') || '_' : undefined

const scoresOf = (gold: SpanPlaces, predicted: SpanPlaces): SpanScores => {
  const types = [...new Set([...gold.keys(), ...predicted.keys()])].sort()
  let hits = 0
  let guesses = 0
  let support = 0
  const byType: [string, ByType[string]][] = []
  for (const type of types) {
    const spans = gold.get(type) ?? new Set<string>()
    const guessed = predicted.get(type) ?? new Set<string>()
    const right = [...guessed].filter((place) => spans.has(place)).length
    byType.push([type, { ...ratios(right, guessed.size, spans.size), support: spans.size }])
    hits += right
    guesses += guessed.size
    support += spans.size
  }
  const sum = byType.reduce((total, [, { f1 }]) => total + f1, 0)
  return {
    ...ratios(hits, guesses, support),
    macroF1: types.length === 0 ? null : sum / types.length,
    byType: Object.fromEntries(byType),
  }
}

/** 0 where there is nothing to divide by, as seqeval has it. */
const ratios = (hits: number, guesses: number, support: number) => ({
  precision: guesses === 0 ? 0 : hits / guesses,
  recall: support === 0 ? 0 : hits / support,
  f1: guesses + support === 0 ? 0 : (2 * hits) / (guesses + support),
})
