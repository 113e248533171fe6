import type { Vocabulary } from './vocabulary.ts'

/** A word's pieces: their ids, and the UTF-16 index in the word where each ends. */
export interface WordPieces {
  readonly ids: readonly number[]
  readonly ends: readonly number[]
}

/** A longer word, counted in code points, is [UNK] whole. */
export const MAX_WORD_CHARACTERS = 100

/**
 * Cuts a normalised word into the longest pieces the vocabulary has, from its start; the whole
 * word is one [UNK] where some part has none. Cuts never fall within a surrogate pair, as no
 * vocabulary entry holds half of one.
 */
export const splitIntoPieces = (word: string, vocabulary: Vocabulary): WordPieces => {
  const unknown = { ids: [vocabulary.special.unk], ends: [word.length] }
  if (isTooLong(word)) return unknown
  const ids: number[] = []
  const ends: number[] = []
  let start = 0
  while (start < word.length) {
    const known = start === 0 ? vocabulary.idOf : vocabulary.continuationIdOf
    let end = Math.min(word.length, start + vocabulary.longest)
    let id = known.get(word.slice(start, end))
    while (id === undefined && end > start + 1) {
      end--
      id = known.get(word.slice(start, end))
    }
    if (id === undefined) return unknown
    ids.push(id)
    ends.push(end)
    start = end
  }
  return { ids, ends }
}

const isTooLong = (word: string): boolean => {
  if (word.length <= MAX_WORD_CHARACTERS) return false
  let characters = 0
  for (const _ of word) characters++
  return characters > MAX_WORD_CHARACTERS
}
