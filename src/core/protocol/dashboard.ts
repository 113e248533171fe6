import { type Static, Type } from 'typebox'
import type { Comparison } from '../compare/comparison.ts'
import type { RunEvent } from '../runs/events.ts'
import type { Marks } from '../runs/marks.ts'
import type { SweepRecord } from '../runs/records.ts'
import type { Curves, DisplayState, RunState } from '../runs/runState.ts'
import type { SweepAnalysis } from '../stats/analysis.ts'

/** One sweep as the dashboard shows it. */
export interface SweepState {
  readonly sweep: SweepRecord
  readonly runs: RunState[]
  marks: Marks
}

/** What changed; a delta carries many, in order. */
export type DashboardChange =
  | { readonly type: 'event'; readonly run: string; readonly event: RunEvent }
  | { readonly type: 'state'; readonly run: string; readonly state: DisplayState }
  /** A run that is new, or whose history was read or replaced (a new attempt). */
  | { readonly type: 'run'; readonly run: RunState }
  | { readonly type: 'marks'; readonly marks: Marks }

/** A stretch of some runs' curves, as fine as a screen can show it. */
export interface CurveDetail {
  /** Steps, both included. */
  readonly from: number
  readonly to: number
  readonly runs: readonly { readonly run: string; readonly curves: Curves }[]
}

/**
 * Host → webview. One snapshot when the webview is ready, or before, to be there when it is; then
 * deltas. `seq` counts both from the snapshot's, and whoever misses one asks for a new snapshot.
 * Curves are thinned (thinCurves.ts); the rest answers a request, or is worked out aside, and
 * replaces what came before of its type.
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
  /** The runs, judged by their predictions. */
  | { readonly type: 'analysis'; readonly analysis: SweepAnalysis }
  /** They could not be judged: one sentence. */
  | { readonly type: 'unjudged'; readonly reason: string }
  | { readonly type: 'curves'; readonly detail: CurveDetail }
  | { readonly type: 'comparison'; readonly comparison: Comparison }
  /** Somebody asked elsewhere to compare these runs. */
  | { readonly type: 'showCompare'; readonly runs: readonly string[] }
  /** Somebody asked elsewhere for the runs that this filter lets through. */
  | { readonly type: 'showQuery'; readonly query: string }

/** Most bytes of a picture or a table that a webview may hand over to be saved. */
export const longestExport = 32 << 20

const runId = () => Type.String({ minLength: 1, maxLength: 200 })

/** Webview → host. */
export const DashboardRequestSchema = Type.Union([
  Type.Object({ type: Type.Literal('ready') }),
  Type.Object({ type: Type.Literal('resync'), lastSeq: Type.Integer() }),
  Type.Object({ type: Type.Literal('stop'), run: Type.Optional(Type.String()) }),
  Type.Object({ type: Type.Literal('resume'), run: Type.Optional(Type.String()) }),
  Type.Object({ type: Type.Literal('pause') }),
  /** That many more seeds of these cells; none named: of all. */
  Type.Object({
    type: Type.Literal('addSeeds'),
    cells: Type.Array(Type.String(), { maxItems: 10_000 }),
    count: Type.Integer({ minimum: 0, maximum: 100 }),
  }),
  Type.Object({ type: Type.Literal('export') }),
  Type.Object({ type: Type.Literal('annotateWith'), run: runId() }),
  Type.Object({ type: Type.Literal('reveal'), run: runId() }),
  Type.Object({
    type: Type.Literal('mark'),
    run: runId(),
    star: Type.Optional(Type.Boolean()),
    hidden: Type.Optional(Type.Boolean()),
  }),
  /** Finer curves between two steps. */
  Type.Object({
    type: Type.Literal('range'),
    from: Type.Number(),
    to: Type.Number(),
    runs: Type.Array(Type.String(), { maxItems: 10_000 }),
  }),
  Type.Object({
    type: Type.Literal('compare'),
    runs: Type.Array(runId(), { minItems: 2, maxItems: 4 }),
  }),
  Type.Object({ type: Type.Literal('disagreements'), left: runId(), right: runId() }),
  Type.Object({
    type: Type.Literal('save'),
    name: Type.String({ maxLength: 200 }),
    kind: Type.Union([Type.Literal('png'), Type.Literal('csv')]),
    /** Text, or of a picture its bytes in base64. */
    content: Type.String({ maxLength: longestExport }),
  }),
  Type.Object({ type: Type.Literal('copy'), text: Type.String({ maxLength: longestExport }) }),
  Type.Object({ type: Type.Literal('showLog') }),
  Type.Object({ type: Type.Literal('startNew') }),
])
export type DashboardRequest = Static<typeof DashboardRequestSchema>
