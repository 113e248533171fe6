import type { ColumnKey } from '../data/inspect.ts'
import { type ColumnWatch, columnName } from './columnWatch.ts'
import type { FileReport, ScanContext } from './fileScan.ts'
import type { Finding } from './findings.ts'

const oddities = {
  constant: 'has the same value in every row',
  missing: 'is empty or NaN in every row',
  ids: 'counts upwards: it names the rows',
} as const

export const judgeColumns = (
  file: string,
  watches: readonly ColumnWatch[],
  columns: FileReport['columns'],
): Finding[] => {
  const roles = new Map(Object.entries(columns).map(([role, key]) => [key, role]))
  const textVaries = watches.some(({ key, oddity }) => {
    const role = roles.get(key)
    return (role === 'text' || role === 'textPair') && (!oddity || oddity === 'ids')
  })
  return watches.flatMap(({ key, oddity }) => {
    const role = roles.get(key)
    // A label that is constant was told of already; ids in a column that is not used are no matter.
    if (!oddity || (role === undefined && oddity === 'ids')) return []
    if (role === 'label' && oddity !== 'ids') return []
    const used =
      role === undefined ? ', and is not used' : `, and is used as the ${roleNames[role] ?? role}`
    // One premise with a hypothesis each is odd, but can be learned.
    const grave = role !== undefined && oddity !== 'ids' && !textVaries
    return [
      {
        severity: grave ? 'error' : role === undefined ? 'note' : 'warning',
        kind: `column.${oddity}`,
        file,
        message: `${columnName(key)} ${oddities[oddity]}${used}`,
      } as const,
    ]
  })
}

const roleNames: Readonly<Record<string, string>> = {
  text: 'text',
  textPair: 'second text',
  label: 'label',
}

/** @param same every row has the same text, or the same two */
export const judgeSameText = (
  { part, file }: ScanContext,
  same: boolean,
  text: ColumnKey,
): Finding[] => {
  if (part !== 'train' || !same) return []
  const message = `${columnName(text)} ${oddities.constant}, and is used as the text`
  return [{ severity: 'error', kind: 'column.constant', file, message }]
}
