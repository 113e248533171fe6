import { type Static, Type } from 'typebox'
import type { Glance } from '../runs/glance.ts'

/** Host → the side panel's *Summary*: what there is to see, whole; `none` where there are no runs. */
export type SummaryMessage =
  | { readonly type: 'glance'; readonly glance: Glance; readonly others: number }
  | { readonly type: 'none' }

/** The side panel's *Summary* → host. */
export const SummaryRequestSchema = Type.Union([
  Type.Object({ type: Type.Literal('ready') }),
  /** Opens the sweep's dashboard; with a filter for its runs, only those of a cell. */
  Type.Object({
    type: Type.Literal('open'),
    query: Type.Optional(Type.String({ maxLength: 300 })),
  }),
])
export type SummaryRequest = Static<typeof SummaryRequestSchema>
