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
