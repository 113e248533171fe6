import type { Task } from './tasks.ts'

/** One fine-tune, a line of docs/results.jsonl. */
export interface ResultLine {
  readonly task: string
  readonly seed: number
  readonly side: 'headway' | 'pytorch'
  readonly metrics: Readonly<Record<string, number>>
  readonly testMetrics?: Readonly<Record<string, number>>
  /** Reading, training and scoring; left out where it is not known. */
  readonly seconds?: number
  /** Of Headway's sources (`engineFingerprint`), as they were; older lines do not say. */
  readonly engine?: string
  /** Where the line is from, if not from results.mjs. */
  readonly source?: string
}

/**
 * Headway's mean beside PyTorch's: it may be no more than one point, or two standard errors of the
 * difference, below.
 */
export const resultsTable = (tasks: readonly Task[], lines: readonly ResultLine[]): string => {
  const rows = tasks.flatMap((task) => {
    const own = newest(lines.filter(({ task: id }) => id === task.id))
    if (own.length === 0) return []
    const dev = task.metrics.map((metric) => rowOf(task, own, metric, 'metrics'))
    const test = own.some(({ testMetrics }) => testMetrics)
      ? task.metrics.map((metric) => rowOf(task, own, metric, 'testMetrics'))
      : []
    return [...dev, ...test]
  })
  return [
    '| task | scored on | metric | Headway | PyTorch | difference | no worse | seconds |',
    '| --- | --- | --- | ---: | ---: | ---: | :-: | ---: |',
    ...rows,
    '',
  ].join('\n')
}

/** A run that was repeated counts once; a figure from elsewhere only until there are our own. */
const newest = (lines: readonly ResultLine[]): ResultLine[] =>
  lines.filter(
    (line, at) =>
      !lines
        .slice(at + 1)
        .some((later) => later.side === line.side && later.seed === line.seed && !later.source) &&
      !(line.source && lines.some((other) => other.side === line.side && !other.source)),
  )

const rowOf = (
  task: Task,
  lines: readonly ResultLine[],
  metric: string,
  part: 'metrics' | 'testMetrics',
): string => {
  const scores = (side: ResultLine['side']) =>
    lines
      .filter((line) => line.side === side)
      .map((line) => line[part]?.[metric])
      .filter((score) => score !== undefined)
  const [ours, theirs] = [scores('headway'), scores('pytorch')]
  const seconds = (side: ResultLine['side']) => {
    const all = lines
      .filter((line) => line.side === side)
      .map((line) => line.seconds)
      .filter((each) => each !== undefined)
    return all.length === 0 ? '–' : String(Math.round(mean(all)))
  }
  const difference = mean(ours) - mean(theirs)
  const known = ours.length > 0 && theirs.length > 0
  const allowed = Math.max(0.01, 2 * Math.sqrt(squaredError(ours) + squaredError(theirs)))
  const verdict = !known ? '' : difference >= -allowed ? '✓' : '✗'
  const cells = [
    task.title,
    part === 'metrics' ? 'dev' : 'test',
    metric,
    describe(ours),
    describe(theirs),
    known ? (100 * difference).toFixed(1) : '–',
    verdict,
    part === 'metrics' ? `${seconds('headway')} / ${seconds('pytorch')}` : '',
  ]
  return `| ${cells.join(' | ')} |`
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** Of the mean; 0 where one seed says nothing of it. */
const squaredError = (values: readonly number[]): number => {
  if (values.length < 2) return 0
  const middle = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  return squares / (values.length - 1) / values.length
}

/** `85.6 (85.1, 86.0)`: the mean in hundredths, each seed's where there are several. */
const describe = (values: readonly number[]): string => {
  if (values.length === 0) return '–'
  const hundredths = (value: number) => (100 * value).toFixed(1)
  const each = values.length > 1 ? ` (${values.map(hundredths).join(', ')})` : ' (one seed)'
  return hundredths(mean(values)) + each
}
