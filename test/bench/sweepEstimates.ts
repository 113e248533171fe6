import { EventLogReader } from '../../src/core/runs/eventLog.ts'
import type { RunEvent } from '../../src/core/runs/events.ts'
import { applyEvent, emptyRunState } from '../../src/core/runs/runState.ts'
import { layout } from '../../src/core/runs/store.ts'
import { runsOfSweep } from '../../src/core/runs/sweepEnd.ts'
import { summarize } from '../../src/core/runs/sweepSummary.ts'

/** At the very end what is left is less than what a second's doubt makes of it. */
const [from, to] = [0.1, 0.95]

/**
 * How far the time left that a sweep showed was off, at each step from its first tenth on, as a share
 * of what was left: its events are gone through again, as the editor did while they came.
 */
export const estimateErrors = (sweepDir: string): number[] => {
  const runs = runsOfSweep(sweepDir).map(({ dir, record }) => ({
    state: emptyRunState({ ...record, state: 'queued' }),
    events: new EventLogReader(layout.events(dir, record.attempt)).read(),
  }))
  const all = runs
    .flatMap(({ state, events }) => events.map((event: RunEvent) => ({ state, event })))
    .sort((a, b) => a.event.time - b.event.time)
  const began = all[0]?.event.time ?? 0
  const end = all.at(-1)?.event.time ?? 0
  const errors: number[] = []
  for (const { state, event } of all) {
    applyEvent(state, event)
    const share = (event.time - began) / (end - began)
    if (event.type !== 'step' || share < from || share > to) continue
    const { secondsLeft } = summarize(runs.map((run) => run.state))
    if (secondsLeft !== null) errors.push((1000 * secondsLeft) / (end - event.time) - 1)
  }
  return errors
}
