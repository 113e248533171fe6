import type { Confusion } from '../../core/metrics/labelScores.ts'
import type { Metrics } from '../../core/metrics/metrics.ts'

/** What `headway score` found: the result as JSON, and what the user should know about it. */
export interface Scored {
  readonly metrics: Metrics
  /** Of classes, unless there are too many of them. */
  readonly confusion?: Confusion | undefined
  /** Further keys of the JSON object. */
  readonly details: Readonly<Record<string, unknown>>
  /** One sentence each, for stderr. */
  readonly notes: readonly string[]
}
