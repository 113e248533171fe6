import { InputError } from '../errors.ts'
import { type Column, findColumn, isJson, listColumns } from './cells.ts'
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

export interface ExampleOptions {
  readonly textColumn?: ColumnKey | undefined
  readonly textPairColumn?: ColumnKey | undefined
  readonly labelColumn?: ColumnKey | undefined
  /** Two texts an example: a second text column must be there. */
  readonly pair: boolean
  /** `none`: the file is only predicted on. `optional`: taken where there is such a column. */
  readonly labels: 'required' | 'optional' | 'none'
  readonly skipBadRows?: boolean | undefined
}

/**
 * Reads the texts and labels of a data file. Columns that are not named are guessed.
 * @throws InputError: what `readRows` throws, an unknown column, an empty text or label (file:line),
 * no rows at all
 */
export const readExamples = async (file: string, options: ExampleOptions): Promise<RawExamples> => {
  const head = await inspectDataFile(file, impliedHeader(options))
  const columns = chooseColumns(head, options)
  const bad: InputError[] = []
  let skipped = 0
  const onBadRow = (error: InputError) => {
    skipped++
    if (bad.length === 0) bad.push(error)
  }
  const examples: RawExamples = {
    file,
    texts: [],
    textPairs: [],
    labels: [],
    lines: [],
    columns: keysOf(columns),
    skipped: 0,
  }
  const rows = readRows(file, {
    header: head.header,
    format: head.format,
    ...(options.skipBadRows ? { onBadRow } : {}),
  })
  for await (const row of rows) {
    const error = take(examples, columns, row)
    if (error && !options.skipBadRows) throw error
    if (error) onBadRow(error)
  }
  if (examples.texts.length === 0) {
    const why = skipped > 0 ? ` that can be read (${bad[0]?.message ?? ''})` : ''
    throw new InputError(`${file} has no rows of data${why}.`)
  }
  return { ...examples, skipped, ...(bad[0] ? { firstSkipped: bad[0].message } : {}) }
}

interface Columns {
  readonly text: Column
  readonly textPair: Column | undefined
  readonly label: Column | undefined
}

const keysOf = ({ text, textPair, label }: Columns): ExampleColumns => ({
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

const take = (examples: RawExamples, columns: Columns, row: Row): InputError | undefined => {
  const text = columns.text.read(row)
  const pair = columns.textPair?.read(row)
  const label = columns.label?.read(row)?.trim()
  const empty =
    emptyCell(examples.file, row, columns.text, text) ??
    emptyCell(examples.file, row, columns.textPair, pair) ??
    emptyCell(examples.file, row, columns.label, label)
  if (empty) return empty
  examples.texts.push(text ?? '')
  if (pair !== undefined) examples.textPairs.push(pair)
  if (label !== undefined) examples.labels.push(label)
  examples.lines.push(row.line)
  return undefined
}

const emptyCell = (
  file: string,
  row: Row,
  column: Column | undefined,
  cell: string | undefined,
): InputError | undefined => {
  if (!column || (cell !== undefined && cell.trim() !== '')) return undefined
  const what = cell === undefined && isJson(row) ? 'has no text under' : 'has nothing in'
  return new InputError(
    `${file}:${row.line} ${what} ${column.name}; mend the row, or set "skipBadRows" to skip such rows.`,
  )
}
