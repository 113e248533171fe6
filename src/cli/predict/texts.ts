import path from 'node:path'
import { openExamples, readExampleRows } from '../../core/data/examples.ts'
import type { TableOptions } from '../../core/data/format.ts'
import type { ColumnKey } from '../../core/data/inspect.ts'
import { InputError } from '../../core/errors.ts'
import type { LoadedModel } from '../../engine/loadedModel.ts'
import type { TextInput } from '../../engine/textPredictor.ts'
import { refuseUnsaidPair, unsaidPair } from '../unsaidPair.ts'
import { inBatches } from './inBatches.ts'
import { type InputLine, inputLines, standardInput, textField } from './inputLines.ts'

/** What `headway predict` was called with, for a sentence or pair model. Paths are absolute. */
export interface TextRequest {
  readonly text?: string | undefined
  readonly textPair?: string | undefined
  /** A table, JSON, or plain text; `-`: standard input, line by line. */
  readonly input?: string | undefined
  readonly textColumn?: ColumnKey | undefined
  readonly textPairColumn?: ColumnKey | undefined
  /** How it is to be read, where it is a table. */
  readonly table: TableOptions
  readonly skipBadRows: boolean
  /** Whether the run is of pairs; undefined where the model does not tell. */
  readonly pair: boolean | undefined
  /** Lines of `.txt` are texts; else it is a table, as the training data were. */
  readonly plainText: boolean
}

interface PlacedText extends TextInput {
  readonly line?: number
}

/** Rows that are predicted, and written, at a time. */
const rowsAtOnce = 256

/**
 * Classifies or scores texts in bounded memory: one object for each, in order.
 * @throws InputError for a call that makes no sense, and what the readers throw
 */
export async function* predictTextsOf(
  load: () => Promise<LoadedModel>,
  request: TextRequest,
): AsyncGenerator<object> {
  let model: LoadedModel | undefined
  for await (const batch of inBatches(placedTexts(request), rowsAtOnce)) {
    model ??= await load()
    const { predictTexts } = await import('../../engine/textPredictor.ts')
    const { labels } = model.head
    const outputs = predictTexts(model, batch)
    yield* outputs.map((values, at) => ({ ...lineOf(batch[at]!), ...describe(values, labels) }))
  }
}

const lineOf = ({ line }: PlacedText) => (line === undefined ? {} : { line })

const describe = (values: readonly number[], labels: readonly string[]) =>
  labels.length === 0
    ? { score: values[0] }
    : {
        label: labels[values.indexOf(Math.max(...values))],
        probabilities: Object.fromEntries(labels.map((label, at) => [label, values[at]])),
      }

const placedTexts = (request: TextRequest): AsyncIterable<PlacedText> => {
  const { text, textPair, input, pair } = request
  if (text !== undefined) {
    if (pair === true && textPair === undefined) {
      throw new InputError('headway predict: the run is of pairs; give --text-pair too.')
    }
    if (pair === false && textPair !== undefined) {
      throw new InputError(
        'headway predict: the run is of single texts; --text-pair is for a run of pairs.',
      )
    }
    return one(textPair === undefined ? { text } : { text, textPair })
  }
  if (textPair !== undefined) {
    throw new InputError(
      'headway predict: --text-pair goes with --text; pairs of a file are columns.',
    )
  }
  if (input === undefined) throw new InputError('headway predict: give either --text or --input.')
  const plain = input === standardInput || (request.plainText && path.extname(input) === '.txt')
  return plain ? fromLines(input, request) : fromRows(input, request)
}

async function* one(text: TextInput): AsyncGenerator<PlacedText> {
  yield text
}

async function* fromRows(file: string, request: TextRequest): AsyncGenerator<PlacedText> {
  const options = {
    ...request.table,
    textColumn: request.textColumn,
    textPairColumn: request.textPairColumn,
    pair: isPair(request),
    labels: 'none',
  } as const
  if (request.pair === undefined) await refuseUnsaidPair(file, request, request.table)
  const onBadRow = (error: InputError) => process.stderr.write(`${error.message}\n`)
  const opened = await openExamples(file, options)
  const rows = readExampleRows(opened, {}, request.skipBadRows ? onBadRow : undefined)
  let empty = true
  for await (const { line, text, textPair } of rows) {
    empty = false
    yield { line, text, ...(textPair === undefined ? {} : { textPair }) }
  }
  if (empty) throw new InputError(`${file} has no rows of data.`)
}

async function* fromLines(input: string, request: TextRequest): AsyncGenerator<PlacedText> {
  for await (const row of inputLines(input)) {
    const { line } = row
    if (row.fields) yield { line, ...fromFields(row, request, input) }
    else if (!isPair(request)) yield { line, text: row.text }
    else yield { line, ...fromTabs(row, input) }
  }
}

const pairFields = ['textPair', 'text_pair', 'sentence2'] as const

const fromFields = (row: InputLine, request: TextRequest, input: string): TextInput => {
  const text = textField(row, [request.textColumn, 'text', 'sentence', 'sentence1'], input)
  const names = [request.textPairColumn, ...pairFields]
  if (!isPair(request)) {
    const { pair, textColumn } = request
    const second = pairFields.find((name) => row.fields?.[name] !== undefined)
    if (pair === undefined && textColumn === undefined && second !== undefined) {
      throw unsaidPair(placeOf(row, input), 'text', second)
    }
    return { text }
  }
  return { text, textPair: textField(row, names, input) }
}

const placeOf = ({ line }: Pick<InputLine, 'line'>, input: string): string =>
  input === standardInput ? `Standard input, line ${line}` : `${input}:${line}`

const fromTabs = ({ line, text }: InputLine, input: string): TextInput => {
  const [first = '', second = '', ...more] = text.split('\t')
  if (more.length === 0 && first.trim() !== '' && second.trim() !== '') {
    return { text: first, textPair: second }
  }
  throw new InputError(
    `${placeOf({ line }, input)} is no pair: give two texts with a tab between, or a JSON object.`,
  )
}

const isPair = ({ pair, textPairColumn }: TextRequest): boolean =>
  pair ?? textPairColumn !== undefined
