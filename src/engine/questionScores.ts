import type { WindowScores } from '../core/qa/chooseAnswer.ts'
import type { ContextWindow } from '../core/qa/contextWindows.ts'
import { contextAt, type EncodedQuestion, windowInput } from '../core/qa/encodeQuestion.ts'
import type { BertTokenizer } from '../core/tokenizer/encode.ts'
import type { EncodedExample } from './batches.ts'
import { type AnswerTarget, qaHead } from './heads/qa.ts'
import { predictAll } from './predictAll.ts'
import type { LogitsOf } from './tasks/task.ts'

/** A qa model with what cuts its input. */
export interface AnswerModel extends LogitsOf {
  readonly tokenizer: BertTokenizer
  /** Longest sequence, pieces. */
  readonly maxLength: number
}

/** Windows that are in memory at a time. */
const windowsAtOnce = 512

/** @returns what the head says of each window of each question */
export const scoreQuestions = (
  model: AnswerModel,
  questions: readonly EncodedQuestion[],
): WindowScores[][] => {
  const scores = questions.map((): WindowScores[] => [])
  let waiting: PlacedWindow[] = []
  const flush = () => {
    const logits = predictAll(model, qaHead, waiting, model.maxLength)
    waiting.forEach(({ question, window }, at) => {
      scores[question]!.push(windowScores(logits[at]!, contextAt(questions[question]!), window))
    })
    waiting = []
  }
  const { special } = model.tokenizer.vocabulary
  questions.forEach((encoded, question) => {
    for (const window of encoded.windows) {
      const input = windowInput(encoded, window, special)
      waiting.push({ ...input, target: unasked, question, window })
      if (waiting.length === windowsAtOnce) flush()
    }
  })
  if (waiting.length > 0) flush()
  return scores
}

interface PlacedWindow extends EncodedExample<AnswerTarget> {
  readonly question: number
  readonly window: ContextWindow
}

/** Predictions look at no target. */
const unasked: AnswerTarget = { start: 0, end: 0, context: [0, 0] }

/**
 * @param logits [seq, 2]
 * @param at where the window's context begins in its sequence
 */
export const windowScores = (
  logits: Float32Array,
  at: number,
  { from, to }: ContextWindow,
): WindowScores => {
  const column = (offset: number) =>
    Float32Array.from({ length: to - from }, (_, piece) => logits[2 * (at + piece) + offset]!)
  return {
    from,
    to,
    start: column(0),
    end: column(1),
    noAnswer: { start: logits[0]!, end: logits[1]! },
  }
}
