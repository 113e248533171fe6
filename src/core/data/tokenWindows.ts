import type { BertTokenizer } from '../tokenizer/encode.ts'

/** A stretch of a sentence's words that goes through the model at once. */
export interface WordWindow {
  /** Its words: from, and up to but not including. */
  readonly words: readonly [from: number, to: number]
  /** The words that are predicted in it: those that have most context here. */
  readonly predicted: readonly [from: number, to: number]
}

/**
 * Cuts a sentence into windows of whole words that overlap, so that every word is predicted once, and
 * where the lesser of its two contexts is largest (as `max context` in Google's run_squad.py).
 *
 * @param pieces word pieces of each word, at most half of `room`
 * @param room pieces that a window holds
 * @param overlap pieces that neighbours share, about; at most half of `room` counts
 */
export const wordWindows = (
  pieces: readonly number[],
  room: number,
  overlap: number,
): WordWindow[] => {
  const starts = runningSum(pieces)
  const ranges: [number, number][] = []
  for (let from = 0, to = 0; to < pieces.length; ) {
    to = from
    while (to < pieces.length && starts[to + 1]! - starts[from]! <= room) to++
    // A word that is too long for any window still takes one.
    to = Math.max(to, from + 1)
    ranges.push([from, to])
    from = nextStart(starts, from, to, Math.min(overlap, Math.floor(room / 2)))
  }
  return assignWords(ranges, starts)
}

const nextStart = (
  starts: readonly number[],
  from: number,
  to: number,
  overlap: number,
): number => {
  let next = to
  while (next > from + 1 && starts[to]! - starts[next - 1]! <= overlap) next--
  return next
}

/** Pieces before each word, and of all. */
const runningSum = (pieces: readonly number[]): number[] => {
  const sums = [0]
  for (const count of pieces) sums.push(sums.at(-1)! + count)
  return sums
}

const assignWords = (
  ranges: readonly (readonly [number, number])[],
  starts: readonly number[],
): WordWindow[] => {
  const least = (word: number, [from, to]: readonly [number, number]): number =>
    Math.min(starts[word]! - starts[from]!, starts[to]! - starts[word]!)
  let done = 0
  return ranges.map((range, index) => {
    const next = ranges[index + 1]
    let end = range[1]
    if (next) {
      end = Math.max(next[0], done)
      while (end < range[1] && least(end, range) >= least(end, next)) end++
    }
    const predicted = [done, end] as const
    done = end
    return { words: range, predicted }
  })
}

/** One window as the model takes it. */
export interface EncodedWindow {
  readonly ids: readonly number[]
  readonly typeIds: readonly number[]
  /** Each word that is predicted here, and the token that is its first piece. */
  readonly predicted: readonly { readonly word: number; readonly token: number }[]
}

export interface WindowSettings {
  /** Longest window in tokens, [CLS] and [SEP] among them. */
  readonly maxLength: number
  /** Pieces that neighbours share; a quarter of a window when left out. */
  readonly stride?: number | undefined
}

/**
 * Encodes a sentence's words in windows. A word that has no piece (control characters only) is
 * predicted in none; one of more pieces than half a window is cut to that.
 */
export const encodeInWindows = (
  tokenizer: BertTokenizer,
  words: readonly string[],
  { maxLength, stride }: WindowSettings,
): EncodedWindow[] => {
  const { ids, wordIndex } = tokenizer.encodeWords(words, { maxLength: Number.POSITIVE_INFINITY })
  const cls = ids[0]!
  const sep = ids.at(-1)!
  const room = Math.max(1, maxLength - 2)
  const longest = Math.max(1, Math.floor(room / 2))
  const pieces: number[][] = words.map(() => [])
  for (let at = 1; at < ids.length - 1; at++) {
    const ofWord = pieces[wordIndex[at]!]!
    // A sentence that fits is not cut at all.
    if (ofWord.length < longest || ids.length <= maxLength) ofWord.push(ids[at]!)
  }
  const counts = pieces.map(({ length }) => length)
  return wordWindows(counts, room, stride ?? Math.floor(room / 4))
    .map(({ words: [from, to], predicted }) => encodeWindow(pieces, from, to, predicted, cls, sep))
    .filter(({ predicted }) => predicted.length > 0)
}

const encodeWindow = (
  pieces: readonly (readonly number[])[],
  from: number,
  to: number,
  [first, end]: readonly [number, number],
  cls: number,
  sep: number,
): EncodedWindow => {
  const ids = [cls]
  const predicted: { word: number; token: number }[] = []
  for (let word = from; word < to; word++) {
    const ofWord = pieces[word]!
    if (word >= first && word < end && ofWord.length > 0)
      predicted.push({ word, token: ids.length })
    for (const id of ofWord) ids.push(id)
  }
  ids.push(sep)
  return { ids, typeIds: new Array<number>(ids.length).fill(0), predicted }
}
