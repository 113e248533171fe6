import type { MetricName, Metrics } from '../metrics/metrics.ts'
import type { DisplayState, RunState } from './runState.ts'

/** Seconds as `42 s`, `1:10` or `1:02:03`. */
export const formatDuration = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`
}

/** An estimate is no more exact than this: `40 s`, `24 min`, `3.5 h`. */
export const roughly = (seconds: number): string => {
  if (seconds < 90) return `${Math.max(5, Math.ceil(seconds / 5) * 5)} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 360) / 10} h`
}

/** A fraction of one in hundredths with one decimal: `86.4`. */
export const formatScore = (fraction: number | null | undefined): string => {
  if (fraction === null || fraction === undefined) return '–'
  return (fraction * 100).toFixed(1)
}

/** Share of the work done as a whole number; 100 only when all is done. */
export const formatPercent = (fraction: number): string =>
  `${Math.min(fraction < 1 ? 99 : 100, Math.max(0, Math.round(fraction * 100)))} %`

/** `5e-5`, as people write learning rates. */
export const formatRate = (rate: number): string =>
  rate === 0 ? '0' : rate.toExponential(4).replace(/\.?0+e/, 'e')

/** A number with the digits that matter to a reader of a loss. */
export const formatLoss = (loss: number): string =>
  loss >= 100 ? loss.toFixed(0) : loss >= 0.1 ? loss.toFixed(3) : loss.toPrecision(2)

/** Thousands in groups: `5,000`. */
export const formatCount = (count: number): string => grouped.format(count)
// Made once: toLocaleString makes one for each call.
const grouped = new Intl.NumberFormat('en-US')

const metricNames: Partial<Record<MetricName, string>> = {
  f1: 'F1',
  macroF1: 'macro F1',
  microF1: 'micro F1',
  mcc: 'MCC',
  pearson: 'Pearson',
  spearman: 'Spearman',
  entityF1: 'entity F1',
  entityF1Strict: 'entity F1, strict',
  tokenAccuracy: 'token accuracy',
  exactMatch: 'exact match',
  ece: 'calibration error',
}
export const metricLabel = (name: MetricName): string => metricNames[name] ?? name

/** The last part of a model's id or path. */
export const modelName = (model: string): string =>
  model.split(/[/\\]/).filter(Boolean).at(-1) ?? model

const stateWords: Record<DisplayState, string> = {
  queued: 'queued',
  running: 'running',
  stopping: 'stopping',
  done: 'done',
  stopped: 'stopped',
  failed: 'failed',
  diverged: 'diverged',
  stoppedEarly: 'stopped early',
  paused: 'paused',
  interrupted: 'interrupted',
}
export const stateWord = (state: DisplayState): string => stateWords[state]

export const isActive = (state: DisplayState): boolean =>
  state === 'queued' || state === 'running' || state === 'stopping'
export const isResumable = (state: DisplayState): boolean =>
  state === 'stopped' ||
  state === 'paused' ||
  state === 'failed' ||
  state === 'diverged' ||
  state === 'interrupted'

const phaseWords: Record<string, string> = {
  data: 'reading data',
  weights: 'loading weights',
  evaluating: 'scoring the dev set',
  saving: 'saving',
}

/** What a person calls the state now: `starting`, `loading weights`, `running`, `done` … */
export const activityWord = (run: RunState): string => {
  if (run.state !== 'running') return stateWord(run.state)
  return phaseWords[run.phase] ?? (run.step === 0 ? 'starting' : 'running')
}

/** Steps done as a fraction of one. */
export const progressOf = (run: RunState): number => {
  if (run.state === 'done' || run.state === 'stoppedEarly') return 1
  return run.totalSteps > 0 ? Math.min(1, run.step / run.totalSteps) : 0
}

/** The run's present value of the metric that ranks runs. */
export const selectionScore = (run: RunState): number | null =>
  run.record.metrics?.[run.record.config.selectionMetric] ?? null

/** The metric's value at each evaluation that has one. */
export const scoreCurve = (run: RunState, metric: MetricName): { x: number; y: number }[] =>
  run.evaluations.flatMap(({ step, metrics }: { step: number; metrics: Metrics }) => {
    const value = metrics[metric]
    return typeof value === 'number' ? [{ x: step, y: value }] : []
  })

/** `lr 5e-5 · batch 32 · 3 epochs`. */
export const describeConfig = ({ record: { config } }: RunState): string =>
  `lr ${formatRate(config.learningRate)} · batch ${config.batchSize} · ${config.epochs} ${config.epochs === 1 ? 'epoch' : 'epochs'}`

/** Milliseconds of one optimizer step, measured at the end or following from the present speed. */
export const stepTime = (run: RunState): number | null => {
  if (run.record.stepMs !== undefined) return run.record.stepMs
  if (!run.examplesPerSecond) return null
  return (1000 * run.record.config.batchSize) / run.examplesPerSecond
}

/** `325 examples/s`; below ten with one decimal. */
export const formatSpeed = (examplesPerSecond: number): string =>
  `${examplesPerSecond < 10 ? examplesPerSecond.toFixed(1) : Math.round(examplesPerSecond)} examples/s`
