import { InputError } from '../errors.ts'
import { type Column, cellText, findColumn, isJson, listColumns } from './cells.ts'
import type { TableOptions } from './format.ts'
import { type ColumnKey, type DataFileHead, inspectDataFile } from './inspect.ts'
import type { JsonFields } from './jsonRecords.ts'
import {
  codePointOffsets,
  findAnswers,
  offsetsWithReturns,
  type QaAnswer,
  readAnswers,
} from './qaAnswers.ts'
import { type Row, readRows } from './rows.ts'
import type { QaExample, QuestionOptions } from './squad.ts'

/** Columns of questions in a table, or keys of rows of JSON. */
export interface QaColumns {
  readonly question?: ColumnKey | undefined
  readonly context?: ColumnKey | undefined
  /** Text, a list of texts, or `{"text": […], "answer_start": […]}`; empty: no answer. */
  readonly answer?: ColumnKey | undefined
  /** Where the answer begins, in code points; without it the context must hold it once. */
  readonly answerStart?: ColumnKey | undefined
}

const names = {
  question: ['question', 'query'],
  context: ['context', 'passage', 'paragraph', 'document', 'article', 'text', 'content'],
  answer: ['answers', 'answer', 'answer_text', 'answers.text'],
  answerStart: ['answer_start', 'answer_starts', 'answers.answer_start'],
  id: ['id', 'qid', 'question_id'],
  impossible: ['is_impossible'],
} as const

const shown: Readonly<Record<keyof QaColumns, string>> = {
  question: 'questionColumn',
  context: 'contextColumn',
  answer: 'answerColumn',
  answerStart: 'answerStartColumn',
}

export interface QaRowOptions extends QuestionOptions {
  /** How a table is to be read. */
  readonly table?: TableOptions | undefined
  /** Called with the columns as found, before the first question. */
  readonly onColumns?: ((columns: QaColumns) => void) | undefined
}

/**
 * Reads questions from rows: JSONL, JSON, CSV or TSV, in bounded memory but for the ids. Answers are
 * columns of text and offset, or as in Hugging Face's `squad`, `{"text": […], "answer_start": […]}`.
 * @throws InputError with file:line, as `readSquad` does, or where a column is not there
 */
export async function* readQaRows(
  file: string,
  wanted: QaColumns,
  options: QaRowOptions,
): AsyncGenerator<QaExample, undefined> {
  const { table = {} } = options
  const head = await inspectDataFile(file, {
    header: table.header ?? impliedHeader(wanted),
    quotes: table.quotes,
  })
  const columns = chooseColumns(head, wanted, options.answers !== 'none')
  options.onColumns?.(keysOf(columns))
  const reader = new RowReader(columns, options)
  const { onBadQuestion } = options
  const rows = readRows(file, {
    header: head.header,
    format: head.format,
    ...(onBadQuestion ? { onBadRow: onBadQuestion } : {}),
  })
  for await (const row of rows) {
    const example = reader.read(row)
    if (typeof example !== 'string') {
      yield example
      continue
    }
    const error = new InputError(`${file}:${row.line} ${example}`)
    if (!onBadQuestion) throw error
    onBadQuestion(error)
  }
}

const keysOf = ({ question, context, answer, answerStart }: Columns): QaColumns => ({
  question: question.key,
  context: context.key,
  answer: answer?.key,
  answerStart: answerStart?.key,
})

/** A column given by a name says that the file has a header. */
const impliedHeader = (wanted: QaColumns): true | undefined =>
  Object.values(wanted).some((column) => typeof column === 'string' && !/^\d+$/.test(column))
    ? true
    : undefined

interface Columns {
  readonly question: Column
  readonly context: Column
  readonly answer: Column | undefined
  readonly answerStart: Column | undefined
  readonly id: Column | undefined
  readonly impossible: Column | undefined
}

const chooseColumns = (head: DataFileHead, wanted: QaColumns, answers: boolean): Columns => {
  const keys = head.columns.map(({ key }) => String(key).toLowerCase())
  const guess = (role: keyof typeof names): ColumnKey | undefined => {
    const found = names[role].find((name) => keys.includes(name))
    return found === undefined ? undefined : head.columns[keys.indexOf(found)]?.key
  }
  const optional = (role: keyof QaColumns): Column | undefined => {
    const key = wanted[role] ?? guess(role)
    return key === undefined ? undefined : findColumn(head, key, `${role} column`)
  }
  const required = (role: keyof QaColumns): Column => {
    const column = optional(role)
    if (column) return column
    throw new InputError(
      `${head.file}: which column holds the ${role} cannot be told; name it with "${shown[role]}": its columns are ${listColumns(head)}.`,
    )
  }
  const byName = (role: 'id' | 'impossible'): Column | undefined => {
    const key = guess(role)
    return key === undefined ? undefined : findColumn(head, key, role)
  }
  return {
    question: required('question'),
    context: required('context'),
    answer: answers ? required('answer') : undefined,
    answerStart: answers ? optional('answerStart') : undefined,
    id: byName('id'),
    impossible: answers ? byName('impossible') : undefined,
  }
}

class RowReader {
  private readonly ids = new Set<string>()

  constructor(
    private readonly columns: Columns,
    private readonly options: QuestionOptions,
  ) {}

  /** A question, or what is wrong with its row. */
  read(row: Row): QaExample | string {
    const { columns } = this
    const question = columns.question.read(row)
    if (question === undefined) return `has no text under ${columns.question.name}.`
    const context = columns.context.read(row)
    if (context === undefined) return `has no text under ${columns.context.name}.`
    const id = columns.id?.read(row)?.trim() || String(row.line)
    const name = `question ${JSON.stringify(id.slice(0, 80))}`
    if (this.ids.has(id)) return `has ${name} a second time; ids must differ.`
    this.ids.add(id)
    const base = { id, question, context, line: row.line }
    if (this.options.answers === 'none') return { ...base, answers: [], impossible: false }
    const answers = this.answers(row, context)
    if (typeof answers === 'string') return `${name} ${answers}`
    const impossible = /^(true|1|yes)$/i.test(columns.impossible?.read(row) ?? '')
    if (impossible && answers.length > 0) {
      return `${name} is marked "is_impossible" and has answers; mend one of them.`
    }
    return { ...base, answers, impossible: answers.length === 0 }
  }

  private answers(row: Row, context: string): QaAnswer[] | string {
    const { answer, answerStart } = this.columns
    const given = givenAnswers(cellOf(row, answer), cellOf(row, answerStart))
    if (typeof given === 'string') return given
    const { texts, starts } = given
    if (this.options.answers === 'texts') return texts.map((text) => ({ text, start: -1 }))
    if (!starts) return findAnswers(texts, context)
    if (starts.length !== texts.length) {
      return `has ${texts.length} answers and ${starts.length} values of "answer_start".`
    }
    const pairs = texts.map((text, at) => ({ text, offset: starts[at] }))
    const read = readAnswers(pairs, context, codePointOffsets(context), true)
    if (typeof read !== 'string' || isJson(row) || !context.includes('\n')) return read
    // The reader of tables made one of \r\n; who wrote the file may have counted both.
    const counted = readAnswers(pairs, context, offsetsWithReturns(context), true)
    return typeof counted === 'string' ? read : counted
  }
}

/** A JSON value as it is; of a table the cell's text. */
const cellOf = (row: Row, column: Column | undefined): unknown => {
  if (!column) return undefined
  const { fields } = row
  return isJson(row) ? (fields as JsonFields)[column.key] : column.read(row)
}

interface Given {
  readonly texts: readonly string[]
  /** Left out: they are looked for. */
  readonly starts?: readonly unknown[]
}

/** The forms that answers come in; a string says what is wrong. */
const givenAnswers = (value: unknown, start: unknown): Given | string => {
  if (value === undefined || value === null) return { texts: [] }
  if (Array.isArray(value)) return listedAnswers(value, start)
  if (typeof value === 'object') {
    const { text, answer_start: own } = value as JsonFields
    return Array.isArray(text) || typeof text === 'string'
      ? givenAnswers(text, own)
      : 'has answers without a "text".'
  }
  const text = cellText(value) ?? ''
  if (text.trim() === '') return { texts: [] }
  const nested = /^\s*[[{]/.test(text) ? parsed(text) : undefined
  if (looksLikeAnswers(nested, start)) return givenAnswers(nested, start)
  if (/^\{'(text|answer_start)':/.test(text)) {
    return 'has answers as Python prints them; save them as JSON, or in columns of text and "answer_start".'
  }
  const offset = Array.isArray(start) ? (start as unknown[])[0] : start
  return isGiven(offset) ? { texts: [text], starts: [asNumber(offset)] } : { texts: [text] }
}

const listedAnswers = (list: readonly unknown[], start: unknown): Given | string => {
  const starts = typeof start === 'string' ? parsed(start) : start
  if (list.every((each) => typeof each === 'string')) {
    return Array.isArray(starts) ? { texts: list, starts: starts.map(asNumber) } : { texts: list }
  }
  const texts: string[] = []
  const offsets: unknown[] = []
  for (const each of list) {
    const { text, answer_start: offset } = (each ?? {}) as JsonFields
    if (typeof text !== 'string') return 'has an answer without "text".'
    texts.push(text)
    offsets.push(offset)
  }
  return offsets.some(isGiven) ? { texts, starts: offsets.map(asNumber) } : { texts }
}

/** Of a cell's text that is JSON: an answer may itself be "[12]", or "[]" at an offset. */
const looksLikeAnswers = (value: unknown, start: unknown): boolean => {
  const hasText = (each: unknown): boolean =>
    typeof each === 'object' && each !== null && typeof (each as JsonFields).text === 'string'
  if (Array.isArray(value)) {
    if (value.length === 0) return !isGiven(start) || !Number.isInteger(asNumber(start))
    return value.every((each) => typeof each === 'string' || hasText(each))
  }
  return hasText(value) || Array.isArray((value as JsonFields | null | undefined)?.text)
}

const isGiven = (start: unknown): boolean => start !== undefined && start !== null && start !== ''

/** pandas writes `19.0` once any row is without a number. */
const asNumber = (value: unknown): unknown =>
  typeof value === 'string' && /^\s*\d+(\.0+)?\s*$/.test(value) ? Number(value) : value

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
