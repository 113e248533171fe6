import { isPunctuation } from './characterClass.ts'
import { type NormalizerSettings, normalizeCharacter } from './normalize.ts'

/** A normalised word and, for each UTF-16 unit of it, the span of the source it came from. */
export interface Word {
  text: string
  starts: number[]
  ends: number[]
}

/**
 * Cuts `source` into BERT's words: normalised, split at whitespace, each punctuation character and
 * (where asked) each ideograph alone. Takes any string.
 *
 * Spans are UTF-16 indices into `source`. The characters that one character becomes all have its
 * span; dropped characters leave a gap.
 */
export const splitIntoWords = (source: string, settings: NormalizerSettings): Word[] => {
  const words: Word[] = []
  let word: Word | null = null
  let end = 0
  for (const character of source) {
    const start = end
    end += character.length
    for (const part of normalizeCharacter(character, settings)) {
      if (part === ' ') {
        word = null
        continue
      }
      const alone = isPunctuation(part.codePointAt(0) ?? 0)
      if (word === null || alone) {
        word = { text: '', starts: [], ends: [] }
        words.push(word)
      }
      extend(word, part, start, end)
      if (alone) word = null
    }
  }
  return words
}

const extend = (word: Word, character: string, start: number, end: number): void => {
  word.text += character
  for (let unit = 0; unit < character.length; unit++) {
    word.starts.push(start)
    word.ends.push(end)
  }
}
