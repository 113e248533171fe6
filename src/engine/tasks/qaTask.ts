import { documentNumbers, loadQaData } from '../../core/data/qaData.ts'
import type { QaExample } from '../../core/data/squad.ts'
import { crossEntropyOf } from '../../core/metrics/softmax.ts'
import { type SquadVersion, squadMetrics } from '../../core/metrics/squadMetrics.ts'
import { answerPieces, type PieceSpan, windowTarget } from '../../core/qa/answerSpan.ts'
import { type ChosenAnswer, chooseAnswer, type WindowScores } from '../../core/qa/chooseAnswer.ts'
import { type ContextWindow, defaultStride } from '../../core/qa/contextWindows.ts'
import {
  contextAt,
  type EncodedQuestion,
  QuestionEncoder,
  windowInput,
  windowLength,
} from '../../core/qa/encodeQuestion.ts'
import type { BertTokenizer } from '../../core/tokenizer/encode.ts'
import { loadTokenizer } from '../../core/tokenizer/loadTokenizer.ts'
import { type EncodedExample, makeBatch } from '../batches.ts'
import { type AnswerTarget, qaHead } from '../heads/qa.ts'
import { type AnswerModel, scoreQuestions } from '../questionScores.ts'
import type { TaskSource } from './readTask.ts'
import { type Evaluated, type ExampleSet, piecesOf, type Task } from './task.ts'

/** The head `qa`: the answer as a span of the context, long ones in windows. */
export const readQaTask = async ({ config, base, folder }: TaskSource): Promise<Task> => {
  const { maxLength, stride = defaultStride(maxLength) } = config
  const data = await loadQaData(config.data, base)
  const tokenizer = loadTokenizer(folder.dir)
  const encoder = new QuestionEncoder(tokenizer, { maxLength, stride })
  const train = data.train.map((example) => askedQuestion(encoder, example))
  const dev = data.dev.map((example) => askedQuestion(encoder, example))
  const windows = train.flatMap(trainingWindows)
  const unanswerable = config.data.unanswerable ?? data.unanswerable
  return {
    head: qaHead,
    train: windowSet(windows, tokenizer, maxLength),
    devExamples: dev.length,
    notes: [...data.warnings, ...encodingNotes(train, dev, windows, maxLength)],
    evaluate: (model) =>
      evaluateAnswers({ predict: (batch) => model.predict(batch), tokenizer, maxLength }, dev, {
        version: data.version,
        unanswerable,
      }),
  }
}

/** A question of a data set in pieces, with the first of its right answers, which it trains on. */
export interface AskedQuestion {
  readonly example: QaExample
  readonly encoded: EncodedQuestion
  readonly answer: PieceSpan | undefined
}

export const askedQuestion = (encoder: QuestionEncoder, example: QaExample): AskedQuestion => {
  const encoded = encoder.encode(example.question, example.context)
  const [first] = example.answers
  const answer =
    first && answerPieces(encoded.context, first.start, first.start + first.text.length)
  return { example, encoded, answer }
}

interface TrainingWindow extends AskedQuestion {
  readonly window: ContextWindow
}

const trainingWindows = (question: AskedQuestion): TrainingWindow[] =>
  question.encoded.windows.map((window) => ({ ...question, window }))

/** Sequences are put together batch by batch: windows share a document's pieces until then. */
const windowSet = (
  windows: readonly TrainingWindow[],
  { vocabulary: { special } }: BertTokenizer,
  maxLength: number,
): ExampleSet => {
  const exampleOf = ({ encoded, answer, window }: TrainingWindow): EncodedExample<AnswerTarget> => {
    const at = contextAt(encoded)
    const context = [at, at + window.to - window.from] as const
    const target = { ...windowTarget(answer, window, at), context }
    return { ...windowInput(encoded, window, special), target }
  }
  return {
    lengths: windows.map(({ encoded, window }) => windowLength(encoded, window)),
    pieces: piecesOf(windows.map((window) => exampleOf(window).ids)),
    batch: (indices, size) =>
      makeBatch(
        qaHead,
        indices.map((index) => exampleOf(windows[index]!)),
        size,
        maxLength,
      ),
  }
}

const encodingNotes = (
  train: readonly AskedQuestion[],
  dev: readonly AskedQuestion[],
  windows: readonly TrainingWindow[],
  maxLength: number,
): string[] => {
  const notes: string[] = []
  if (windows.length > train.length) {
    notes.push(
      `${train.length} training questions are ${windows.length} windows of at most ${maxLength} pieces.`,
    )
  }
  const cut = [...train, ...dev].filter(({ encoded }) => encoded.cut > 0).length
  if (cut > 0) notes.push(`${cut} questions are too long and were cut.`)
  const lost = train.filter(({ example, answer }) => !example.impossible && !answer).length
  if (lost > 0) {
    notes.push(`${lost} answers are of characters that the tokenizer drops; trained as none.`)
  }
  return notes
}

export interface AnswerScoring {
  /** By whose rules the answers are scored. */
  readonly version: SquadVersion
  /** Whether "no answer" may be chosen. */
  readonly unanswerable: boolean
}

/** Scores questions as SQuAD's scripts do; loss is the mean over windows, as in training. */
export const evaluateAnswers = (
  model: AnswerModel,
  questions: readonly AskedQuestion[],
  { version, unanswerable }: AnswerScoring,
): Evaluated => {
  const scores = scoreQuestions(
    model,
    questions.map(({ encoded }) => encoded),
  )
  const answers = questions.map(({ example, encoded }, index) =>
    chooseAnswer(example.context, encoded.context, scores[index]!, { unanswerable }),
  )
  const gold = questions.map(({ example: { id, answers: right } }) => ({
    id,
    answers: right.map(({ text }) => text),
  }))
  const predicted = new Map(gold.map(({ id }, index) => [id, answers[index]!.text]))
  const losses = questions.flatMap((question, index) =>
    scores[index]!.map((window) => windowLoss(question, window)),
  )
  const loss = losses.reduce((sum, each) => sum + each, 0) / Math.max(1, losses.length)
  const documents = documentNumbers(questions.map(({ example }) => example))
  return {
    metrics: { ...squadMetrics(gold, predicted, version).metrics, loss },
    predictions: questions.map(({ example }, index) => ({
      index,
      line: example.line,
      id: example.id,
      document: documents[index],
      question: example.question,
      gold: gold[index]!.answers,
      ...predictionOf(answers[index]!),
    })),
  }
}

/** Mean of the two cross entropies over [CLS] and the window's pieces. */
const windowLoss = ({ answer }: AskedQuestion, window: WindowScores): number => {
  // With [CLS] at 0 and the context from 1 on, as the scores are put together here.
  const target = windowTarget(answer, window, 1)
  const { start, end, noAnswer } = window
  return (
    (crossEntropyOf([noAnswer.start, ...Array.from(start)], target.start) +
      crossEntropyOf([noAnswer.end, ...Array.from(end)], target.end)) /
    2
  )
}

const predictionOf = ({ text, start, probability, noAnswerScore, nbest }: ChosenAnswer) => ({
  predicted: text,
  start,
  probability: sixDigits(probability),
  noAnswerScore: sixDigits(noAnswerScore),
  nbest: nbest.map((each) => ({
    text: each.text,
    start: each.start,
    probability: sixDigits(each.probability),
  })),
})

const sixDigits = (value: number): number => Number(value.toPrecision(6))
