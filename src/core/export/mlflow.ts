import type { RecordedState, RunRecord } from '../runs/records.ts'
import type { Scalar } from './tensorboard.ts'

/** What an MLflow server keeps by name. */
export interface MlflowText {
  readonly key: string
  readonly value: string
}

/** One number at one step; `timestamp` in ms since 1970. */
export interface MlflowMetric {
  readonly key: string
  readonly value: number
  readonly timestamp: number
  readonly step: number
}

export type MlflowStatus = 'SCHEDULED' | 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED'

/** A run as MLflow has it. */
export interface MlflowRun {
  readonly name: string
  readonly startTime: number
  readonly endTime: number | undefined
  readonly status: MlflowStatus
  readonly params: readonly MlflowText[]
  readonly tags: readonly MlflowText[]
  readonly metrics: readonly MlflowMetric[]
}

/** The run that an MLflow run is of. */
export const runTag = 'headway.run'

const statuses: Readonly<Record<RecordedState, MlflowStatus>> = {
  queued: 'SCHEDULED',
  running: 'RUNNING',
  done: 'FINISHED',
  stoppedEarly: 'FINISHED',
  failed: 'FAILED',
  diverged: 'FAILED',
  stopped: 'KILLED',
  paused: 'KILLED',
}

const costs = ['seconds', 'stepMs', 'examplesPerSecond', 'peakMemoryMB'] as const

/** @param scalars the run's curves; `dev/…` and `train/…` become metrics of these names */
export const mlflowRun = (record: RunRecord, scalars: readonly Scalar[]): MlflowRun => {
  const { config, id, sweep, cell, seed, state, labels } = record
  const last = scalars.at(-1)
  const end = { timestamp: record.ended ?? last?.time ?? record.created, step: last?.step ?? 0 }
  const curves = scalars.map(({ tag, value, time, step }) => ({
    ...{ key: tag, value, timestamp: Math.round(time), step },
  }))
  const cost = costs.flatMap((key) => {
    const value = record[key]
    return value === undefined ? [] : [{ key, value, ...end }]
  })
  return {
    name: `${sweep} ${cell} seed ${seed}`,
    startTime: record.started ?? record.created,
    endTime: record.ended,
    status: statuses[state],
    params: params(config),
    tags: [
      { key: runTag, value: id },
      { key: 'headway.sweep', value: sweep },
      { key: 'headway.cell', value: cell },
      { key: 'headway.state', value: state },
      ...(labels.length > 0 ? [{ key: 'headway.labels', value: short(labels.join(', ')) }] : []),
      { key: 'mlflow.source.name', value: 'headway' },
    ],
    metrics: [...curves, ...cost].filter(({ value }) => Number.isFinite(value)),
  }
}

/** Nested keys with dots. */
const params = (value: object, prefix = ''): MlflowText[] =>
  Object.entries(value).flatMap(([name, each]: [string, unknown]) => {
    const key = prefix + name
    if (each === undefined || each === null) return []
    if (typeof each === 'object' && !Array.isArray(each)) return params(each, `${key}.`)
    return [{ key, value: short(Array.isArray(each) ? each.join(', ') : String(each)) }]
  })

/** Characters of a parameter's value that servers since 1.28 take. */
const longestValue = 500

const short = (text: string): string =>
  text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text

/** Items that the server takes at a time (`runs/log-batch`). */
const mostMetrics = 1000

export const metricBatches = (metrics: readonly MlflowMetric[]): MlflowMetric[][] => {
  const batches: MlflowMetric[][] = []
  for (let at = 0; at < metrics.length; at += mostMetrics) {
    batches.push(metrics.slice(at, at + mostMetrics))
  }
  return batches
}
