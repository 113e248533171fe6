import type { RunEvent } from './events.ts'

/** Steps of one padded length: how many, and how long one takes, the first left out (it prepares). */
export interface LengthPace {
  steps: number
  /** At load 1; null while there was only the first. */
  stepMs: number | null
  firstMs: number
}

/** How a run's time is spent, folded from its events; plain data, since it crosses to the webview. */
export interface Pace {
  /** Training examples by padded length; empty in runs of older versions. */
  examplesByLength: Readonly<Record<string, number>>
  stepsPerEpoch: number
  resumedFrom: number
  byLength: Record<string, LengthPace>
  /**
   * What else the machine has to do: how many times longer all steps take now than at first. Apart
   * from the lengths' own times, since a rare length shows a change too late.
   */
  load: number
  /** Milliseconds from the beginning to the first step, of scoring dev once, of saving at the end. */
  startMs: number | null
  evaluationMs: number | null
  savingMs: number | null
  /** When the phase now going on began, and which it is; ms since 1970. */
  phase: string
  phaseSince: number
}

export const emptyPace = (): Pace => ({
  examplesByLength: {},
  stepsPerEpoch: 0,
  resumedFrom: 0,
  byLength: {},
  load: 1,
  startMs: null,
  evaluationMs: null,
  savingMs: null,
  phase: '',
  phaseSince: 0,
})

/** Steps over which the load is averaged. */
const loadSteps = 50
/** One step that hangs is not a load. */
const mostRatio = 4

export const applyToPace = (pace: Pace, event: RunEvent): void => {
  switch (event.type) {
    case 'started':
      pace.examplesByLength = event.examplesByLength ?? {}
      pace.stepsPerEpoch = event.stepsPerEpoch
      pace.resumedFrom = event.resumedFrom
      pace.byLength = {}
      pace.load = 1
      return
    case 'step':
      if (event.length !== undefined) addStep(pace, event.length, event.stepMs)
      return
    case 'phase':
      enterPhase(pace, event.phase, event.time)
      return
    case 'finished':
      enterPhase(pace, '', event.time)
      return
    default:
  }
}

const addStep = (pace: Pace, length: number, stepMs: number): void => {
  const known = pace.byLength[length]
  if (known === undefined) {
    pace.byLength[length] = { steps: 1, stepMs: null, firstMs: stepMs }
    return
  }
  if (known.stepMs === null) known.stepMs = stepMs / pace.load
  else {
    const ratio = Math.min(mostRatio, stepMs / Math.max(known.stepMs, 1e-3))
    pace.load += (ratio - pace.load) / loadSteps
    known.stepMs += (stepMs / pace.load - known.stepMs) / known.steps
  }
  known.steps++
}

/** Scoring dev lasts until training goes on or the model is saved: with the checkpoint it leaves. */
const enterPhase = (pace: Pace, phase: string, time: number): void => {
  const lasted = Math.max(0, time - pace.phaseSince)
  if (pace.phase === 'evaluating' && phase !== '') pace.evaluationMs = lasted
  if (pace.phase === 'saving') pace.savingMs = lasted
  // Data and weights are two phases of the beginning.
  if (phase === 'training' && pace.phase === 'weights') pace.startMs = lasted
  const begins = pace.phase === 'data' && phase === 'weights'
  pace.phase = phase
  if (!begins) pace.phaseSince = time
}
