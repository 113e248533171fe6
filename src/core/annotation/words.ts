import type { Placed } from './annotation.ts'

/** From `start` up to, not with, `end`. */
export type Range = Pick<Placed, 'start' | 'end'>

// Letters and digits with their marks, joined by an apostrophe or a dot or hyphen between them;
// an emoji sequence; any other visible character by itself.
const word =
  /[\p{L}\p{N}\p{M}_]+(?:['’\-.][\p{L}\p{N}\p{M}_]+)*|\p{Extended_Pictographic}(?:\p{M}|\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic})*|\S/gu

/** The words of a text, as a person who labels would mark them. */
export const wordsOf = (text: string): Range[] =>
  Array.from(text.matchAll(word), ({ 0: piece, index }) => ({
    start: index,
    end: index + piece.length,
  }))

/** The range grown to whole words, without spaces at its ends; undefined where it has no word. */
export const snapToWords = (text: string, range: Range): Range | undefined => {
  const met = wordsOf(text).filter(({ start, end }) =>
    range.start === range.end
      ? start <= range.start && range.start <= end
      : start < range.end && range.start < end,
  )
  // A caret between two words means the one it stands before, unless that is a sign.
  const chosen = range.start === range.end ? caretWord(text, met, range.start) : met
  const first = chosen[0]
  const last = chosen.at(-1)
  return first && last ? { start: first.start, end: last.end } : undefined
}

const caretWord = (text: string, met: readonly Range[], caret: number): readonly Range[] => {
  const inside = met.find(({ start, end }) => start < caret && caret < end)
  const spoken = met.find(({ start, end }) => /[\p{L}\p{N}]/u.test(text.slice(start, end)))
  const one = inside ?? spoken ?? met[0]
  return one ? [one] : []
}

const token =
  /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}(?:\p{M}|\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic})*|\S/gu

/** Words as BERT's basic tokenizer cuts them, for files of tagged words: each sign stands alone. */
export const tokensOf = (text: string): Range[] =>
  Array.from(text.matchAll(token), ({ 0: piece, index }) => ({
    start: index,
    end: index + piece.length,
  }))

export type Side = 'start' | 'end'

/** The range with one word more at a side; as it is where there is none. */
export const extendByWord = (text: string, range: Range, side: Side): Range => {
  const words = wordsOf(text)
  if (side === 'end') {
    const next = words.find(({ end }) => end > range.end)
    return next ? { start: range.start, end: next.end } : range
  }
  const before = words.findLast(({ start }) => start < range.start)
  return before ? { start: before.start, end: range.end } : range
}

/** The range with one word less at a side; as it is where it has only one. */
export const shrinkByWord = (text: string, range: Range, side: Side): Range => {
  const within = wordsOf(text).filter(({ start, end }) => start < range.end && end > range.start)
  if (within.length < 2) return range
  if (side === 'end') return { start: range.start, end: within.at(-2)?.end ?? range.end }
  return { start: within[1]?.start ?? range.start, end: range.end }
}

const letterBefore = /[\p{L}\p{N}\p{M}_]$/u
const letterAfter = /^[\p{L}\p{N}\p{M}_]/u

/** Every place where `mention` stands as whole words, in order; cases as written. */
export const identicalMentions = (text: string, mention: string): Range[] => {
  const found: Range[] = []
  if (mention.trim() === '') return found
  const openStart = !letterAfter.test(mention)
  const openEnd = !letterBefore.test(mention)
  for (let start = text.indexOf(mention); start >= 0; ) {
    const end = start + mention.length
    const whole =
      (openStart || !letterBefore.test(text.slice(Math.max(0, start - 2), start))) &&
      (openEnd || !letterAfter.test(text.slice(end, end + 2)))
    if (whole) found.push({ start, end })
    start = text.indexOf(mention, whole ? end : start + 1)
  }
  return found
}
