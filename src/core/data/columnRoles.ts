/** What a column is for. */
export interface ColumnRoles<T> {
  readonly text?: T
  readonly textPair?: T
  readonly label?: T
}

/** What the head of a file shows of one column. */
export interface ColumnSample {
  readonly values: readonly string[]
  readonly name: string
}

const textNames = [
  'sentence',
  'text',
  'review',
  'content',
  'body',
  'comment',
  'tweet',
  'message',
  'utterance',
  'document',
  'post',
  'headline',
  'title',
  'description',
  'input',
  'sms',
]
const pairNames = [
  ['sentence1', 'sentence2'],
  ['premise', 'hypothesis'],
  ['question1', 'question2'],
  ['#1 string', '#2 string'],
  ['text1', 'text2'],
  ['text_a', 'text_b'],
  ['sentence_a', 'sentence_b'],
  ['query', 'passage'],
  ['question', 'sentence'],
] as const
const labelNames = [
  'label',
  'labels',
  'gold_label',
  'class',
  'category',
  'sentiment',
  'target',
  'score',
  'rating',
  'stars',
  'quality',
  'intent',
  'topic',
  'polarity',
  'emotion',
  'tag',
  'is_duplicate',
]

const knownNames = new Set<string>([...textNames, ...pairNames.flat(), ...labelNames])
export const isKnownColumnName = (name: string): boolean =>
  knownNames.has(name.trim().toLowerCase())

/** Roles by the columns' names, by their content where names say nothing; indices into `columns`. */
export const guessRoles = (columns: readonly ColumnSample[]): ColumnRoles<number> => {
  const names = columns.map(({ name }) => name.trim().toLowerCase())
  const pair = pairNames.find((both) => both.every((name) => names.includes(name)))
  const label = firstNamed(names, labelNames) ?? guessLabel(columns)
  const text = pair
    ? names.indexOf(pair[0])
    : (firstNamed(names, textNames) ?? longestText(columns, label))
  return {
    ...(text === undefined ? {} : { text }),
    ...(pair ? { textPair: names.indexOf(pair[1]) } : {}),
    ...(label === undefined || label === text ? {} : { label }),
  }
}

const firstNamed = (names: readonly string[], wanted: readonly string[]): number | undefined => {
  const found = wanted.map((name) => names.indexOf(name)).find((index) => index >= 0)
  return found
}

/** Few distinct short values, none empty; integers first, then the fewest, then the last column. */
const guessLabel = (columns: readonly ColumnSample[]): number | undefined => {
  const candidates = columns
    .map((column, index) => ({ index, ...describe(column.values) }))
    .filter(({ rows, distinct, empty, meanLength }) => {
      const few = distinct >= 2 && distinct <= Math.max(2, Math.min(50, rows / 2))
      return few && empty === 0 && meanLength <= 40
    })
    .sort(
      (a, b) =>
        Number(b.integers) - Number(a.integers) || a.distinct - b.distinct || b.index - a.index,
    )
  return candidates[0]?.index
}

const describe = (values: readonly string[]) => ({
  rows: values.length,
  distinct: new Set(values).size,
  empty: values.filter((value) => value.trim() === '').length,
  meanLength: mean(values.map((value) => value.length)),
  integers: values.every((value) => /^-?\d+$/.test(value.trim())),
})

const longestText = (
  columns: readonly ColumnSample[],
  label: number | undefined,
): number | undefined => {
  let best: number | undefined
  let longest = 0
  for (const [index, { values }] of columns.entries()) {
    const length = mean(values.map((value) => value.length))
    if (index !== label && length > longest) {
      longest = length
      best = index
    }
  }
  return best
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, each) => sum + each, 0) / Math.max(1, numbers.length)

const numeric = /^\s*-?\d+([.,]\d+)?\s*$/

/**
 * Whether the first record of a table names its columns: names that are no numbers, and one of them
 * known, or all distinct and their kind unlike that of the values below. The first may be empty, as
 * pandas leaves it above a table's row numbers.
 */
export const looksLikeHeader = (
  first: readonly string[],
  rest: readonly (readonly string[])[],
): boolean => {
  const names = first.every(
    (name, column) =>
      (column === 0 || name.trim() !== '') && name.length <= 60 && !numeric.test(name),
  )
  if (!names) return false
  if (first.some(isKnownColumnName) || isAboveRowNumbers(first, rest)) return true
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

const isAboveRowNumbers = (
  first: readonly string[],
  rest: readonly (readonly string[])[],
): boolean =>
  first.length > 1 &&
  first[0]?.trim() === '' &&
  rest.length >= 2 &&
  rest.every((fields, row) => fields[0] === String(row))
