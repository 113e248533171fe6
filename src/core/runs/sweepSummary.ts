import { formatDuration, isActive, isResumable, progressOf, stateWord } from './describe.ts'
import type { DisplayState, RunState } from './runState.ts'

/** A sweep in one glance: header of the dashboard, side panel and status bar agree through it. */
export interface SweepSummary {
  readonly state: DisplayState
  /** Fraction of one, over all runs. */
  readonly progress: number
  readonly finished: number
  readonly total: number
  readonly secondsLeft: number | null
  readonly active: boolean
  readonly resumable: boolean
}

/** The first of these that any run is in is the sweep's state. */
const order: readonly DisplayState[] = [
  'stopping',
  'running',
  'queued',
  'interrupted',
  'failed',
  'diverged',
  'stopped',
  'done',
]

export const summarize = (runs: readonly RunState[]): SweepSummary => {
  const states = new Set(runs.map((run) => run.state))
  const examples = Math.max(1, ...runs.map((run) => run.trainExamples))
  // A run that has not begun does not know its data yet; its sweep's others do.
  const work = runs.map((run) => (run.trainExamples || examples) * run.record.config.epochs)
  const all = work.reduce((sum, each) => sum + each, 0)
  const progress = all
    ? runs.reduce((sum, run, at) => sum + (work[at] ?? 0) * progressOf(run), 0) / all
    : 0
  return {
    state: order.find((state) => states.has(state)) ?? 'queued',
    progress,
    finished: runs.filter((run) => run.state === 'done').length,
    total: runs.length,
    secondsLeft: secondsLeft(runs),
    active: runs.some((run) => isActive(run.state)),
    resumable: runs.some((run) => isResumable(run.state)) && !runs.some((r) => isActive(r.state)),
  }
}

/** Seconds until the last queued run is over, at the running one's speed; null while unknown. */
const secondsLeft = (runs: readonly RunState[]): number | null => {
  const running = runs.find((run) => run.state === 'running' && run.secondsLeft !== null)
  if (!running?.examplesPerSecond) return null
  const queued = runs
    .filter((run) => run.state === 'queued')
    .reduce((sum, run) => sum + running.trainExamples * run.record.config.epochs, 0)
  return (running.secondsLeft ?? 0) + queued / running.examplesPerSecond
}

/** `11 of 18 runs · 1:10 left`, or the state alone. */
export const describeSummary = (summary: SweepSummary): string => {
  const parts = [stateWord(summary.state)]
  if (summary.total > 1) parts.push(`${summary.finished} of ${summary.total} runs done`)
  if (summary.secondsLeft !== null) parts.push(`${formatDuration(summary.secondsLeft)} left`)
  return parts.join(' · ')
}
