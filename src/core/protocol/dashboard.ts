import { type Static, Type } from 'typebox'
import type { RunEvent } from '../runs/events.ts'
import type { SweepRecord } from '../runs/records.ts'
import type { DisplayState, RunState } from '../runs/runState.ts'

/** One sweep as the dashboard shows it. */
export interface SweepState {
  readonly sweep: SweepRecord
  readonly runs: RunState[]
}

/** What changed; a delta carries many, in order. */
export type DashboardChange =
  | { readonly type: 'event'; readonly run: string; readonly event: RunEvent }
  | { readonly type: 'state'; readonly run: string; readonly state: DisplayState }
  /** A run that is new, or whose history was replaced (a new attempt). */
  | { readonly type: 'run'; readonly run: RunState }

/**
 * Host → webview. One snapshot when the webview is ready, then deltas; `seq` counts both from the
 * snapshot's, and whoever misses one asks for a new snapshot.
 */
export type DashboardMessage =
  | {
      readonly type: 'snapshot'
      readonly seq: number
      readonly state: SweepState
      readonly trusted: boolean
    }
  | { readonly type: 'delta'; readonly seq: number; readonly changes: readonly DashboardChange[] }
  /** There is nothing to show (deleted, unreadable): one sentence. */
  | { readonly type: 'missing'; readonly reason: string }

/** Webview → host. */
export const DashboardRequestSchema = Type.Union([
  Type.Object({ type: Type.Literal('ready') }),
  Type.Object({ type: Type.Literal('resync'), lastSeq: Type.Integer() }),
  Type.Object({ type: Type.Literal('stop'), run: Type.Optional(Type.String()) }),
  Type.Object({ type: Type.Literal('resume'), run: Type.Optional(Type.String()) }),
  Type.Object({ type: Type.Literal('showLog') }),
  Type.Object({ type: Type.Literal('startNew') }),
])
export type DashboardRequest = Static<typeof DashboardRequestSchema>
