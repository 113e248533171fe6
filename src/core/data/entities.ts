import { parseTag, spansOf } from './tagSchemes.ts'

/** Share of a word's probability that a type has; null stands for no entity. */
export interface TypeProbability {
  readonly type: string | null
  readonly probability: number
}

/** An entity among a sentence's words. */
export interface WordSpan {
  readonly type: string
  /** From, and up to but not including. */
  readonly words: readonly [from: number, to: number]
  /** That of its type at its least certain word: a span is as sure as its weakest part. */
  readonly probability: number
  /** All types at that word, most probable first. */
  readonly types: readonly TypeProbability[]
}

/**
 * Reads the entities out of a sentence's most probable tags, in IOB2 or any scheme like it; an I- that
 * follows nothing begins one, as seqeval's default has it.
 *
 * @param labels label order
 * @param words each word's most probable label and its probabilities, in label order
 */
export const entitiesOf = (
  labels: readonly string[],
  words: readonly { readonly label: number; readonly probabilities: readonly number[] }[],
): WordSpan[] => {
  const types = labels.map((label) => parseTag(label)?.type ?? null)
  return spansOf(words.map(({ label }) => labels[label]!)).map(({ type, start, end }) => {
    const each = words
      .slice(start, end)
      .map(({ probabilities }) => typeProbabilities(types, probabilities))
    const sure = each.map((word) => probabilityOf(word, type))
    const probability = Math.min(...sure)
    return { type, words: [start, end], probability, types: each[sure.indexOf(probability)]! }
  })
}

/** B- and I- of one type are one share. */
const typeProbabilities = (
  types: readonly (string | null)[],
  probabilities: readonly number[],
): TypeProbability[] => {
  const sums = new Map<string | null, number>()
  types.forEach((type, at) => {
    sums.set(type, (sums.get(type) ?? 0) + probabilities[at]!)
  })
  return [...sums]
    .map(([type, probability]) => ({ type, probability: Math.min(1, probability) }))
    .sort((a, b) => b.probability - a.probability)
}

const probabilityOf = (word: readonly TypeProbability[], wanted: string): number =>
  word.find(({ type }) => type === wanted)?.probability ?? 0
