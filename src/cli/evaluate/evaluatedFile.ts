import type { Confusion } from '../../core/metrics/labelScores.ts'
import type { Metrics } from '../../core/metrics/metrics.ts'

/** What `headway evaluate` found, whatever the head. */
export interface EvaluatedFile {
  readonly metrics: Metrics
  /** Texts, sentences or questions. */
  readonly examples: number
  /** Of classes, unless there are too many of them. */
  readonly confusion?: Confusion | undefined
  /** As in a run's `predictions.jsonl`. */
  readonly predictions?: readonly object[]
  /** One sentence each, for stderr. */
  readonly notes?: readonly string[]
}
