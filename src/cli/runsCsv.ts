import type { MetricName } from '../core/metrics/metrics.ts'
import { markOf } from '../core/runs/markOf.ts'
import type { ListedSweep } from './commands/runs.ts'

const settings = [
  'learningRate',
  'batchSize',
  'epochs',
  'maxLength',
  'weightDecay',
  'warmup',
  'dropout',
  'precision',
  'backend',
  'selectionMetric',
] as const

/**
 * One row a run, ranked within its sweep (RFC 4180); metrics in columns of their own. `sweepBytes`
 * is the whole sweep's, the same in all of its rows.
 */
export const runsCsv = (sweeps: readonly ListedSweep[]): string => {
  const metrics = [
    ...new Set(sweeps.flatMap(({ runs }) => runs.flatMap((run) => Object.keys(run.metrics ?? {})))),
  ].filter((name): name is MetricName => name !== 'byLabel')
  const header = ['sweep', 'run', 'cell', 'seed', 'state', ...metrics, ...settings]
  const withSizes = sweeps.some(({ sizes }) => sizes !== undefined)
  const rows = sweeps.flatMap(({ record, marks, runs, sizes }) =>
    runs.map((run) => [
      record.id,
      run.id,
      run.cell,
      run.seed,
      run.state,
      ...metrics.map((name) => run.metrics?.[name]),
      ...settings.map((name) => run.config[name]),
      run.seconds,
      run.stepMs,
      run.peakMemoryMB,
      ...(['name', 'note', 'star'] as const).map((name) => markOf(marks, run.id)[name]),
      ...(withSizes ? [sizes?.byRun.get(run.id), sizes?.total] : []),
    ]),
  )
  const last = ['seconds', 'stepMs', 'peakMemoryMB', 'name', 'note', 'star']
  const all = [[...header, ...last, ...(withSizes ? ['bytes', 'sweepBytes'] : [])], ...rows]
  return all.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

/** A leading = or @ would be a formula to a spreadsheet. */
const csvCell = (value: string | number | boolean | null | undefined): string => {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  const text = /^[=+@\t-]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
