import { formatDuration, isActive, isResumable, progressOf, stateWord } from './describe.ts'
import { estimateQueued } from './queueEstimate.ts'
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
  'paused',
  'failed',
  'diverged',
  'stopped',
  'done',
  'stoppedEarly',
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

/**
 * Seconds until the last queued run is over; null while unknown. Runs that go on at the same time
 * share the queue among them.
 */
const secondsLeft = (runs: readonly RunState[]): number | null => {
  const running = runs.filter(({ state }) => state === 'running' || state === 'stopping')
  const paced = running.filter((run) => run.secondsLeft !== null)
  if (paced.length === 0) return null
  const queued = runs.filter(({ state }) => state === 'queued')
  const waiting = estimateQueued(queued, runs) ?? queuedAtSpeed(queued, paced[0])
  if (waiting === null) return null
  const left = paced.map((run) => run.secondsLeft ?? 0)
  const together = left.reduce((sum, each) => sum + each, waiting) / paced.length
  return Math.max(together, ...left)
}

/** At the speed of a run that goes on: for runs that do not say how long their examples are. */
const queuedAtSpeed = (queued: readonly RunState[], run: RunState | undefined): number | null => {
  if (!run?.examplesPerSecond) return null
  const examples = queued.reduce(
    (sum, { record }) => sum + run.trainExamples * record.config.epochs,
    0,
  )
  return examples / run.examplesPerSecond
}

/** `11 of 18 runs · 1:10 left`, or the state alone. */
export const describeSummary = (summary: SweepSummary): string => {
  const parts = [stateWord(summary.state)]
  if (summary.total > 1) parts.push(`${summary.finished} of ${summary.total} runs done`)
  if (summary.secondsLeft !== null) parts.push(`${formatDuration(summary.secondsLeft)} left`)
  return parts.join(' · ')
}
