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
  /** The first line, where it was taken for a name without being told. */
  readonly header?: HeaderLine
}

interface HeaderLine {
  readonly label: string
  readonly line: number
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
  const all = { file, labels, lines }
  const [first = '', ...rest] = labels
  if (rest.length === 0) return all
  if (header !== undefined && !isNumber(header) && first === header) {
    return { file, labels: rest, lines: lines.slice(1), column: JSON.stringify(first) }
  }
  return isLabelName(first, rest) ? withHeader(all) : all
}

const predictionNames = /^(y|gold|pred|predicted|predictions?|y_?true|y_?pred)$/i

/** What is not there is no name of a column: `nan` above scores is a missing one. */
const mayBeName = (label: string): boolean =>
  /^\p{L}/u.test(label) && !/^(nan|na|none|null|inf|infinity)$/i.test(label)

const isLabelName = (first: string, rest: readonly string[]): boolean => {
  if (!mayBeName(first) || rest.includes(first)) return false
  if (isKnownColumnName(first) || rest.every((label) => Number.isFinite(Number(label)))) return true
  // "y" above letters is one of them, as in y and n.
  return predictionNames.test(first) && !rest.every((label) => label.length === 1)
}

const withHeader = ({ file, labels, lines }: LabelColumn): LabelColumn => {
  const [label = ''] = labels
  return {
    file,
    labels: labels.slice(1),
    lines: lines.slice(1),
    column: JSON.stringify(label),
    header: { label, line: lines[0] ?? 1 },
  }
}

const withoutHeader = ({ file, labels, lines, header }: LabelColumn): LabelColumn =>
  header
    ? { file, labels: [header.label, ...labels], lines: [header.line, ...lines] }
    : { file, labels, lines }

/**
 * Two files of the same rows, where one has a line more than the other: that line is a name, if it is
 * the first and nowhere else, or else what was taken for a name in the other is a label.
 * @param known labels that are no names
 */
export const alignHeaders = (
  gold: LabelColumn,
  predicted: LabelColumn,
  known: readonly string[] = [],
): readonly [gold: LabelColumn, predicted: LabelColumn] => {
  const [a, b] = [gold, predicted].map((each) =>
    each.header && known.includes(each.header.label) ? withoutHeader(each) : each,
  ) as [LabelColumn, LabelColumn]
  const more = a.labels.length - b.labels.length
  if (more === 1) return alignLonger(a, b, known)
  if (more !== -1) return [a, b]
  const [longer, shorter] = alignLonger(b, a, known)
  return [shorter, longer]
}

const alignLonger = (
  longer: LabelColumn,
  shorter: LabelColumn,
  known: readonly string[],
): readonly [longer: LabelColumn, shorter: LabelColumn] => {
  const [first = '', ...rest] = longer.labels
  const isName =
    longer.column === undefined &&
    mayBeName(first) &&
    ![...rest, ...shorter.labels, ...known].includes(first)
  if (isName && rest.length > 0) return [withHeader(longer), shorter]
  return shorter.header ? [longer, withoutHeader(shorter)] : [longer, shorter]
}
