import type { TableOptions } from '../core/data/format.ts'

/** How a table is to be read, where that is not to be guessed. */
export const tableFlagTypes = {
  header: 'boolean',
  'no-header': 'boolean',
  quotes: 'boolean',
  'no-quotes': 'boolean',
} as const
type TableFlags = Readonly<Record<keyof typeof tableFlagTypes, true | undefined>>

/** @param before as in training, where a flag is left out */
export const tableOptions = (flags: TableFlags, before: TableOptions = {}): TableOptions => ({
  header: flags.header ?? (flags['no-header'] ? false : before.header),
  quotes: flags.quotes ?? (flags['no-quotes'] ? false : before.quotes),
})
