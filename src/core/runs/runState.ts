import type { Metrics } from '../metrics/metrics.ts'
import type { RunEvent } from './events.ts'
import type { RecordedState, RunRecord } from './records.ts'

/** `interrupted`: the record says running, but its trainer is gone. `stopping`: asked, not yet over. */
export type DisplayState = RecordedState | 'interrupted' | 'stopping'

/** Curves as parallel arrays, so that thousands of points stay cheap to keep, send and draw. */
export interface Curves {
  readonly step: number[]
  readonly loss: number[]
  readonly learningRate: number[]
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
  curves: Curves
  evaluations: Evaluation[]
  /** Over the last steps, training only. */
  examplesPerSecond: number | null
  secondsLeft: number | null
  log: string[]
}

export const emptyRunState = (record: RunRecord): RunState => ({
  record,
  state: record.state,
  phase: '',
  lastSeq: 0,
  step: 0,
  totalSteps: 0,
  epoch: 0,
  trainExamples: 0,
  devExamples: 0,
  curves: { step: [], loss: [], learningRate: [] },
  evaluations: [],
  examplesPerSecond: null,
  secondsLeft: null,
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
  switch (event.type) {
    case 'started':
      run.state = run.state === 'stopping' ? 'stopping' : 'running'
      run.totalSteps = event.totalSteps
      run.trainExamples = event.trainExamples
      run.devExamples = event.devExamples
      run.record.started ??= event.time
      run.step = event.resumedFrom
      dropAfter(run, event.resumedFrom)
      return
    case 'step':
      applyStep(run, event)
      return
    case 'evaluation':
      run.evaluations.push({ step: event.step, epoch: event.epoch, metrics: event.metrics })
      run.record.metrics = event.metrics
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
  const speed = (1000 * event.examples) / Math.max(event.stepMs, 1e-3)
  run.examplesPerSecond =
    run.examplesPerSecond === null
      ? speed
      : run.examplesPerSecond * (1 - speedWeight) + speed * speedWeight
  const examplesLeft = (run.totalSteps - event.step) * run.record.config.batchSize
  run.secondsLeft = examplesLeft / run.examplesPerSecond
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
  if (event.peakMemoryMB !== undefined) run.record.peakMemoryMB = event.peakMemoryMB
  if (event.examplesPerSecond !== undefined) {
    run.record.examplesPerSecond = event.examplesPerSecond
    run.examplesPerSecond = event.examplesPerSecond
  }
}

/** A resumed attempt repeats what came after its checkpoint: drop those points. */
const dropAfter = (run: RunState, step: number): void => {
  const keep = run.curves.step.findIndex((at) => at > step)
  if (keep >= 0) {
    run.curves.step.length = keep
    run.curves.loss.length = keep
    run.curves.learningRate.length = keep
  }
  run.evaluations = run.evaluations.filter((evaluation) => evaluation.step <= step)
}
