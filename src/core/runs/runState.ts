import type { Metrics } from '../metrics/metrics.ts'
import { estimateRest } from './estimates.ts'
import type { RunEvent } from './events.ts'
import { applyToPace, emptyPace, type Pace } from './pace.ts'
import type { RecordedState, RunRecord } from './records.ts'

/** `interrupted`: the record says running, but its trainer is gone. `stopping`: asked, not yet over. */
export type DisplayState = RecordedState | 'interrupted' | 'stopping'

/** Curves as parallel arrays, so that thousands of points stay cheap to keep, send and draw. */
export interface Curves {
  readonly step: number[]
  readonly loss: number[]
  readonly learningRate: number[]
  /** Time that the steps up to and with this one took, in seconds: pauses and scoring left out. */
  readonly seconds: number[]
  /** Where points were left out (thinCurves.ts): mean loss since the point before. */
  readonly mean?: number[]
}

export interface Evaluation {
  readonly step: number
  readonly epoch: number
  readonly metrics: Metrics
}

/** All that screens and terminal show of a run: its record, with its events folded in. */
export interface RunState {
  record: RunRecord
  state: DisplayState
  phase: string
  lastSeq: number
  step: number
  totalSteps: number
  epoch: number
  trainExamples: number
  devExamples: number
  /** Numbers that are trained; 0 while unknown. */
  parameters: number
  curves: Curves
  evaluations: Evaluation[]
  /** Over the last steps, training only. */
  examplesPerSecond: number | null
  secondsLeft: number | null
  /** How its time is spent: what `secondsLeft` follows from. */
  pace: Pace
  log: string[]
}

/** @param record copied: events are folded into the copy, and the caller's says what the disk says */
export const emptyRunState = (record: RunRecord): RunState => ({
  record: { ...record },
  state: record.state,
  phase: '',
  lastSeq: 0,
  step: 0,
  totalSteps: 0,
  epoch: 0,
  trainExamples: 0,
  devExamples: 0,
  parameters: 0,
  curves: { step: [], loss: [], learningRate: [], seconds: [] },
  evaluations: [],
  examplesPerSecond: null,
  secondsLeft: null,
  pace: emptyPace(),
  log: [],
})

const logLimit = 200
/** Weight of the newest step in the moving averages of speed. */
const speedWeight = 0.1

/**
 * Folds one event into a run's state, in place. Host, webview and terminal all use this one
 * function, so that they cannot disagree. Events that were seen before are ignored.
 */
export const applyEvent = (run: RunState, event: RunEvent): void => {
  if (event.seq <= run.lastSeq) return
  run.lastSeq = event.seq
  applyToPace(run.pace, event)
  switch (event.type) {
    case 'started':
      run.state = run.state === 'stopping' ? 'stopping' : 'running'
      run.totalSteps = event.totalSteps
      run.trainExamples = event.trainExamples
      run.devExamples = event.devExamples
      run.parameters = event.parameters
      run.record.started ??= event.time
      if (event.environment) run.record.environment = event.environment
      run.step = event.resumedFrom
      dropAfter(run, event.resumedFrom)
      return
    case 'step':
      applyStep(run, event)
      return
    case 'evaluation':
      run.evaluations.push({ step: event.step, epoch: event.epoch, metrics: event.metrics })
      run.record.metrics = event.metrics
      applyMemory(run, event)
      return
    case 'phase':
      run.phase = event.phase
      return
    case 'log':
      run.log.push(event.message)
      if (run.log.length > logLimit) run.log.shift()
      return
    case 'checkpoint':
      return
    case 'finished':
      applyFinish(run, event)
      return
    default:
      event satisfies never
  }
}

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>

const applyStep = (run: RunState, event: EventOf<'step'>): void => {
  run.phase = 'training'
  run.step = event.step
  run.epoch = event.epoch
  run.curves.step.push(event.step)
  run.curves.loss.push(event.loss)
  run.curves.learningRate.push(event.learningRate)
  run.curves.seconds.push((run.curves.seconds.at(-1) ?? 0) + event.stepMs / 1000)
  const speed = (1000 * event.examples) / Math.max(event.stepMs, 1e-3)
  run.examplesPerSecond =
    run.examplesPerSecond === null
      ? speed
      : run.examplesPerSecond * (1 - speedWeight) + speed * speedWeight
  run.secondsLeft = secondsLeft(run, event.stepMs, run.examplesPerSecond)
}

/** Estimates of a run; in between, time passes. */
const estimatesPerRun = 100

const secondsLeft = (run: RunState, stepMs: number, examplesPerSecond: number): number => {
  const { batchSize, epochs } = run.record.config
  const often = Math.max(1, Math.floor(run.totalSteps / estimatesPerRun))
  if (run.secondsLeft !== null && run.step % often !== 0 && run.step < run.totalSteps) {
    return Math.max(0, run.secondsLeft - stepMs / 1000)
  }
  const { step, trainExamples, devExamples, pace } = run
  const estimate = estimateRest({ batchSize, epochs, step, trainExamples, devExamples, pace })
  // Runs of older versions do not say how long their examples are.
  return estimate ?? ((run.totalSteps - step) * batchSize) / examplesPerSecond
}

const applyFinish = (run: RunState, event: EventOf<'finished'>): void => {
  run.state = event.state
  run.record.state = event.state
  run.record.ended = event.time
  run.record.seconds = event.seconds
  run.secondsLeft = null
  run.phase = ''
  if (event.metrics) run.record.metrics = event.metrics
  if (event.reason !== undefined) run.record.reason = event.reason
  if (event.stepMs !== undefined) run.record.stepMs = event.stepMs
  applyMemory(run, event)
  if (event.environment) run.record.environment = event.environment
  if (event.examplesPerSecond !== undefined) {
    run.record.examplesPerSecond = event.examplesPerSecond
    run.examplesPerSecond = event.examplesPerSecond
  }
}

const applyMemory = (
  { record }: RunState,
  { peakMemoryMB, tensors }: { readonly peakMemoryMB?: number; readonly tensors?: number },
): void => {
  if (peakMemoryMB !== undefined) record.peakMemoryMB = peakMemoryMB
  if (tensors !== undefined) record.tensors = tensors
}

/** A resumed attempt repeats what came after its checkpoint: drop those points. */
const dropAfter = (run: RunState, step: number): void => {
  const keep = run.curves.step.findIndex((at) => at > step)
  if (keep >= 0) {
    run.curves.step.length = keep
    run.curves.loss.length = keep
    run.curves.learningRate.length = keep
    run.curves.seconds.length = keep
    const { mean } = run.curves
    if (mean && mean.length > keep) mean.length = keep
  }
  run.evaluations = run.evaluations.filter((evaluation) => evaluation.step <= step)
}
