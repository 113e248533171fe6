import type { TableOptions } from '../../core/data/format.ts'
import { readText } from '../../core/data/jsonRecords.ts'
import type { QaColumns } from '../../core/data/qaRows.ts'
import { readQuestions } from '../../core/data/questions.ts'
import { InputError } from '../../core/errors.ts'
import type { AnswerOptions, AskedText } from '../../engine/answerPredictor.ts'
import type { LoadedModel } from '../../engine/loadedModel.ts'
import { inBatches } from './inBatches.ts'
import { inputLines, standardInput, textField } from './inputLines.ts'

/** What `headway predict` was called with, for a qa model. Paths are absolute. */
export interface AnswerRequest {
  /** A question; its context is `textPair` or the file `context`. */
  readonly text?: string | undefined
  readonly textPair?: string | undefined
  readonly context?: string | undefined
  /** SQuAD's JSON or rows of questions and contexts; `-`: standard input, line by line. */
  readonly input?: string | undefined
  readonly columns: QaColumns
  /** How it is to be read, where it is a table. */
  readonly table: TableOptions
  readonly skipBadRows: boolean
  readonly options: AnswerOptions
}

interface AskedLine extends AskedText {
  /** Names the question in the output. */
  readonly name: { readonly id?: string; readonly line?: number }
}

/** Questions that are answered, and written, at a time. */
const questionsAtOnce = 64
const mostAnswers = 1000

/**
 * Answers questions, in bounded memory but for the ids: one object for each, in order.
 * @param load loads the model, once a first question was read
 * @throws InputError for a call that makes no sense, and what the readers throw
 */
export async function* predictAnswers(
  load: () => Promise<LoadedModel>,
  request: AnswerRequest,
): AsyncGenerator<object> {
  const { nbest } = request.options
  if (nbest !== undefined && !(Number.isInteger(nbest) && nbest >= 1 && nbest <= mostAnswers)) {
    throw new InputError(
      `headway predict: --nbest must be a whole number from 1 to ${mostAnswers}.`,
    )
  }
  let model: LoadedModel | undefined
  for await (const batch of inBatches(askedLines(request), questionsAtOnce)) {
    model ??= await load()
    const { answerQuestions } = await import('../../engine/answerPredictor.ts')
    const answers = answerQuestions(model, batch, request.options)
    yield* answers.map(({ text, ...rest }, at) => ({ ...batch[at]!.name, answer: text, ...rest }))
  }
}

async function* askedLines(request: AnswerRequest): AsyncGenerator<AskedLine> {
  const { text, textPair, input } = request
  if (textPair !== undefined && request.context !== undefined) {
    throw new InputError('headway predict: give the context as --text-pair or --context, not both.')
  }
  const context = request.context === undefined ? textPair : await readContext(request.context)
  if (text !== undefined) {
    if (context === undefined) {
      throw new InputError(
        'headway predict: the model answers questions; give the context too, with --text-pair or --context FILE.',
      )
    }
    yield { question: text, context, name: {} }
  } else if (input === standardInput) yield* fromStandardInput(context)
  else if (input !== undefined) {
    if (context !== undefined) {
      throw new InputError(
        'headway predict: the file of --input has the contexts; --context is for --text, or --input -.',
      )
    }
    yield* fromFile(input, request)
  }
}

async function* fromFile(
  file: string,
  { columns, table, skipBadRows }: AnswerRequest,
): AsyncGenerator<AskedLine> {
  const onBadQuestion = (error: InputError) => process.stderr.write(`${error.message}\n`)
  const questions = readQuestions(file, {
    answers: 'none',
    columns,
    table,
    ...(skipBadRows ? { onBadQuestion } : {}),
  })
  for await (const { question, context, id, line } of questions) {
    yield { question, context, name: { id, line } }
  }
}

/** A question a line where there is one context; else a JSON object a line. */
async function* fromStandardInput(context: string | undefined): AsyncGenerator<AskedLine> {
  for await (const row of inputLines(standardInput)) {
    const { line, text, fields } = row
    if (context === undefined && !fields) {
      throw new InputError(
        `standard input, line ${line} is not {"question": "…", "context": "…"}; or give --context FILE and a question a line.`,
      )
    }
    const question = fields ? textField(row, ['question'], standardInput) : text
    const own = context ?? textField(row, ['context'], standardInput)
    yield { question, context: own, name: { line } }
  }
}

const longestContext = 16 * 2 ** 20

/** Offsets are those of the text with `\n` line ends, as everywhere. */
const readContext = async (file: string): Promise<string> => {
  const parts: string[] = []
  let length = 0
  for await (const part of readText(file)) {
    parts.push(part)
    length += part.length
    if (length > longestContext) {
      throw new InputError(`${file} is longer than 16 MB; give a shorter context.`)
    }
  }
  return parts.join('').replaceAll('\r\n', '\n')
}
