import path from 'node:path'
import { InputError } from '../errors.ts'
import { findColumn, isJson } from './cells.ts'
import { isKnownColumnName } from './columnRoles.ts'
import { detectFormat, type FileFormat } from './format.ts'
import { inspectDataFile } from './inspect.ts'
import type { JsonFields } from './jsonRecords.ts'
import { readLines } from './lines.ts'
import { isJsonFormat, readRows } from './rows.ts'

/** The labels of a file, in its order; `lines` are where they stand, from 1. */
export interface LabelColumn {
  readonly file: string
  readonly labels: readonly string[]
  readonly lines: readonly number[]
  /** The probability of each label, where the rows are JSON with `probabilities`, as predictions are. */
  readonly confidences?: readonly number[]
  /** The column they are from; undefined in a file with one label a line. */
  readonly column?: string
}

/**
 * Reads labels, or scores, as text: one a line, or one column of a table or of JSON objects.
 * @param wanted the column, by name or by number from 0; guessed in a table when left out. A file
 * without columns needs none: there it can only name the first line a header.
 * @throws InputError with file:line for a row without a label; where the column is not there or
 * cannot be told; where there are no rows, or more than 1,000 different texts
 */
export const readLabelColumn = async (
  file: string,
  wanted: string | undefined,
): Promise<LabelColumn> => {
  const format = await detectFormat(file)
  const table = isJsonFormat(format) || (await firstLine(file)).includes(delimiterOf(file, format))
  const column = table ? await readTable(file, format, wanted) : await readLabelLines(file, wanted)
  if (column.labels.length === 0) throw new InputError(`${file} has no labels.`)
  return column
}

/** A comma makes columns only in a file that calls itself CSV: labels of a plain list may have one. */
const delimiterOf = (file: string, { format, delimiter }: FileFormat): string =>
  format === 'csv' && path.extname(file).toLowerCase() === '.csv' ? delimiter : '\t'

const firstLine = async (file: string): Promise<string> => {
  for await (const { text } of readLines(file)) return text ?? ''
  return ''
}

const readTable = async (
  file: string,
  format: FileFormat,
  wanted: string | undefined,
): Promise<LabelColumn> => {
  const named = wanted !== undefined && !isNumber(wanted)
  const head = await inspectDataFile(file, named ? { header: true } : {})
  const key = wanted ?? head.guess.label
  if (key === undefined) {
    throw new InputError(
      `${file} has several columns, and which one holds the label cannot be told; name it with --label-column.`,
    )
  }
  const column = findColumn(head, key, 'label column')
  const labels: string[] = []
  const lines: number[] = []
  const confidences: number[] = []
  const texts = new DistinctTexts(file, column.name)
  for await (const row of readRows(file, { header: head.header, format })) {
    const label = column.read(row)?.trim()
    if (!label) throw new InputError(`${file}:${row.line} has no label in ${column.name}.`)
    texts.add(label)
    labels.push(label)
    lines.push(row.line)
    const confidence = isJson(row) ? confidenceOf(row.fields as JsonFields, label) : undefined
    if (confidence !== undefined) confidences.push(confidence)
  }
  const all = labels.length > 0 && confidences.length === labels.length
  return { file, labels, lines, column: column.name, ...(all ? { confidences } : {}) }
}

/** Of a list, as a run keeps it, the largest: it is that of the predicted label. */
const confidenceOf = ({ probabilities }: JsonFields, label: string): number | undefined => {
  if (typeof probabilities !== 'object' || probabilities === null) return undefined
  const confidence: unknown = Array.isArray(probabilities)
    ? Math.max(...(probabilities as number[]))
    : (probabilities as JsonFields)[label]
  return typeof confidence === 'number' && confidence >= 0 && confidence <= 1
    ? confidence
    : undefined
}

const mostLabels = 1000

/** Ends the reading of what holds texts, not labels, before all of it is in memory. */
class DistinctTexts {
  private readonly texts = new Set<string>()

  constructor(
    private readonly file: string,
    private readonly column: string | undefined,
  ) {}

  /** @throws InputError */
  add(label: string): void {
    if (this.texts.has(label) || Number.isFinite(Number(label))) return
    this.texts.add(label)
    if (this.texts.size <= mostLabels) return
    const where = this.column === undefined ? '' : ` in ${this.column}`
    throw new InputError(
      `${this.file} has more than ${mostLabels} different labels${where}, which looks like text; name the label column with --label-column.`,
    )
  }
}

const isNumber = (column: string): boolean => /^\d+$/.test(column)

const readLabelLines = async (file: string, header: string | undefined): Promise<LabelColumn> => {
  const labels: string[] = []
  const lines: number[] = []
  let blank: number | undefined
  const texts = new DistinctTexts(file, undefined)
  for await (const { line, text, error } of readLines(file)) {
    if (error) throw error
    const label = text.trim()
    if (label === '') blank ??= line
    else if (blank !== undefined) {
      throw new InputError(`${file}:${blank} is empty; each line has one label.`)
    } else {
      texts.add(label)
      labels.push(label)
      lines.push(line)
    }
  }
  const [first = '', ...rest] = labels
  const named = header !== undefined && !isNumber(header) && first === header
  const isHeader = named || (isKnownColumnName(first) && !rest.includes(first))
  if (!isHeader || rest.length === 0) return { file, labels, lines }
  return { file, labels: rest, lines: lines.slice(1), column: JSON.stringify(first) }
}
