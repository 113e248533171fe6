import { isKnownColumnName } from './columnRoles.ts'

const numeric = /^\s*-?\d+([.,]\d+)?\s*$/

/**
 * Whether the first record of a table names its columns: names that are no numbers, and one of them
 * known, or all distinct and their kind unlike that of the values below. The first may be empty, as
 * pandas leaves it above a table's row numbers, and so may those of columns without any value, as
 * Excel leaves them at the end.
 */
export const looksLikeHeader = (
  record: readonly string[],
  records: readonly (readonly string[])[],
): boolean => {
  const used = record.flatMap((name, column) =>
    name.trim() !== '' || records.some((fields) => fields[column]?.trim()) ? [column] : [],
  )
  const first = used.map((column) => record[column] ?? '')
  const rest = records.map((fields) => used.map((column) => fields[column] ?? ''))
  const names = first.every(
    (name, column) =>
      (column === 0 || name.trim() !== '') && name.length <= 60 && !numeric.test(name),
  )
  if (first.length === 0 || !names) return false
  if (hasKnownName(first, rest) || isAboveRowNumbers(first, rest)) return true
  const distinct = new Set(first.map((name) => name.trim().toLowerCase())).size
  if (first[0]?.trim() === '' || distinct !== first.length) return false
  return first.some((name, column) => {
    const below = rest.map((fields) => fields[column] ?? '')
    if (below.length < 2) return false
    if (below.every((value) => numeric.test(value))) return true
    const values = new Set(below)
    // Few distinct values, and the first record's is none of them: a label column's name.
    return below.length >= 10 && values.size <= below.length / 5 && !values.has(name)
  })
}

/** A name that its column holds again is a label or a text, but for a header that comes again. */
const hasKnownName = (first: readonly string[], rest: readonly (readonly string[])[]): boolean => {
  const known = first.flatMap((name, column) => (isKnownColumnName(name) ? [column] : []))
  if (known.length === 0) return false
  const rows = rest.filter(
    (fields) => first.length < 2 || fields.some((field, column) => field !== first[column]),
  )
  return known.some((column) => rows.every((fields) => fields[column] !== first[column]))
}

/** From 0 on, or what a shuffled or sampled table has left of them. */
const isAboveRowNumbers = (
  first: readonly string[],
  rest: readonly (readonly string[])[],
): boolean => {
  if (first.length < 2 || first[0]?.trim() !== '' || rest.length < 2) return false
  const below = rest.map(([field = '']) => field)
  if (below.every((value, row) => value === String(row))) return true
  // Few numbers without order may be classes, and the first row without one.
  return (
    below.length >= 10 &&
    below.every((value) => /^\d+$/.test(value)) &&
    new Set(below).size === below.length
  )
}
