import fs from 'node:fs'
import path from 'node:path'
import { EventLogReader } from '../core/runs/eventLog.ts'
import type { RunEvent } from '../core/runs/events.ts'
import { highestAttempt, layout } from '../core/runs/store.ts'

type Finished = Extract<RunEvent, { type: 'finished' }>

/** How an attempt ended, or undefined: it was interrupted. */
export const endOfAttempt = (runDir: string, attempt: number): Finished | undefined => {
  const last = new EventLogReader(layout.events(runDir, attempt)).read().at(-1)
  return last?.type === 'finished' ? last : undefined
}

/**
 * The checkpoint that a new attempt goes on from: the newest complete one (its state.json is written
 * last). An attempt that came to its end, good (`done`) or bad (`diverged`), is not gone on from,
 * nor is any before it: training again means from the beginning.
 */
export const checkpointToResume = (runDir: string, before: number): string | undefined => {
  for (let attempt = Math.min(before - 1, highestAttempt(runDir)); attempt > 0; attempt--) {
    const end = endOfAttempt(runDir, attempt)?.state
    if (end === 'done' || end === 'diverged') return undefined
    const checkpoint = layout.checkpoint(runDir, attempt)
    if (fs.existsSync(path.join(checkpoint, 'state.json'))) return checkpoint
  }
  return undefined
}
