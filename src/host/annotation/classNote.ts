import type { ModelFacts } from '../../core/protocol/predictions.ts'

const shown = 3

/** `positive 0.98 · negative 0.02`, or a score. */
export const classNote = (facts: ModelFacts, row: readonly number[]): string =>
  facts.regression
    ? (row[0]?.toFixed(2) ?? '–')
    : ranked(facts, row)
        .slice(0, shown)
        .map(({ label, probability }) => `${label} ${probability.toFixed(2)}`)
        .join(' · ')

export const bestClass = (facts: ModelFacts, row: readonly number[]): string =>
  ranked(facts, row)[0]?.label ?? ''

const ranked = ({ labels }: ModelFacts, row: readonly number[]) =>
  labels
    .map((label, at) => ({ label, probability: row[at] ?? 0 }))
    .sort((a, b) => b.probability - a.probability)
