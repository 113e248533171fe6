import path from 'node:path'
import { openExamples, readExampleRows } from '../../core/data/examples.ts'
import { detectFormat, type TableOptions } from '../../core/data/format.ts'
import type { ColumnKey } from '../../core/data/inspect.ts'
import type { JsonFields } from '../../core/data/jsonRecords.ts'
import { readRecords } from '../../core/data/rows.ts'
import { hasTagLines } from '../../core/data/tagLines.ts'
import { readTokenSentences } from '../../core/data/tokenData.ts'
import { tokenColumns } from '../../core/data/tokenSets.ts'
import { InputError } from '../../core/errors.ts'
import type { LoadedModel } from '../../engine/loadedModel.ts'
import type { TokenPrediction } from '../../engine/tokenPredictor.ts'
import { inBatches } from './inBatches.ts'
import { type InputLine, inputLines, standardInput, textField } from './inputLines.ts'

/** What `headway predict` was called with, for a token model. Paths are absolute. */
export interface TokenRequest {
  readonly text?: string | undefined
  readonly textPair?: string | undefined
  /** Plain text, a table with texts, or a token file; `-`: standard input, line by line. */
  readonly input?: string | undefined
  readonly textColumn?: ColumnKey | undefined
  readonly labelColumn?: ColumnKey | undefined
  /** How it is to be read, where it is a table. */
  readonly table: TableOptions
  readonly skipBadRows: boolean
  /** The model's tags. */
  readonly labels: readonly string[]
  /** Pieces that windows share, as in training. */
  readonly stride?: number | undefined
}

interface PlacedSentence {
  readonly line?: number
  /** Raw text, or words. */
  readonly sentence: string | readonly string[]
}

/** Texts that are predicted, and written, at a time. */
const textsAtOnce = 64

/**
 * Tags texts in bounded memory: one object for each, in order, with words and entities.
 * @throws InputError for a call that makes no sense, and what the readers throw
 */
export async function* predictTokensOf(
  load: () => Promise<LoadedModel>,
  request: TokenRequest,
): AsyncGenerator<object> {
  let model: LoadedModel | undefined
  for await (const batch of inBatches(placedSentences(request), textsAtOnce)) {
    model ??= await load()
    const predictions = await predictBatch(model, batch, request)
    yield* batch.map(({ line, sentence }, at) => ({
      ...(line === undefined ? {} : { line }),
      text: typeof sentence === 'string' ? sentence : sentence.join(' '),
      ...describe(predictions[at]!),
    }))
  }
}

const predictBatch = async (
  model: LoadedModel,
  batch: readonly PlacedSentence[],
  { stride }: TokenRequest,
): Promise<TokenPrediction[]> => {
  const { predictTokens, predictTokensInTexts } = await import('../../engine/tokenPredictor.ts')
  const sentences = batch.map(({ sentence }) => sentence)
  return sentences.every((sentence) => typeof sentence === 'string')
    ? predictTokensInTexts(model, sentences, { stride })
    : predictTokens(model, sentences, { stride })
}

const describe = ({ entities, words }: TokenPrediction) => ({
  entities: entities.map(({ type, text, start, end, probability }) => ({
    type,
    text,
    start,
    end,
    probability,
  })),
  words: words.map(({ text, start, end, tag, probability }) => ({
    text,
    start,
    end,
    tag,
    probability,
  })),
})

const tokenFile = /^\.(?:conll\d*|conllu|iob\d?|bio|bioes|ner|pos|annotated)$/i
const json = /^\.(?:jsonl|ndjson|json)$/i
const tableFile = /^\.(?:tsv|csv)$/i

async function* placedSentences(request: TokenRequest): AsyncGenerator<PlacedSentence> {
  const { text, textPair, input, textColumn } = request
  if (textPair !== undefined) {
    throw new InputError('headway predict: --text-pair is for a run of pairs or of questions.')
  }
  if (text !== undefined) return yield { sentence: text }
  if (input === undefined) throw new InputError('headway predict: give either --text or --input.')
  const extension = path.extname(input)
  if (input === standardInput) yield* fromLines(input, request)
  else if (tokenFile.test(extension)) yield* fromTokenFile(input, request, 'none')
  else if (json.test(extension)) yield* fromJson(input, request)
  else if (!tableFile.test(extension)) yield* fromText(input, request)
  // A column with a name is one of texts; rows of a word and its tag have numbers at most.
  else if (textColumn !== undefined && !/^-?\d+$/.test(String(textColumn))) {
    yield* fromRows(input, request)
  } else yield* fromTokenFile(input, request, 'required')
}

/** Lines of text, unless each is a word with its tag: read as text, the tags would be words. */
async function* fromText(input: string, request: TokenRequest): AsyncGenerator<PlacedSentence> {
  if (!(await hasTagLines(input, request.labels))) return yield* fromLines(input, request)
  process.stderr.write(`${input} is read as CoNLL: its words are tagged, its tags left aside.\n`)
  yield* fromTokenFile(input, request, 'none')
}

async function* fromLines(input: string, request: TokenRequest): AsyncGenerator<PlacedSentence> {
  for await (const row of inputLines(input)) {
    yield { line: row.line, sentence: row.fields ? sentenceOf(row, request, input) : row.text }
  }
}

/** Rows with a text or a list of words; tags, where there are any, are not looked at. */
async function* fromJson(file: string, request: TokenRequest): AsyncGenerator<PlacedSentence> {
  const onBadRow = request.skipBadRows ? report : undefined
  for await (const { line, fields, error } of readRecords(file, await detectFormat(file))) {
    try {
      if (error) throw error
      const row = { line, text: '', fields: fields as JsonFields }
      yield { line, sentence: sentenceOf(row, request, file) }
    } catch (bad) {
      if (!(bad instanceof InputError) || !onBadRow) throw bad
      onBadRow(bad)
    }
  }
}

const report = (error: InputError): void => {
  process.stderr.write(`${error.message}\n`)
}

const sentenceOf = (
  row: InputLine,
  { textColumn }: TokenRequest,
  input: string,
): PlacedSentence['sentence'] => {
  for (const name of [textColumn, 'words', 'tokens']) {
    const value = name === undefined ? undefined : row.fields?.[name]
    if (isWords(value)) return value
  }
  return textField(row, [textColumn, 'text', 'sentence'], input)
}

const isWords = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((word) => typeof word === 'string' && word !== '')

async function* fromTokenFile(
  file: string,
  { textColumn, labelColumn, skipBadRows }: TokenRequest,
  tags: 'required' | 'none',
): AsyncGenerator<PlacedSentence> {
  const sentences = readTokenSentences(file, {
    ...tokenColumns(textColumn, labelColumn),
    tags,
    ...(skipBadRows ? { onBadSentence: report } : {}),
  })
  let empty = true
  for await (const { words, line } of sentences) {
    empty = false
    yield { line, sentence: words }
  }
  if (empty) throw new InputError(`${file} has no sentences; give rows of a word and its tag.`)
}

async function* fromRows(
  file: string,
  { textColumn, table, skipBadRows }: TokenRequest,
): AsyncGenerator<PlacedSentence> {
  const options = { ...table, textColumn, pair: false, labels: 'none' } as const
  const opened = await openExamples(file, options)
  const rows = readExampleRows(opened, {}, skipBadRows ? report : undefined)
  for await (const { line, text } of rows) yield { line, sentence: text }
}
