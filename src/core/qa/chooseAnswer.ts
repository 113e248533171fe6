import { softmax } from '../metrics/softmax.ts'
import type { PieceSpan } from './answerSpan.ts'
import type { ContextWindow } from './contextWindows.ts'
import type { ContextPieces } from './encodeQuestion.ts'

/** What the head says of one window. */
export interface WindowScores extends ContextWindow {
  /** Logits of the window's context pieces as start and as end of the answer. */
  readonly start: ArrayLike<number>
  readonly end: ArrayLike<number>
  /** Those of [CLS]. */
  readonly noAnswer: { readonly start: number; readonly end: number }
}

export interface Answer {
  /** A slice of the context; empty where there is no answer. */
  readonly text: string
  /** UTF-16 units in the context; −1 where there is no answer. */
  readonly start: number
  readonly end: number
  /** Among the n-best. */
  readonly probability: number
  /** Sum of the two logits. */
  readonly score: number
}

export interface ChosenAnswer extends Answer {
  /** By how much [CLS] (its lowest over the windows) scores above the best answer. */
  readonly noAnswerScore: number
  /** Best first; with `unanswerable`, "no answer" is among them where it scores high enough. */
  readonly nbest: readonly Answer[]
}

export interface ChoiceSettings {
  /** Answers to return. */
  readonly nbest?: number | undefined
  /** Longest answer, pieces. */
  readonly longest?: number | undefined
  /** Whether "no answer" may be chosen (SQuAD 2.0). */
  readonly unanswerable: boolean
  /** "No answer" is chosen where `noAnswerScore` is above it. */
  readonly threshold?: number | undefined
}

/** As in run_squad and run_qa; probabilities are always over at least so many. */
export const defaultNbest = 20
const defaultLongest = 30

/**
 * The best answers to a question over all windows of its context: start and end within one window,
 * start before end, at most 30 pieces. Where run_qa looks at the 20 best starts and ends only, this
 * looks at all pairs: the best of them is never lower, and there always is one.
 *
 * Pure; where the context has no piece, the answer is none with probability 1.
 */
export const chooseAnswer = (
  text: string,
  pieces: Pick<ContextPieces, 'starts' | 'ends'>,
  windows: readonly WindowScores[],
  settings: ChoiceSettings,
): ChosenAnswer => {
  const { nbest = defaultNbest, longest = defaultLongest, threshold = 0 } = settings
  const best = new BestSpans(Math.max(nbest, defaultNbest))
  for (const window of windows) addSpans(best, window, longest)
  const noAnswer = windows.reduce(
    (lowest, { noAnswer: { start, end } }) => Math.min(lowest, start + end),
    Number.POSITIVE_INFINITY,
  )
  const scored: Scored[] = best.spans.map((span) => ({
    ...cutOut(text, pieces, span),
    score: span.score,
  }))
  const top = scored[0]
  const none = { text: '', start: -1, end: -1, score: noAnswer }
  if (!top) {
    const only = { ...none, probability: 1 }
    return { ...only, noAnswerScore: 0, nbest: [only] }
  }
  const noAnswerScore = noAnswer - top.score
  const all = settings.unanswerable ? ranked([...scored, none]) : scored
  const probabilities = softmax(all.map(({ score }) => score))
  const answers = all.map(({ score, ...span }, at): Answer => {
    return { ...span, probability: probabilities[at]!, score }
  })
  const isNone = settings.unanswerable && noAnswerScore > threshold
  const chosen = answers.find(({ start }) => start < 0 === isNone)!
  return { ...chosen, noAnswerScore, nbest: answers.slice(0, nbest) }
}

type Scored = Omit<Answer, 'probability'>

const ranked = (answers: readonly Scored[]): Scored[] =>
  [...answers].sort((a, b) => b.score - a.score)

interface ScoredSpan extends PieceSpan {
  readonly score: number
}

const addSpans = (best: BestSpans, window: WindowScores, longest: number): void => {
  const { from, start, end } = window
  const size = start.length
  for (let first = 0; first < size; first++) {
    const beyond = Math.min(size, first + longest)
    for (let last = first; last < beyond; last++) {
      const score = start[first]! + end[last]!
      if (score > best.lowest) best.add({ first: from + first, last: from + last, score })
    }
  }
}

/** The highest spans, best first; one that two windows hold is in it once, with its higher score. */
class BestSpans {
  readonly spans: ScoredSpan[] = []

  constructor(private readonly most: number) {}

  /** What a span must score above to be taken in. */
  get lowest(): number {
    return this.spans.length < this.most ? Number.NEGATIVE_INFINITY : this.spans.at(-1)!.score
  }

  add(span: ScoredSpan): void {
    const known = this.spans.findIndex(
      ({ first, last }) => first === span.first && last === span.last,
    )
    if (known >= 0) {
      if (this.spans[known]!.score >= span.score) return
      this.spans.splice(known, 1)
    }
    const below = this.spans.findIndex(({ score }) => score < span.score)
    this.spans.splice(below < 0 ? this.spans.length : below, 0, span)
    this.spans.length = Math.min(this.spans.length, this.most)
  }
}

/** A piece leaves out the accents that BERT strips; the text that people see has them. */
const marks = /\p{M}+/uy

const cutOut = (
  text: string,
  { starts, ends }: Pick<ContextPieces, 'starts' | 'ends'>,
  { first, last }: PieceSpan,
): { readonly text: string; readonly start: number; readonly end: number } => {
  const start = starts[first]!
  marks.lastIndex = ends[last]!
  const end = marks.test(text) ? marks.lastIndex : ends[last]!
  return { text: text.slice(start, end), start, end }
}
