import { EventLogReader } from './eventLog.ts'
import type { RunEvent } from './events.ts'
import type { RunRecord } from './records.ts'
import { applyEvent, emptyRunState, type RunState } from './runState.ts'
import { highestAttempt, layout } from './store.ts'

/**
 * A run with all its events: those of its newest attempt, and before them what earlier ones had done
 * up to where it goes on from.
 */
export const readHistory = (runDir: string, record: RunRecord): RunState => {
  const state = emptyRunState(structuredClone(record))
  for (const events of attemptsThatCount(runDir)) {
    state.lastSeq = 0
    for (const event of events) if (event.type !== 'finished') applyEvent(state, event)
  }
  return state
}

/** Oldest first. */
const attemptsThatCount = (runDir: string): RunEvent[][] => {
  const chain: RunEvent[][] = []
  for (let attempt = highestAttempt(runDir); attempt > 0; attempt--) {
    const events = new EventLogReader(layout.events(runDir, attempt)).read()
    chain.unshift(events)
    const started = events.find((event) => event.type === 'started')
    // Until an attempt has started, the one before it is what there is.
    if (started !== undefined && started.resumedFrom === 0) break
  }
  return chain
}
