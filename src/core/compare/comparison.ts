/** Gold labels down, predicted ones across. */
export interface ConfusionMatrix {
  readonly labels: readonly string[]
  /** counts[gold][predicted] */
  readonly counts: readonly (readonly number[])[]
}

/** How a run does on a part of the dev set: one entity type, one length of answer. */
export interface GroupScore {
  readonly group: string
  readonly count: number
  /** Fraction of one; null where it is not defined. */
  readonly score: number | null
}

export interface ComparedRun {
  readonly run: string
  /** Where each example has one class. */
  readonly confusion: ConfusionMatrix | null
  readonly groups: readonly GroupScore[]
}

/** Two runs on the same dev examples. */
export interface ComparedPair {
  readonly left: string
  readonly right: string
  /** Examples on which they predict otherwise. */
  readonly disagreements: number
  readonly examples: number
  /** Left minus right of the selection metric with its 95 % interval; null where there is no test. */
  readonly difference: { readonly mean: number; readonly low: number; readonly high: number } | null
}

/** What the dev predictions say of two to four runs; the first is what the others are held against. */
export interface Comparison {
  readonly runs: readonly ComparedRun[]
  readonly pairs: readonly ComparedPair[]
  /** What a row of `groups` is: `entity type`, `words in the answer`. */
  readonly groupedBy: string
  /** What `score` of a group is. */
  readonly groupMetric: string
  /** Why there is less than usual: one sentence. */
  readonly problem?: string
}
