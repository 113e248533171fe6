import type { MetricName } from '../../src/core/metrics/metrics.ts'
import {
  activityWord,
  formatCount,
  formatDuration,
  formatLoss,
  formatPercent,
  isActive,
  metricLabel,
  progressOf,
  selectionScore,
} from '../../src/core/runs/describe.ts'
import type { RunState } from '../../src/core/runs/runState.ts'
import { type GridParameter, gridParameters } from '../../src/core/stats/analysis.ts'
import type { Filterable } from './query.ts'
import { type Cell, markOfRun, nameOfRun, type SweepView } from './sweepView.ts'
import { formatMean, formatParameter, formatSpread, shortParameterName } from './words.ts'

/** A line of the table: a run, or a cell of several seeds with its runs below it. */
export interface Row {
  readonly key: string
  readonly kind: 'cell' | 'run'
  readonly cell: Cell
  readonly runs: readonly RunState[]
  readonly isBest: boolean
  /** Of a run below its cell. */
  readonly nested: boolean
}

export interface Column {
  readonly name: string
  readonly label: string
  readonly numeric: boolean
  readonly text: (row: Row) => string
  /** To sort and filter by; metrics in hundredths, as they are shown. */
  readonly value: (row: Row) => number | string | undefined
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, each) => sum + each, 0) / values.length

const scoreOf = (row: Row): number | undefined => {
  if (row.kind === 'cell') return row.cell.mean ?? undefined
  const [run] = row.runs
  return (run && selectionScore(run)) ?? undefined
}

const metricOf =
  (name: MetricName) =>
  ({ runs }: Row): number | undefined =>
    mean(runs.flatMap((run) => run.record.metrics?.[name] ?? []))

const extraMetrics: readonly MetricName[] = [
  'accuracy',
  'f1',
  'macroF1',
  'mcc',
  'pearson',
  'spearman',
  'entityF1',
  'tokenAccuracy',
  'exactMatch',
  'ece',
]

export const stateText = ({ kind, runs, cell, isBest }: Row): string => {
  const [run] = runs
  if (!run) return ''
  const verdict = isBest
    ? 'best'
    : cell.verdict === 'withinNoise'
      ? 'within noise'
      : cell.verdict === 'failed'
        ? 'no better than a guess'
        : undefined
  if (kind === 'cell' || runs.length > 1) {
    const done = runs.filter(({ state }) => state === 'done').length
    return done === runs.length ? (verdict ?? 'done') : `${done} of ${runs.length}`
  }
  if (run.state === 'done') return cell.runs.length > 1 ? 'done' : (verdict ?? 'done')
  const begun = run.totalSteps > 0 && isActive(run.state) && run.state !== 'queued'
  return begun ? `${activityWord(run)} · ${formatPercent(progressOf(run))}` : activityWord(run)
}

/** All columns that these runs can fill, in their own order. */
export const columnsFor = (sweep: SweepView): Column[] => {
  const number = (
    name: string,
    label: string,
    value: (row: Row) => number | undefined,
    format: (value: number, row: Row) => string,
  ): Column => ({
    name,
    label,
    numeric: true,
    value,
    text: (row) => {
      const it = value(row)
      return it === undefined ? '–' : format(it, row)
    },
  })
  const hundredths = (read: (row: Row) => number | undefined) => (row: Row) => {
    const it = read(row)
    return it === undefined ? undefined : it * 100
  }
  const reported = extraMetrics.filter(
    (name) =>
      name !== sweep.metric &&
      sweep.runs.some(({ record }) => typeof record.metrics?.[name] === 'number'),
  )
  const parameters = gridParameters.filter(
    (name, at) => at < 3 || sweep.varying.includes(name) || name === 'maxLength',
  )
  const perRun = (read: (run: RunState) => number | null | undefined) => (row: Row) =>
    mean(row.runs.flatMap((run) => read(run) ?? []))
  return [
    {
      name: 'run',
      label: 'run',
      numeric: false,
      text: (row) => nameOf(row, sweep),
      value: (row) => nameOf(row, sweep),
    },
    { name: 'state', label: 'state', numeric: false, text: stateText, value: stateText },
    number('score', metricLabel(sweep.metric), hundredths(scoreOf), (value, { kind, cell }) =>
      formatMean(value / 100, kind === 'cell' || cell.runs.length === 1 ? cell.spread : null),
    ),
    number(
      'spread',
      '±',
      hundredths((row) => (row.nested ? undefined : row.cell.spread?.value)),
      (_, { cell }) => formatSpread(cell.spread).slice(2),
    ),
    ...parameters.map((name: GridParameter) =>
      number(
        shortParameterName(name),
        shortParameterName(name),
        ({ cell }) => cell.parameters[name],
        (value) => formatParameter(name, value),
      ),
    ),
    ...reported.map((name) =>
      number(name, metricLabel(name), hundredths(metricOf(name)), (value) => value.toFixed(1)),
    ),
    number('loss', 'dev loss', metricOf('loss'), formatLoss),
    number(
      'seed',
      'seed',
      (row) => (row.kind === 'run' ? row.runs[0]?.record.seed : undefined),
      String,
    ),
    number(
      'speed',
      'ex/s',
      perRun((run) => run.record.examplesPerSecond ?? run.examplesPerSecond),
      (value) => (value < 10 ? value.toFixed(1) : String(Math.round(value))),
    ),
    number(
      'time',
      'time',
      perRun((run) => run.record.seconds),
      formatDuration,
    ),
    number(
      'memory',
      'memory',
      perRun((run) => run.record.peakMemoryMB),
      (value) => `${(value / 1024).toFixed(1)} GB`,
    ),
    number(
      'parameters',
      'weights',
      perRun((run) => run.parameters || undefined),
      (value) => `${formatCount(Math.round(value / 1e5) / 10)} M`,
    ),
  ]
}

const nameOf = ({ kind, runs, cell }: Row, sweep: SweepView): string => {
  const [run] = runs
  if (kind === 'cell') return `${cell.runs.length} seeds`
  return run ? nameOfRun(sweep.marks, run.record.id) : ''
}

/** The columns as the user put them, without those that are hidden. */
export const shownColumns = (
  columns: readonly Column[],
  order: readonly string[],
  hidden: readonly string[],
): Column[] => {
  const place = (name: string): number => {
    const at = order.indexOf(name)
    return at < 0 ? order.length + columns.findIndex((column) => column.name === name) : at
  }
  return columns
    .filter(({ name }) => name === 'run' || !hidden.includes(name))
    .sort((a, b) => place(a.name) - place(b.name))
}

export const filterableOf = (
  row: Row,
  columns: readonly Column[],
  sweep: SweepView,
): Filterable => {
  const numbers: Record<string, number | undefined> = {}
  for (const { name, numeric, value } of columns) {
    const it = numeric ? value(row) : undefined
    if (typeof it === 'number') {
      numbers[name.toLowerCase()] = it
      if (name === 'score') numbers[sweep.metric.toLowerCase()] = it
    }
  }
  const texts = row.runs.map(({ record, state }) => {
    const mark = markOfRun(sweep.marks, record.id)
    return [record.id, state, mark.name ?? '', mark.note ?? '', mark.star ? 'star' : ''].join(' ')
  })
  return { numbers, text: `${stateText(row)} ${texts.join(' ')}` }
}

/** Words that a filter may compare. */
export const filterNames = (columns: readonly Column[], sweep: SweepView): string[] => [
  ...columns.filter(({ numeric }) => numeric).map(({ name }) => name),
  sweep.metric,
]
