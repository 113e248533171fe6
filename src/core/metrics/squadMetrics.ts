import type { Metrics } from './metrics.ts'

export type SquadVersion = '1.1' | '2.0'

/** One question's right answers; none: it cannot be answered from its context. */
export interface SquadGold {
  readonly id: string
  readonly answers: readonly string[]
}

/** Exact match and F1 of some of the questions. */
export interface AnswerScores {
  readonly exactMatch: number
  readonly f1: number
  readonly questions: number
}

export interface SquadScores {
  /** `exactMatch` and `f1`; null without questions. */
  readonly metrics: Metrics
  /** Questions that were counted. */
  readonly questions: number
  /** Questions without a prediction: wrong in 1.1, left out in 2.0, as the reference scripts do. */
  readonly missing: readonly string[]
  /** 2.0: those that have an answer, and those that have none; null where there are none such. */
  readonly answerable: AnswerScores | null
  readonly unanswerable: AnswerScores | null
}

/**
 * Exact match and F1 of answers' texts as in torchmetrics (SQuAD 1.1) and in transformers'
 * `squad_metrics`, which is the official script of 2.0. Where both texts are empty once normalised
 * they agree (F1 1), as in both; the script of 1.1 gives F1 0 there.
 * @param predictions answer by question id; the empty text says that there is no answer
 */
export const squadMetrics = (
  gold: readonly SquadGold[],
  predictions: ReadonlyMap<string, string>,
  version: SquadVersion,
): SquadScores => {
  const missing: string[] = []
  const all: Scored[] = []
  for (const { id, answers } of gold) {
    const predicted = predictions.get(id)
    const answerable = answers.length > 0
    if (predicted !== undefined) {
      all.push({ ...scoreQuestion(predicted, answers, version), answerable })
    } else {
      missing.push(id)
      if (version === '1.1') all.push({ exactMatch: 0, f1: 0, answerable })
    }
  }
  const total = average(all)
  const split = version === '2.0'
  return {
    metrics: { exactMatch: total?.exactMatch ?? null, f1: total?.f1 ?? null },
    questions: all.length,
    missing,
    answerable: split ? average(all.filter(({ answerable }) => answerable)) : null,
    unanswerable: split ? average(all.filter(({ answerable }) => !answerable)) : null,
  }
}

interface Scored {
  readonly exactMatch: number
  readonly f1: number
  readonly answerable: boolean
}

const average = (scored: readonly Scored[]): AnswerScores | null => {
  const questions = scored.length
  if (questions === 0) return null
  const mean = (of: (each: Scored) => number) =>
    scored.reduce((sum, each) => sum + of(each), 0) / questions
  return { exactMatch: mean((each) => each.exactMatch), f1: mean((each) => each.f1), questions }
}

/** One question's part of the mean, by its right answers; none: it cannot be answered. */
export const scoreQuestion = (
  predicted: string,
  answers: readonly string[],
  version: SquadVersion,
): { exactMatch: number; f1: number } => scoreAnswer(predicted, right(answers, version))

/** 2.0 leaves out answers of which nothing is left once normalised; without any, none is right. */
const right = (answers: readonly string[], version: SquadVersion): readonly string[] => {
  const kept =
    version === '2.0' ? answers.filter((answer) => normalizeAnswer(answer) !== '') : answers
  return kept.length > 0 ? kept : ['']
}

/** The best over the right answers, each metric by itself. */
export const scoreAnswer = (
  predicted: string,
  answers: readonly string[],
): { exactMatch: number; f1: number } => {
  const guess = normalizeAnswer(predicted)
  let exactMatch = 0
  let f1 = 0
  for (const answer of answers) {
    const normal = normalizeAnswer(answer)
    if (normal === guess) exactMatch = 1
    f1 = Math.max(f1, wordF1(guess, normal))
  }
  return { exactMatch, f1 }
}

const wordF1 = (predicted: string, gold: string): number => {
  if (predicted === '' || gold === '') return predicted === gold ? 1 : 0
  const guesses = predicted.split(' ')
  const words = gold.split(' ')
  const left = new Map<string, number>()
  for (const word of words) left.set(word, (left.get(word) ?? 0) + 1)
  let same = 0
  for (const word of guesses) {
    const count = left.get(word) ?? 0
    if (count > 0) same++
    left.set(word, count - 1)
  }
  return (2 * same) / (guesses.length + words.length)
}

const punctuation = /[!-/:-@[-`{-~]/g
// Python's word boundary and white space, which are Unicode's where JavaScript's \b is ASCII's.
const article = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python's str.split takes them
const space = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/

/** Lower case, without punctuation (ASCII) and articles, single spaces: SQuAD's own way. */
export const normalizeAnswer = (text: string): string =>
  text
    .toLowerCase()
    .replace(punctuation, '')
    .replace(article, ' ')
    .split(space)
    .filter((word) => word !== '')
    .join(' ')
