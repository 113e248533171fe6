import { InputError } from '../errors.ts'
import type { RawExamples } from './examples.ts'

const mostLabels = 1000
const longestLabel = 100

/** Sorted as numbers where all are integers, else by code unit: the same on every machine. */
export const sortLabels = (labels: Iterable<string>): string[] => {
  const all = [...labels]
  const integers = all.every((label) => /^-?\d{1,15}$/.test(label))
  return all.sort((a, b) => (integers ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0))
}

/**
 * The label order of the training data: as given, or sorted.
 * @throws InputError where there is one class only, a label outside of `given`, or where the column
 * holds text rather than labels
 */
export const labelOrder = (train: RawExamples, given: readonly string[] | undefined): string[] => {
  const seen = new Set(train.labels)
  if (given) {
    labelIndices(train, given)
    if (seen.size === 1) throw oneClass(train)
    return [...given]
  }
  refuseScores(train, seen)
  refuseText(train, seen)
  if (seen.size === 1) throw oneClass(train)
  return sortLabels(seen)
}

const columnName = ({ columns }: RawExamples): string =>
  typeof columns.label === 'number' ? `column ${columns.label}` : `"${columns.label}"`

const oneClass = (train: RawExamples): InputError =>
  new InputError(
    `${train.file} has only one class: all ${train.labels.length} rows have ${quote(train.labels[0])} in ${columnName(train)}; a classifier needs at least two.`,
  )

const quote = (label: string | undefined): string =>
  JSON.stringify((label ?? '').length > 60 ? `${label?.slice(0, 60)}…` : label)

/** More than ten different numbers, some with a fraction: no classes. */
export const areScores = (labels: ReadonlySet<string>): boolean => {
  const numbers = [...labels].map(Number)
  return labels.size > 10 && numbers.every(Number.isFinite) && !numbers.every(Number.isInteger)
}

const refuseScores = (train: RawExamples, seen: ReadonlySet<string>): void => {
  if (!areScores(seen)) return
  const at = train.labels.findIndex((label) => !Number.isInteger(Number(label)))
  throw new InputError(
    `${train.file}:${train.lines[at]}: ${columnName(train)} holds scores (${seen.size} different numbers, here ${quote(train.labels[at])}), not classes; set "regression", or give the "labels".`,
  )
}

/** Why a column's values are text rather than labels; undefined where they may be labels. */
export const whyText = (labels: ReadonlySet<string>, rows: number): string | undefined => {
  const { size } = labels
  const long = [...labels].find((label) => label.length > longestLabel)
  if (long !== undefined) return `a value of ${long.length} characters`
  const nearlyAllDifferent = size > 5 && size > rows / 2
  const tooMany = size > mostLabels || (size > 100 && rows / size < 5)
  return nearlyAllDifferent || tooMany ? `${size} different values in ${rows} rows` : undefined
}

const refuseText = (train: RawExamples, seen: ReadonlySet<string>): void => {
  const why = whyText(seen, train.labels.length)
  if (why === undefined) return
  const at = Math.max(
    train.labels.findIndex((label) => label.length > longestLabel),
    0,
  )
  throw new InputError(
    `${train.file}:${train.lines[at]}: ${columnName(train)} looks like text, not labels (${why}, here ${quote(train.labels[at])}); name the label column ("labelColumn"), or for scores set "regression".`,
  )
}

/**
 * Each example's class, as its place in `order`.
 * @throws InputError with file:line for a label that is not in it
 */
export const labelIndices = (examples: RawExamples, order: readonly string[]): number[] => {
  const places = new Map(order.map((label, index) => [label, index]))
  return examples.labels.map((label, at) => {
    const place = places.get(label)
    if (place !== undefined) return place
    const known = order.slice(0, 20).map(quote).join(', ')
    throw new InputError(
      `${examples.file}:${examples.lines[at]} has the label ${quote(label)}, which is not among those of the training data (${known}${order.length > 20 ? ', …' : ''}).`,
    )
  })
}

/** Each example's score. @throws InputError with file:line for what is not a number */
export const scoresOf = (examples: RawExamples): number[] =>
  examples.labels.map((label, at) => {
    const score = Number(label)
    if (label !== '' && Number.isFinite(score)) return score
    throw new InputError(
      `${examples.file}:${examples.lines[at]} has ${quote(label)} in ${columnName(examples)}, which is not a number; regression needs a score in every row.`,
    )
  })
