import fs from 'node:fs'
import { isActive } from '../../core/runs/describe.ts'
import { EventLogReader } from '../../core/runs/eventLog.ts'
import type { RunEvent } from '../../core/runs/events.ts'
import {
  applyEvent,
  type DisplayState,
  emptyRunState,
  type RunState,
} from '../../core/runs/runState.ts'
import { highestAttempt, layout, readRun } from '../../core/runs/store.ts'

/** What looking at a run's files brought to light. */
export type Finding =
  | { readonly type: 'replaced' }
  | { readonly type: 'events'; readonly events: RunEvent[] }
  | { readonly type: 'state' }

/** Whether somebody works on a run; `waiting`: in the queue of a trainer that has not begun with it. */
export type Work = 'working' | 'waiting' | 'none'

/**
 * One run, read from its folder: `run.json`, and the events of the attempts that count. Events are
 * only read of runs that work or that somebody looks at: a workspace may hold hundreds of runs.
 */
export class FollowedRun {
  state: RunState
  historyLoaded = false
  asked: 'stop' | 'pause' | undefined
  private attempt = 0
  private reader: EventLogReader | undefined
  private recordTime = 0

  constructor(readonly dir: string) {
    this.recordTime = modified(layout.runRecord(dir))
    this.state = emptyRunState(readRun(dir))
    this.attempt = this.newestAttempt()
    if (isActive(this.state.state)) this.loadHistory()
  }

  /** Reads all events of the attempts that count. Idempotent. */
  loadHistory(): void {
    if (this.historyLoaded) return
    this.historyLoaded = true
    this.reader = new EventLogReader(layout.events(this.dir, this.attempt))
    const newest = this.reader.read()
    for (const earlier of this.earlierAttempts(newest)) {
      for (const event of earlier) if (event.type !== 'finished') applyEvent(this.state, event)
      this.state.lastSeq = 0
      // Its speed says nothing of the attempt that is about to begin.
      this.state.secondsLeft = null
      this.state.examplesPerSecond = null
    }
    // Put back in line: its newest attempt's end is none of the run's any more.
    const { state, attempt } = this.state.record
    const waitsAgain = state === 'queued' && attempt === this.attempt
    for (const event of newest) {
      if (!waitsAgain || event.type !== 'finished') applyEvent(this.state, event)
    }
    if (!waitsAgain) return
    this.state.state = 'queued'
    this.state.secondsLeft = null
  }

  /** Takes what changed on disk since the last look. */
  look(): Finding[] {
    const time = modified(layout.runRecord(this.dir))
    const changed = time !== this.recordTime
    if (changed) {
      this.recordTime = time
      if (highestAttempt(this.dir) !== this.attempt) return this.replace()
    }
    const findings: Finding[] = []
    const events = this.reader ? this.applyAll(this.reader.read()) : []
    if (events.length) findings.push({ type: 'events', events })
    if (changed && this.takeRecord()) findings.push({ type: 'state' })
    return findings
  }

  /** An event that came over the socket. A gap, or a new attempt, is filled from the file first. */
  receive(attempt: number, event: RunEvent): Finding[] {
    if (attempt < this.attempt) return []
    if (attempt > this.attempt) return this.replace()
    if (!this.historyLoaded) this.loadHistory()
    const events =
      event.seq > this.state.lastSeq + 1 && this.reader ? this.applyAll(this.reader.read()) : []
    events.push(...this.applyAll([event]))
    return events.length ? [{ type: 'events', events }] : []
  }

  /** Whether a trainer that could work on it lives decides between running and interrupted. */
  judge(work: Work): Finding[] {
    const { state, record } = this.state
    if (work === 'none') return isActive(state) ? this.become('interrupted') : []
    if (!isActive(record.state)) return []
    // Begun by a trainer that died, and in line again.
    const isLeft = record.state === 'running' && work === 'waiting'
    if (state === 'interrupted' || (state === 'running' && isLeft)) {
      return this.become(isLeft ? 'queued' : record.state)
    }
    return []
  }

  /** What somebody in this window wants of it: its trainer may die before it can do so. */
  ask(how: 'stop' | 'pause'): Finding[] {
    this.asked = how
    return this.become('stopping')
  }

  become(state: DisplayState): Finding[] {
    if (this.state.state === state) return []
    this.state.state = state
    return [{ type: 'state' }]
  }

  private replace(): Finding[] {
    this.state = emptyRunState(readRun(this.dir))
    this.attempt = this.newestAttempt()
    this.asked = undefined
    this.historyLoaded = false
    this.loadHistory()
    return [{ type: 'replaced' }]
  }

  /** The record's own state wins only where the events do not say that the run is over. */
  private takeRecord(): boolean {
    const record = readRun(this.dir)
    const before = this.state.state
    this.state.record = { ...this.state.record, ...record }
    const over = !isActive(record.state)
    if (over) this.asked = undefined
    if (over || before === 'interrupted' || !isActive(before)) this.state.state = record.state
    return this.state.state !== before
  }

  private applyAll(events: readonly RunEvent[]): RunEvent[] {
    return events.filter((event) => {
      const isNew = event.seq > this.state.lastSeq
      applyEvent(this.state, event)
      return isNew
    })
  }

  /** Of a run that is over its record says it, without a look into its folder. */
  private newestAttempt(): number {
    const { state, attempt } = this.state.record
    return isActive(state) ? highestAttempt(this.dir) : attempt
  }

  /** A resumed attempt goes on from an earlier one's points (oldest first). */
  private earlierAttempts(newest: readonly RunEvent[]): RunEvent[][] {
    const chain: RunEvent[][] = []
    let events = newest
    for (let attempt = this.attempt - 1; attempt > 0 && goesOn(events); attempt--) {
      events = new EventLogReader(layout.events(this.dir, attempt)).read()
      chain.unshift([...events])
    }
    return chain
  }
}

/** Until an attempt has started, the one before it is what there is to see. */
const goesOn = (events: readonly RunEvent[]): boolean => {
  const started = events.find((event) => event.type === 'started')
  return started === undefined || started.resumedFrom > 0
}

const modified = (file: string): number => {
  try {
    return fs.statSync(file).mtimeMs
  } catch {
    return 0
  }
}
