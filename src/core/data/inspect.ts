import { InputError } from '../errors.ts'
import { cellText } from './cells.ts'
import { type ColumnRoles, guessRoles } from './columnRoles.ts'
import { detectFormat, type FileFormat, type TableOptions } from './format.ts'
import type { JsonFields } from './jsonRecords.ts'
import { isJsonFormat, type Row, readRecords } from './rows.ts'
import { looksLikeHeader } from './tableHeader.ts'

/** A column as the experiment file names it: by name, or by number from 0 without a header. */
export type ColumnKey = string | number

export interface DataColumn {
  readonly key: ColumnKey
  /** For the screen: the name, or `column 3`. */
  readonly name: string
  /** Some values, as they stand in the file, long ones cut. */
  readonly samples: readonly string[]
  /** Distinct values in the file's head. */
  readonly distinct: number
}

/** What the head of a data file shows. */
export interface DataFileHead {
  readonly file: string
  readonly format: FileFormat
  /** Whether the first record names the columns; false for JSON, where every row does. */
  readonly header: boolean
  readonly columns: readonly DataColumn[]
  readonly guess: ColumnRoles<ColumnKey>
  /** The guessed label column holds scores rather than classes. */
  readonly looksLikeScores: boolean
  readonly rowsRead: number
}

const headRows = 500
const headCharacters = 1 << 19
const sampleCount = 5
const sampleLength = 200

/**
 * Reads the first rows of a data file (at most 500 or about 1 MB) and guesses what its columns are.
 * @throws InputError where nothing can be read
 */
export const inspectDataFile = async (
  file: string,
  options: TableOptions = {},
): Promise<DataFileHead> => {
  const format = await detectFormat(file, options)
  const rows = await readHead(file, format)
  if (rows.length === 0) throw new InputError(`${file} is empty; give a file with rows of data.`)
  return isJsonFormat(format)
    ? describeObjects(file, format, rows)
    : describeTable(file, format, rows, options.header)
}

const readHead = async (file: string, format: FileFormat): Promise<Row[]> => {
  const rows: Row[] = []
  let characters = 0
  for await (const record of readRecords(file, format)) {
    if (record.error) {
      // The first record decides about the columns; later bad ones are the loader's to report.
      if (rows.length === 0) throw record.error
      continue
    }
    rows.push(record)
    characters += Array.isArray(record.fields)
      ? record.fields.join(' ').length
      : JSON.stringify(record.fields).length
    if (rows.length >= headRows || characters >= headCharacters) break
  }
  return rows
}

const describeTable = (
  file: string,
  format: FileFormat,
  rows: readonly Row[],
  givenHeader: boolean | undefined,
): DataFileHead => {
  const [first = [], ...rest] = rows.map(({ fields }) => fields as readonly string[])
  refuseCarriageReturns(file, first)
  const header = givenHeader ?? looksLikeHeader(first, rest)
  const body = (header ? rest : [first, ...rest]).filter(
    (row) => row.length >= first.length && row.some((field) => field !== ''),
  )
  const keys = header ? namedKeys(first) : first.map((_, index) => index)
  const values = keys.map((_, index) => body.map((row) => row[index] ?? ''))
  return describeColumns(file, format, header, keys, values, body.length)
}

/** A column without a name goes by its number, one whose name is taken by `name.1`, as in pandas. */
const namedKeys = (first: readonly string[]): ColumnKey[] => {
  const keys: ColumnKey[] = []
  for (const [index, field] of first.entries()) {
    const name = field.trim()
    let key = name
    for (let copy = 1; key !== '' && keys.includes(key); copy++) key = `${name}.${copy}`
    keys.push(key === '' ? index : key)
  }
  return keys
}

/** An old Mac's line ends make one line of the whole file. */
const refuseCarriageReturns = (file: string, first: readonly string[]): void => {
  if (!first.some((field) => field.includes('\r'))) return
  throw new InputError(
    `${file}:1 has a carriage return inside the line; save the file with \\n line ends.`,
  )
}

const describeObjects = (file: string, format: FileFormat, rows: readonly Row[]): DataFileHead => {
  const objects = rows.map(({ fields }) => fields as JsonFields)
  const keys = [...new Set(objects.flatMap((fields) => Object.keys(fields)))]
  const values = keys.map((key) => objects.map((fields) => cellText(fields[key]) ?? ''))
  return describeColumns(file, format, false, keys, values, objects.length)
}

const describeColumns = (
  file: string,
  format: FileFormat,
  header: boolean,
  keys: readonly ColumnKey[],
  values: readonly (readonly string[])[],
  rowsRead: number,
): DataFileHead => {
  const columns = keys.map((key, index) => ({
    key,
    name: typeof key === 'number' ? `column ${key}` : key,
    samples: (values[index] ?? []).slice(0, sampleCount).map((text) => text.slice(0, sampleLength)),
    distinct: new Set(values[index]).size,
  }))
  const roles = guessRoles(
    keys.map((key, index) => ({
      name: typeof key === 'number' ? '' : key,
      values: values[index] ?? [],
    })),
  )
  const guess = Object.fromEntries(
    Object.entries(roles).map(([role, index]) => [role, keys[index as number]]),
  ) as ColumnRoles<ColumnKey>
  const labels = roles.label === undefined ? [] : (values[roles.label] ?? [])
  return {
    file,
    format,
    header,
    columns,
    guess,
    looksLikeScores: looksLikeScores(labels),
    rowsRead,
  }
}

/** All numbers, some with a fraction, more than ten different ones. */
const looksLikeScores = (values: readonly string[]): boolean =>
  values.length > 0 &&
  values.every((value) => value.trim() !== '' && Number.isFinite(Number(value))) &&
  values.some((value) => !Number.isInteger(Number(value))) &&
  new Set(values).size > 10
