import {
  isCjk,
  isKeptComposed,
  isNonspacingMark,
  isRemoved,
  isWhitespace,
} from './characterClass.ts'

/** How text is changed before it is cut into words, as in Hugging Face's `BertNormalizer`. */
export interface NormalizerSettings {
  readonly lowercase: boolean
  /** `null` follows `lowercase`, as the first BERT did. */
  readonly stripAccents: boolean | null
  /** Whether each ideograph is a word of its own. */
  readonly tokenizeChineseChars: boolean
}

const ASCII_END = 0x80

/**
 * What becomes of one character: cleaned, spaced, stripped and lower-cased in BERT's order. Empty
 * where it is dropped, a space for whitespace, several characters where it decomposes or grows
 * (한, İ), with a space on either side for an ideograph.
 *
 * Source: `tokenizers/src/normalizers/bert.rs` of Hugging Face's tokenizers 0.22.
 */
export const normalizeCharacter = (character: string, settings: NormalizerSettings): string => {
  const { lowercase, stripAccents, tokenizeChineseChars } = settings
  const code = character.codePointAt(0) ?? 0
  if (isWhitespace(code)) return ' '
  // Dropped and no space: "a\u200Bb" is one word.
  if (isRemoved(code)) return ''
  if (code < ASCII_END) return lowercase ? character.toLowerCase() : character
  const stripped = (stripAccents ?? lowercase) ? withoutAccents(character, code) : character
  const cased = lowercase ? toLowerCase(stripped) : stripped
  return tokenizeChineseChars && isCjk(code) ? ` ${cased} ` : cased
}

const withoutAccents = (character: string, code: number): string => {
  if (isNonspacingMark(code)) return ''
  if (isKeptComposed(code)) return character
  let kept = ''
  for (const part of character.normalize('NFD')) {
    if (!isNonspacingMark(part.codePointAt(0) ?? 0)) kept += part
  }
  return kept
}

// One character at a time: in a word JavaScript would give a last Σ its final form ς.
const toLowerCase = (text: string): string => {
  let lower = ''
  for (const character of text) lower += character.toLowerCase()
  return lower
}
