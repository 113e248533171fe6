import type { Comparison } from '../../core/compare/comparison.ts'
import type { DisagreementTexts } from '../../core/compare/disagreementText.ts'
import type { RunRecord, SweepRecord } from '../../core/runs/records.ts'
import type { SweepAnalysis } from '../../core/stats/analysis.ts'

/** A run to judge: its record, and the file of its dev predictions. */
export interface JudgedRun {
  readonly record: RunRecord
  readonly predictions: string
}

/** To the judging thread; answers carry the same id. */
export interface JudgeJob {
  readonly id: number
  readonly what: 'analysis' | 'comparison' | 'disagreements'
  readonly runs: readonly JudgedRun[]
  /** With `analysis`: the run that was scored on the test data, where there is one. */
  readonly test?: SweepRecord['test']
  /** With `disagreements`: whether the dev file may be read, for the texts. */
  readonly texts?: boolean
}

export interface JudgeAnswer {
  readonly id: number
  readonly analysis?: SweepAnalysis
  readonly comparison?: Comparison
  readonly disagreements?: DisagreementTexts
  readonly error?: string
}
