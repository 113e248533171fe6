/** What a filter can be asked of a row: texts to look in, and numbers by name. */
export interface Filterable {
  readonly text: string
  readonly numbers: Readonly<Record<string, number | undefined>>
}

type Condition =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'range'; readonly name: string; readonly fits: (value: number) => boolean }
  /** Not understood: shown to the user, and nothing is filtered by it. */
  | { readonly type: 'unknown'; readonly text: string }

const comparison = /^([\p{L}\p{N}_/]+)(<=|>=|<|>|=)(\S+)$/u

/** Close enough for numbers that were typed or printed. */
const equal = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b))

const operators: Record<string, (value: number, wanted: number) => boolean> = {
  '<': (value, wanted) => value < wanted && !equal(value, wanted),
  '>': (value, wanted) => value > wanted && !equal(value, wanted),
  '<=': (value, wanted) => value < wanted || equal(value, wanted),
  '>=': (value, wanted) => value > wanted || equal(value, wanted),
  '=': equal,
}

const fitsOf = (operator: string, wanted: string): ((value: number) => boolean) | undefined => {
  const range = /^(.+)\.\.(.+)$/.exec(wanted)
  if (operator === '=' && range) {
    const [low, high] = [Number(range[1]), Number(range[2])]
    if (Number.isNaN(low) || Number.isNaN(high)) return undefined
    return (value) => operators['>=']!(value, low) && operators['<=']!(value, high)
  }
  const number = Number(wanted)
  const compare = operators[operator]
  return Number.isNaN(number) || !compare ? undefined : (value) => compare(value, number)
}

const parseWord = (word: string, names: ReadonlySet<string>): Condition => {
  const match = comparison.exec(word)
  if (!match) return { type: 'text', text: word.toLowerCase() }
  const [, name = '', operator = '', wanted = ''] = match
  const fits = fitsOf(operator, wanted)
  if (!fits || !names.has(name.toLowerCase())) return { type: 'unknown', text: word }
  return { type: 'range', name: name.toLowerCase(), fits }
}

/** A filter, as typed: `batch=16 accuracy>85 lr=2e-5..3e-5 done`; a row must fit all of it. */
export interface Query {
  readonly fits: (row: Filterable) => boolean
  readonly isEmpty: boolean
  /** Words that were not understood. */
  readonly unknown: readonly string[]
}

export const parseQuery = (text: string, names: readonly string[]): Query => {
  const known = new Set(names.map((name) => name.toLowerCase()))
  const conditions = text
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => parseWord(word, known))
  return {
    isEmpty: conditions.every(({ type }) => type === 'unknown'),
    unknown: conditions.flatMap((one) => (one.type === 'unknown' ? [one.text] : [])),
    fits: (row) => conditions.every((one) => holds(one, row)),
  }
}

const holds = (condition: Condition, row: Filterable): boolean => {
  if (condition.type === 'unknown') return true
  if (condition.type === 'text') return row.text.toLowerCase().includes(condition.text)
  const value = row.numbers[condition.name]
  return value !== undefined && condition.fits(value)
}

/** The query with its conditions on `name` replaced by this one, or taken out. */
export const withCondition = (
  text: string,
  name: string,
  condition: string | undefined,
): string => {
  const others = text.split(/\s+/).filter((word) => {
    const match = comparison.exec(word)
    return word !== '' && match?.[1]?.toLowerCase() !== name.toLowerCase()
  })
  return [...others, ...(condition === undefined ? [] : [condition])].join(' ')
}

/** What the query asks of these names alone. */
export const conditionsOn = (text: string, names: readonly string[]): string =>
  names.flatMap((name) => wordsOn(text, name)).join(' ')

const wordsOn = (text: string, name: string): string[] =>
  text
    .split(/\s+/)
    .filter((word) => comparison.exec(word)?.[1]?.toLowerCase() === name.toLowerCase())

/** The condition that the query holds on `name`, such as `lr=2e-5..3e-5`. */
export const conditionOn = (text: string, name: string): string | undefined =>
  wordsOn(text, name)[0]
