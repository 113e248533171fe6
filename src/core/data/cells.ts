import { InputError } from '../errors.ts'
import type { ColumnKey, DataFileHead } from './inspect.ts'
import type { JsonFields } from './jsonRecords.ts'
import { isJsonFormat, type Row } from './rows.ts'

/** A JSON value as the text of a cell; undefined for null, lists and objects. */
export const cellText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/** Takes one column's text out of a row; undefined where there is none. */
export type ReadCell = (row: Row) => string | undefined

export interface Column {
  readonly key: ColumnKey
  /** For messages: `"label"`, or `column 3`. */
  readonly name: string
  readonly read: ReadCell
}

/**
 * Finds a column in a file. A number (also as text, from a command line) counts from 0.
 * @param role for the message: `text column`, `label column`
 * @throws InputError, listing the columns that there are
 */
export const findColumn = (head: DataFileHead, wanted: ColumnKey, role: string): Column => {
  const keys = head.columns.map(({ key }) => key)
  const byName = keys.indexOf(wanted)
  if (byName >= 0) return columnAt(head, byName)
  const json = isJsonFormat(head.format)
  const index = Number(wanted)
  if (!json && Number.isInteger(index) && String(wanted).trim() !== '' && index in keys) {
    return columnAt(head, index)
  }
  throw new InputError(
    `${head.file} has no ${role} ${JSON.stringify(wanted)}; its columns are ${listColumns(head)}.`,
  )
}

const columnAt = (head: DataFileHead, index: number): Column => {
  const key = head.columns[index]?.key ?? index
  const name = typeof key === 'number' ? `column ${key}` : `"${key}"`
  const read: ReadCell = isJsonFormat(head.format)
    ? ({ fields }) => {
        const object = fields as JsonFields
        return Object.hasOwn(object, key) ? cellText(object[key]) : undefined
      }
    : ({ fields }) => (fields as readonly string[])[index]
  return { key, name, read }
}

/** A row that came as a JSON object. */
export const isJson = ({ fields }: Row): boolean => !Array.isArray(fields)

const mostListed = 20

export const listColumns = (head: DataFileHead): string => {
  const names = head.columns
    .slice(0, mostListed)
    .map(({ key, samples }) =>
      typeof key === 'number'
        ? `${key} (${JSON.stringify((samples[0] ?? '').slice(0, 20))}…)`
        : JSON.stringify(key.slice(0, 60)),
    )
  const more = head.columns.length - names.length
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
