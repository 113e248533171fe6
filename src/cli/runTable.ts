import type { MetricName, Metrics } from '../core/metrics/metrics.ts'
import { formatDuration, formatScore, metricLabel, stateWord } from '../core/runs/describe.ts'
import { markOf, noMarks } from '../core/runs/markOf.ts'
import type { Marks } from '../core/runs/marks.ts'
import type { RunRecord } from '../core/runs/records.ts'
import type { DisplayState } from '../core/runs/runState.ts'
import type { SweepAnalysis } from '../core/stats/analysis.ts'
import { cellColumns } from './sweepAnalysis.ts'

/** A record with the state as it really is: one whose trainer is gone was interrupted. */
export interface ListedRun extends Omit<RunRecord, 'state'> {
  readonly state: DisplayState
}

/** Metrics of a run's table, in this order where it has them. */
const shownMetrics: readonly MetricName[] = [
  'entityF1',
  'entityF1Strict',
  'tokenAccuracy',
  'exactMatch',
  'accuracy',
  'f1',
  'macroF1',
  'mcc',
  'pearson',
  'spearman',
  'loss',
]

/**
 * A run's result for a terminal: one figure a line.
 * @param test its metrics on the test data, where it was scored on them
 */
export const resultTable = (record: ListedRun, dir: string, test?: Metrics): string => {
  const { config, metrics } = record
  const lines: [string, string][] = [
    ['run', record.id],
    [
      'state',
      stateWord(record.state) + (record.reason === undefined ? '' : `: ${plain(record.reason)}`),
    ],
    ...metricLines(metrics, config.selectionMetric),
  ]
  const tested = test?.[config.selectionMetric]
  if (tested !== undefined)
    lines.push([`test ${metricLabel(config.selectionMetric)}`, formatScore(tested)])
  if (record.seconds !== undefined) lines.push(['time', formatDuration(record.seconds)])
  if (record.examplesPerSecond !== undefined) {
    lines.push(['examples/s', record.examplesPerSecond.toFixed(0)])
  }
  if (record.stepMs !== undefined) lines.push(['step', `${record.stepMs.toFixed(0)} ms`])
  if (record.peakMemoryMB !== undefined) {
    lines.push(['peak memory', `${record.peakMemoryMB.toFixed(0)} MB`])
  }
  lines.push(['computed with', `${config.backend}, ${config.precision}`], ['folder', dir])
  return `${lines.map(([name, value]) => `${name.padEnd(16)} ${value}`).join('\n')}\n`
}

const metricLines = (metrics: Metrics | undefined, chosen: MetricName): [string, string][] =>
  shownMetrics
    .filter((name) => metrics?.[name] !== undefined)
    .map((name) => [
      name === chosen ? `${metricLabel(name)} *` : metricLabel(name),
      name === 'loss' ? (metrics?.loss?.toFixed(4) ?? '–') : formatScore(metrics?.[name]),
    ])

/**
 * Finished runs, best first; then the others by what score they have so far, in the order given
 * where they have none. What was stopped early is never before what is finished.
 */
export const rankRuns = <T extends Pick<ListedRun, 'metrics' | 'config' | 'state'>>(
  records: readonly T[],
): T[] => {
  const score = ({ metrics, config }: T) => metrics?.[config.selectionMetric] ?? -2
  const open = ({ state }: T) => (state === 'done' ? 0 : 1)
  return [...records].sort((a, b) => open(a) - open(b) || score(b) - score(a))
}

/** As `rankRuns`, but finished runs by their cell's rank: a cell's score is the mean over its seeds. */
export const rankByCells = <T extends Pick<ListedRun, 'metrics' | 'config' | 'state' | 'cell'>>(
  records: readonly T[],
  { cells }: SweepAnalysis,
): T[] => {
  const places = new Map(cells.map(({ cell }, at) => [cell, at]))
  const place = ({ state, cell }: T) =>
    state === 'done' ? (places.get(cell) ?? cells.length) : cells.length + 1
  return rankRuns(records).sort((a, b) => place(a) - place(b))
}

export interface TableOptions {
  readonly marks?: Marks
  /** Bytes on disk by run. */
  readonly sizes?: ReadonlyMap<string, number> | undefined
  /** Ranks cells; each one's mean and verdict stand in its first line. */
  readonly analysis?: SweepAnalysis | undefined
}

/** One line a run, best first. */
export const runsTable = (
  records: readonly ListedRun[],
  { marks = noMarks, sizes, analysis }: TableOptions = {},
): string => {
  const ranked = analysis ? rankByCells(records, analysis) : rankRuns(records)
  const said = new Set<string>()
  const columnsOf = ({ cell, state }: ListedRun): string[] => {
    if (!analysis) return []
    const known = analysis.cells.find((each) => each.cell === cell)
    if (!known || state !== 'done' || said.has(cell)) return ['', '']
    said.add(cell)
    return cellColumns(known, analysis)
  }
  const sizeOf = (id: string): string[] => {
    if (!sizes) return []
    const size = sizes.get(id)
    return [size === undefined ? '' : formatBytes(size)]
  }
  const rows = ranked.map((record) => {
    const { selectionMetric } = record.config
    const { name, note, star } = markOf(marks, record.id)
    return [
      plain(record.id),
      stateWord(record.state),
      `${metricLabel(selectionMetric)} ${formatScore(record.metrics?.[selectionMetric])}`,
      plain(name ?? record.cell),
      `seed ${record.seed}`,
      record.seconds === undefined ? '' : formatDuration(record.seconds),
      ...columnsOf(record),
      ...sizeOf(record.id),
      [star ? '★' : '', note === undefined ? '' : plain(note)].filter(Boolean).join(' '),
    ]
  })
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, at) => Math.max(cell.length, all[at] ?? 0)),
    [],
  )
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

export const formatBytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

/** In one line, and without what a terminal would obey: records may come from anywhere. */
export const plain = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')

/** What `train --json` says of a run (DESIGN §9). */
export const runResult = (record: ListedRun, dir: string, test?: Metrics) => ({
  run: record.id,
  state: record.state,
  ...(record.reason === undefined ? {} : { reason: record.reason }),
  metrics: record.metrics ?? null,
  ...(test ? { test: { run: record.id, metrics: test } } : {}),
  examplesPerSecond: record.examplesPerSecond ?? null,
  stepMs: record.stepMs ?? null,
  seconds: record.seconds ?? null,
  peakMemoryMB: record.peakMemoryMB ?? null,
  backend: record.config.backend,
  precision: record.config.precision,
  dir,
})

/** Exit code of runs that are over: 0 all done (or stopped early), 2 input, 130 stopped, else 1. */
export const exitCodeOf = (records: readonly RunRecord[]): number => {
  const open = records.filter(({ state }) => state !== 'done' && state !== 'stoppedEarly')
  if (open.length === 0) return 0
  if (open.some(({ state, inputError }) => state === 'failed' && inputError)) return 2
  // Runs that only wait were left behind: by a stop of others, or by a trainer that ended.
  const waiting = open.filter(({ state }) => state === 'queued').length
  const stopped = open.filter(({ state }) => state === 'stopped' || state === 'paused').length
  return stopped > 0 && stopped + waiting === open.length ? 130 : 1
}
