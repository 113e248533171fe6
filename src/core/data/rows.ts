import { InputError } from '../errors.ts'
import { readCsv, readTsv } from './delimited.ts'
import { detectFormat, type FileFormat } from './format.ts'
import { type JsonFields, readJson, readJsonl } from './jsonRecords.ts'

/** One row; `line` is where it begins, from 1. Fields by position, or by name (JSON). */
export interface Row {
  readonly line: number
  readonly fields: readonly string[] | JsonFields
}

export interface RowOptions {
  /** Whether the first record names the columns (TSV and CSV); it is not returned then. */
  readonly header: boolean
  /** Called for every bad row, which is then skipped; left out, the first one is thrown. */
  readonly onBadRow?: (error: InputError) => void
  /** The format, where it is known already. */
  readonly format?: FileFormat
}

/**
 * Reads a data file's rows in bounded memory.
 * @throws InputError, naming file and line, for what cannot be read or a row with a wrong number of
 * fields (unless `onBadRow` is given); always for a missing, binary or UTF-16 file
 */
export async function* readRows(file: string, options: RowOptions): AsyncGenerator<Row> {
  const format = options.format ?? (await detectFormat(file))
  const check = new TableCheck(file)
  let headerLeft = options.header && !isJsonFormat(format)
  for await (const record of readRecords(file, format)) {
    const { line, fields } = record
    const error = record.error ?? check.errorOf({ line, fields: record.fields })
    if (error) {
      // Without its header a table's columns have no names: that is never a row to skip.
      if (!options.onBadRow || headerLeft) throw error
      options.onBadRow(error)
    } else if (headerLeft && fields) {
      headerLeft = false
      check.header = fields as readonly string[]
    } else if (fields) yield { line, fields }
  }
}

export const isJsonFormat = ({ format }: FileFormat): boolean =>
  format === 'json' || format === 'jsonl'

/** All records of a file, a header among them. */
export const readRecords = (
  file: string,
  { format, delimiter }: FileFormat,
): AsyncGenerator<RecordOrError> => {
  switch (format) {
    case 'tsv':
      return readTsv(file, delimiter)
    case 'csv':
      return readCsv(file, delimiter)
    case 'jsonl':
      return readJsonl(file)
    case 'json':
      return readJson(file)
    default:
      return format satisfies never
  }
}

type RecordOrError =
  | (Row & { readonly error?: never })
  | { readonly line: number; readonly error: InputError; readonly fields?: never }

/**
 * Every row of a table has as many fields as its first; empty ones at the end are let go. A header
 * that comes again, as in files that were joined, is no row.
 */
class TableCheck {
  header: readonly string[] | undefined
  private expected: number | undefined

  constructor(private readonly file: string) {}

  errorOf({ line, fields }: Row): InputError | undefined {
    if (!Array.isArray(fields)) return undefined
    this.expected ??= fields.length
    const { expected } = this
    const tooMany = fields.length > expected && fields.slice(expected).some((each) => each !== '')
    if (fields.length >= expected && !tooMany) return this.repeatedHeader(line, fields)
    return new InputError(
      `${this.file}:${line} has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'}, the rows before it have ${expected}; mend the row, or set "skipBadRows" to skip such rows.`,
    )
  }

  private repeatedHeader(line: number, fields: readonly string[]): InputError | undefined {
    const { header } = this
    // One column's name may well be a text.
    if (!header || header.length < 2 || header.some((name, at) => name !== fields[at])) {
      return undefined
    }
    return new InputError(
      `${this.file}:${line} repeats the header line; take it out, or set "skipBadRows" to skip such rows.`,
    )
  }
}
