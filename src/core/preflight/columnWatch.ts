import { cellText } from '../data/cells.ts'
import type { ColumnKey, DataFileHead } from '../data/inspect.ts'
import type { JsonFields } from '../data/jsonRecords.ts'
import type { Row } from '../data/rows.ts'
import { isJsonFormat } from '../data/rows.ts'

/** What a column's values have in common. */
export type ColumnOddity = 'constant' | 'missing' | 'ids'

const fewestRows = 20

/** Watches the values of one column go by; keeps two of them. */
export class ColumnWatch {
  private first: string | undefined
  private last: number | undefined
  private rows = 0
  private constant = true
  private missing = true
  private ids = true

  constructor(
    readonly key: ColumnKey,
    private readonly read: (row: Row) => string | undefined,
  ) {}

  add(row: Row): void {
    const value = this.read(row)?.trim() ?? ''
    this.rows++
    this.first ??= value
    this.constant &&= value === this.first
    this.missing &&= value === '' || /^(nan|null|none|n\/?a)$/i.test(value)
    if (!this.ids) return
    const number = /^\d{1,15}$/.test(value) ? Number(value) : undefined
    // Numbers that only grow name the rows; classes and scores go up and down.
    this.ids = number !== undefined && (this.last === undefined || number > this.last)
    this.last = number
  }

  /** The most telling one; undefined of few rows, which prove nothing. */
  get oddity(): ColumnOddity | undefined {
    if (this.rows < fewestRows) return undefined
    if (this.missing) return 'missing'
    if (this.constant) return 'constant'
    return this.ids ? 'ids' : undefined
  }
}

const mostColumns = 200

/** One watch for each column of a file. */
export const watchColumns = (head: DataFileHead): ColumnWatch[] => {
  const json = isJsonFormat(head.format)
  return head.columns
    .slice(0, mostColumns)
    .map(
      ({ key }, index) =>
        new ColumnWatch(key, ({ fields }) =>
          json ? cellText((fields as JsonFields)[key]) : (fields as readonly string[])[index],
        ),
    )
}

/** How a column is named to the user. */
export const columnName = (key: ColumnKey): string =>
  typeof key === 'number' ? `column ${key}` : `"${key.slice(0, 60)}"`
