import { InputError } from '../errors.ts'
import { type Column, findColumn, isJson, listColumns } from './cells.ts'
import type { TableOptions } from './format.ts'
import { type ColumnKey, type DataFileHead, inspectDataFile } from './inspect.ts'
import { type Row, readRows } from './rows.ts'

/** One data file's examples before labels have numbers; arrays run in parallel. */
export interface RawExamples {
  readonly file: string
  readonly texts: string[]
  /** Second texts; empty where there is no such column. */
  readonly textPairs: string[]
  /** Labels as written, trimmed; empty where none were asked for. */
  readonly labels: string[]
  /** Line of each example in the file, from 1. */
  readonly lines: number[]
  readonly columns: ExampleColumns
  /** Bad rows skipped (`skipBadRows`), and the first one's message. */
  readonly skipped: number
  readonly firstSkipped?: string
}

/** The columns as found: names, or numbers from 0 in a file without a header. */
export interface ExampleColumns {
  readonly text: ColumnKey
  readonly textPair?: ColumnKey
  readonly label?: ColumnKey
}

export interface ExampleOptions extends TableOptions {
  readonly textColumn?: ColumnKey | undefined
  readonly textPairColumn?: ColumnKey | undefined
  readonly labelColumn?: ColumnKey | undefined
  /** Two texts an example: a second text column must be there. */
  readonly pair: boolean
  /** `none`: the file is only predicted on. `optional`: taken where there is such a column. */
  readonly labels: 'required' | 'optional' | 'none'
  readonly skipBadRows?: boolean | undefined
  /** The label order, where it is given. */
  readonly labelNames?: readonly string[] | undefined
}

/** One example as its file has it. */
export interface ExampleRow {
  readonly line: number
  readonly text: string
  readonly textPair?: string
  /** Trimmed. */
  readonly label?: string
  /** The whole row, for who looks at its other columns. */
  readonly row: Row
}

/** A data file whose columns are found; no row but those of its head was read. */
export interface OpenExamples {
  readonly head: DataFileHead
  readonly columns: Columns
}

/** Finds the columns. Those that are not named are guessed. @throws InputError: an unknown column */
export const openExamples = async (
  file: string,
  options: ExampleOptions,
): Promise<OpenExamples> => {
  const { header = impliedHeader(options), quotes } = options
  const head = await inspectDataFile(file, { header, quotes })
  return { head, columns: chooseColumns(head, options) }
}

/**
 * Reads the examples one by one, in bounded memory.
 * @param onBadRow called for each row that cannot be read, which is then skipped; left out, it is
 * thrown
 * @throws InputError: what `readRows` throws, an empty text or label (file:line)
 */
export async function* readExampleRows(
  { head, columns }: OpenExamples,
  options: Partial<ExampleOptions>,
  onBadRow?: (error: InputError) => void,
): AsyncGenerator<ExampleRow> {
  const { header, format, file } = head
  for await (const row of readRows(file, { header, format, ...(onBadRow ? { onBadRow } : {}) })) {
    const example = exampleOf(file, columns, row, options.labelNames)
    if (!(example instanceof InputError)) yield example
    else if (onBadRow) onBadRow(example)
    else throw example
  }
}

/**
 * Reads the texts and labels of a data file. Columns that are not named are guessed.
 * @throws InputError: what `readExampleRows` throws, an unknown column, no rows at all
 */
export const readExamples = async (file: string, options: ExampleOptions): Promise<RawExamples> => {
  const opened = await openExamples(file, options)
  let skipped = 0
  let first: InputError | undefined
  const onBadRow = (error: InputError) => {
    skipped++
    first ??= error
  }
  const examples: RawExamples = {
    file,
    texts: [],
    textPairs: [],
    labels: [],
    lines: [],
    columns: keysOf(opened.columns),
    skipped: 0,
  }
  const rows = readExampleRows(opened, options, options.skipBadRows ? onBadRow : undefined)
  for await (const { line, text, textPair, label } of rows) {
    examples.texts.push(text)
    if (textPair !== undefined) examples.textPairs.push(textPair)
    if (label !== undefined) examples.labels.push(label)
    examples.lines.push(line)
  }
  if (examples.texts.length === 0) {
    const why = first ? ` that can be read (${first.message})` : ''
    throw new InputError(`${file} has no rows of data${why}.`)
  }
  return { ...examples, skipped, ...(first ? { firstSkipped: first.message } : {}) }
}

export interface Columns {
  readonly text: Column
  readonly textPair: Column | undefined
  readonly label: Column | undefined
}

export const keysOf = ({ text, textPair, label }: Columns): ExampleColumns => ({
  text: text.key,
  ...(textPair ? { textPair: textPair.key } : {}),
  ...(label ? { label: label.key } : {}),
})

/** A column given by a name says that the file has a header. */
const impliedHeader = (options: ExampleOptions): true | undefined => {
  const named = [options.textColumn, options.textPairColumn, options.labelColumn]
  return named.some((column) => typeof column === 'string' && !/^\d+$/.test(column))
    ? true
    : undefined
}

const chooseColumns = (head: DataFileHead, options: ExampleOptions): Columns => {
  const { guess } = head
  const pair = options.pair
    ? required(head, options.textPairColumn ?? guess.textPair, 'textPairColumn', 'second text')
    : undefined
  const label = chooseLabel(head, options)
  const text = required(head, options.textColumn ?? guess.text, 'textColumn', 'text')
  if (text.key === label?.key) {
    throw new InputError(
      `${head.file}: text and label are the same column ${text.name}; name both ("textColumn", "labelColumn"): its columns are ${listColumns(head)}.`,
    )
  }
  return { text, textPair: pair, label }
}

const chooseLabel = (head: DataFileHead, options: ExampleOptions): Column | undefined => {
  if (options.labels === 'none') return undefined
  const wanted = options.labelColumn ?? head.guess.label
  if (options.labels === 'required') return required(head, wanted, 'labelColumn', 'label')
  try {
    return wanted === undefined ? undefined : findColumn(head, wanted, 'label column')
  } catch (error) {
    if (error instanceof InputError) return undefined
    throw error
  }
}

const required = (
  head: DataFileHead,
  wanted: ColumnKey | undefined,
  property: string,
  role: string,
): Column => {
  if (wanted !== undefined) return findColumn(head, wanted, `${role} column`)
  throw new InputError(
    `${head.file}: which column holds the ${role} cannot be told; name it with "${property}": its columns are ${listColumns(head)}.`,
  )
}

const exampleOf = (
  file: string,
  columns: Columns,
  row: Row,
  labelNames: readonly string[] | undefined,
): ExampleRow | InputError => {
  const text = columns.text.read(row)
  const textPair = columns.textPair?.read(row)
  const label = columns.label?.read(row)?.trim()
  return (
    emptyCell(file, row, columns.text, text) ??
    emptyCell(file, row, columns.textPair, textPair) ??
    emptyCell(file, row, columns.label, label) ??
    missingLabel(file, row, columns.label, label, labelNames) ?? {
      line: row.line,
      text: text ?? '',
      ...(textPair === undefined ? {} : { textPair }),
      ...(label === undefined ? {} : { label }),
      row,
    }
  )
}

const emptyCell = (
  file: string,
  row: Row,
  column: Column | undefined,
  cell: string | undefined,
): InputError | undefined => {
  if (!column || (cell !== undefined && cell.trim() !== '')) return undefined
  const blank = cell === undefined || cell === '' ? 'nothing' : 'only white space'
  const what = cell === undefined && isJson(row) ? 'has no text under' : `has ${blank} in`
  return new InputError(
    `${file}:${row.line} ${what} ${column.name}; mend the row, or set "skipBadRows" to skip such rows.`,
  )
}

/** How pandas writes what is missing. */
export const isNaNText = (text: string): boolean => text === 'nan' || text === 'NaN'

/** It is no class of its own, unless the label order says so. */
const missingLabel = (
  file: string,
  row: Row,
  column: Column | undefined,
  label: string | undefined,
  labelNames: readonly string[] | undefined,
): InputError | undefined => {
  if (!column || label === undefined || !isNaNText(label) || labelNames?.includes(label)) {
    return undefined
  }
  return new InputError(
    `${file}:${row.line} has ${label} in ${column.name}, which stands for a missing label; mend the row, set "skipBadRows" to skip such rows, or name it among the "labels".`,
  )
}
