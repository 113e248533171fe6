import type { BertTokenizer } from '../tokenizer/encode.ts'
import type { LabelKind } from './labelKind.ts'

/** A word and where it stands, in UTF-16 units of its text. */
export interface TextWord {
  readonly text: string
  readonly start: number
  readonly end: number
}

/**
 * Cuts raw text into words: as BERT's basic tokenizer does (at white space, each punctuation mark and
 * ideograph alone), and then together again what labelled corpora write as one word: `U.S.`,
 * `O'Brien`, `6-3`, `1,000`, `@name`. A token model has learned the first piece of such words only,
 * and left alone each part would be tagged as if it began one.
 *
 * Corpora of word classes, as Universal Dependencies, part words at hyphens: with `kind` `classes` they
 * stay apart.
 *
 * `tokenizer.encodeWords` of the words gives the pieces that `encode` of the text gives.
 */
export const wordsOf = (
  tokenizer: BertTokenizer,
  text: string,
  kind: LabelKind = 'spans',
): TextWord[] => {
  const basic = basicWords(tokenizer, text)
  const words: TextWord[] = []
  for (let from = 0; from < basic.length; ) {
    let to = from + 1
    while (to < basic.length && !/\s/.test(text.slice(basic[to - 1]!.end, basic[to]!.start))) to++
    const parts = basic.slice(from, to)
    if (from === 0 && isListNumber(parts)) words.push(spanOf(parts, text))
    else joinParts(parts, text, kind, words)
    from = to
  }
  return withMarks(words, text)
}

const marks = /\p{M}+/uy

/** A piece leaves out the accents that BERT strips; the text that people see has them. */
const withMarks = (words: readonly TextWord[], text: string): TextWord[] =>
  words.map((word, at) => {
    marks.lastIndex = word.end
    if (!marks.test(text)) return word
    // Where accents are kept, one after a punctuation mark is a word of its own.
    const end = Math.min(marks.lastIndex, words[at + 1]?.start ?? text.length)
    return { ...word, text: text.slice(word.start, end), end }
  })

const basicWords = (tokenizer: BertTokenizer, text: string): TextWord[] => {
  const { wordIndex, offsets } = tokenizer.encode(text, { maxLength: Number.POSITIVE_INFINITY })
  const words: { text: string; start: number; end: number }[] = []
  let before: number | null = null
  wordIndex.forEach((index, at) => {
    if (index === null) return
    const [start, end] = offsets[at]!
    const open = words.at(-1)
    if (open && index === before) open.end = end
    else words.push({ text: '', start, end })
    before = index
  })
  for (const word of words) word.text = text.slice(word.start, word.end)
  return words
}

/** Joins what stands between two spaces into words. */
const joinParts = (
  parts: readonly TextWord[],
  text: string,
  kind: LabelKind,
  words: TextWord[],
): void => {
  for (let from = 0; from < parts.length; ) {
    const to = endOfWord(parts, from, kind)
    words.push(spanOf(parts.slice(from, to), text))
    from = to
  }
}

/** `1.` at the head of a line. */
const isListNumber = (parts: readonly TextWord[]): boolean =>
  parts.length === 2 && /^\p{N}{1,3}$/u.test(parts[0]!.text) && parts[1]!.text === '.'

const spanOf = (parts: readonly TextWord[], text: string): TextWord => {
  const { start } = parts[0]!
  const { end } = parts.at(-1)!
  return { text: text.slice(start, end), start, end }
}

const wordLike = /^[\p{L}\p{N}\p{M}]/u
const apostrophe = /^['’]$/
const clitic = /^(?:s|d|m|ll|re|ve)$/i

const endOfWord = (parts: readonly TextWord[], from: number, kind: LabelKind): number => {
  const first = parts[from]!.text
  const second = parts[from + 1]?.text ?? ''
  if (/^[@#]$/.test(first) && wordLike.test(second)) return endOfJoined(parts, from + 2, kind)
  if (isClitic(parts, from)) return from + 2
  if (/^(?:https?|www)$/i.test(first)) return endOfAddress(parts, from)
  return wordLike.test(first) ? endOfJoined(parts, from + 1, kind) : from + 1
}

/** `'s` and the like at the end of a word. */
const isClitic = (parts: readonly TextWord[], at: number): boolean =>
  at > 0 &&
  apostrophe.test(parts[at]!.text) &&
  clitic.test(parts[at + 1]?.text ?? '') &&
  !wordLike.test(parts[at + 3]?.text ?? '')

const endOfJoined = (parts: readonly TextWord[], from: number, kind: LabelKind): number => {
  let to = from
  while (to < parts.length) {
    const [before = '', mark = '', after = ''] = [to - 1, to, to + 1].map((at) => parts[at]?.text)
    const joined = wordLike.test(after) && joins(before, mark, after, kind)
    if (joined && !isClitic(parts, to)) to += 2
    else if (mark === '.' && isAbbreviation(parts, to)) return to + 1
    else break
  }
  return to
}

const joins = (before: string, mark: string, after: string, kind: LabelKind): boolean =>
  /^[.'’&_@·]$/.test(mark) ||
  (kind === 'spans' && /^[-‐‑]$/.test(mark)) ||
  (/^[,:/]$/.test(mark) && /\p{N}$/u.test(before) && /^\p{N}/u.test(after))

const titles =
  /^(?:mr|mrs|ms|dr|prof|st|jr|sr|gen|col|lt|gov|sen|rep|rev|inc|corp|co|ltd|bros|no)$/i

/** A full stop belongs to `U.S.`, `J.` or `Corp.`: a letter alone, or a known abbreviation. */
const isAbbreviation = (parts: readonly TextWord[], stop: number): boolean => {
  const before = parts[stop - 1]!.text
  return /^\p{Lu}$/u.test(before) || titles.test(before)
}

/** An address on the net goes on to the space, but for the marks that end a sentence. */
const endOfAddress = (parts: readonly TextWord[], from: number): number => {
  if (!/^[:.]$/.test(parts[from + 1]?.text ?? '')) return from + 1
  let to = parts.length
  while (to > from + 1 && !wordLike.test(parts[to - 1]!.text) && parts[to - 1]!.text !== '/') to--
  return to
}

/** Words that are given, as they stand with one space between them. */
export const spacedWords = (words: readonly string[]): TextWord[] => {
  let start = 0
  return words.map((text) => {
    const word = { text, start, end: start + text.length }
    start = word.end + 1
    return word
  })
}
