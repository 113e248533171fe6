import {
  CJK,
  KEPT_COMPOSED,
  NONSPACING_MARK,
  PUNCTUATION,
  REMOVED,
  WHITESPACE,
} from './unicodeRanges.ts'

// The classes are Hugging Face's own tables, not the engine's \p{…}: those follow the newest
// Unicode, so another VS Code would cut the same text into other pieces.
const REMOVED_BIT = 1
const WHITESPACE_BIT = 2
const MARK_BIT = 4
const CJK_BIT = 8
const PUNCTUATION_BIT = 16
const KEPT_COMPOSED_BIT = 32

const classes = new Uint8Array(0x110000)

const mark = (ranges: string, bit: number): void => {
  for (const range of ranges.trim().split(/\s+/)) {
    const [first = '', last = first] = range.split('-')
    const end = Number.parseInt(last, 16)
    for (let code = Number.parseInt(first, 16); code <= end; code++) {
      classes[code] = (classes[code] ?? 0) | bit
    }
  }
}

mark(REMOVED, REMOVED_BIT)
mark(WHITESPACE, WHITESPACE_BIT)
mark(NONSPACING_MARK, MARK_BIT)
mark(CJK, CJK_BIT)
mark(PUNCTUATION, PUNCTUATION_BIT)
mark(KEPT_COMPOSED, KEPT_COMPOSED_BIT)
// Half of a surrogate pair is no character; Rust's strings cannot hold one, ours can.
mark('d800-dfff', REMOVED_BIT)

const has = (code: number, bit: number): boolean => ((classes[code] ?? 0) & bit) !== 0

/** Whether BERT drops the character: control, format, private use, U+FFFD, a lone surrogate. */
export const isRemoved = (code: number): boolean => has(code, REMOVED_BIT)

/** Whether BERT reads the character as a space. */
export const isWhitespace = (code: number): boolean => has(code, WHITESPACE_BIT)

/** Whether the character is a mark (Mn) that stripping accents drops. */
export const isNonspacingMark = (code: number): boolean => has(code, MARK_BIT)

/** Whether the character is an ideograph, which BERT makes a word of its own. */
export const isCjk = (code: number): boolean => has(code, CJK_BIT)

/** Whether the character is a word of its own as punctuation. */
export const isPunctuation = (code: number): boolean => has(code, PUNCTUATION_BIT)

/** Whether the character has an NFD form that Hugging Face's older tables do not have. */
export const isKeptComposed = (code: number): boolean => has(code, KEPT_COMPOSED_BIT)
