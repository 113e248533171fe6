import { InputError } from '../core/errors.ts'
import { type ChoiceSettings, type ChosenAnswer, chooseAnswer } from '../core/qa/chooseAnswer.ts'
import { defaultStride } from '../core/qa/contextWindows.ts'
import { QuestionEncoder } from '../core/qa/encodeQuestion.ts'
import type { LoadedModel } from './loadedModel.ts'
import { scoreQuestions } from './questionScores.ts'

export interface AskedText {
  readonly question: string
  readonly context: string
}

export interface AnswerOptions extends Omit<ChoiceSettings, 'unanswerable'> {
  /** Whether "no answer" may be chosen, as a model of SQuAD 2.0 can; false when left out. */
  readonly unanswerable?: boolean | undefined
  /** Pieces that windows over a long context share; else 128, or a third of the model's length. */
  readonly stride?: number | undefined
}

/**
 * Answers questions from their contexts. Each answer is a slice of its context, with offsets in
 * UTF-16 units; a context of any length is read in windows.
 *
 * @throws InputError where the model has another head
 */
export const answerQuestions = (
  model: LoadedModel,
  asked: readonly AskedText[],
  options: AnswerOptions = {},
): ChosenAnswer[] => {
  const { head, tokenizer, maxLength } = model
  if (head.kind !== 'qa') {
    throw new InputError(`The model has the head ${head.kind}; it cannot answer questions.`)
  }
  const { stride = defaultStride(maxLength), unanswerable = false, ...choice } = options
  const encoder = new QuestionEncoder(tokenizer, { maxLength, stride })
  const questions = asked.map(({ question, context }) => encoder.encode(question, context))
  const scores = scoreQuestions(model, questions)
  return questions.map((encoded, index) =>
    chooseAnswer(asked[index]!.context, encoded.context, scores[index]!, {
      ...choice,
      unanswerable,
    }),
  )
}

/** As `answerQuestions`, for one: what an editor asks of the open file. */
export const answerQuestion = (
  model: LoadedModel,
  question: string,
  context: string,
  options: AnswerOptions = {},
): ChosenAnswer => answerQuestions(model, [{ question, context }], options)[0]!
