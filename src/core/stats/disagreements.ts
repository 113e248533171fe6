import { scoreAnswer } from '../metrics/squadMetrics.ts'
import type { Predictions } from '../runs/predictions.ts'
import { standardDeviation } from './bootstrap.ts'

/** A dev example on which two runs predict otherwise. */
export interface Disagreement {
  /** Place in both runs' rows. */
  readonly index: number
  /** In the data file, from 1. */
  readonly line: number
  /** With scores: which of the two is nearer. */
  readonly firstRight: boolean
  readonly secondRight: boolean
}

/** Both are of the same dev examples: lines and gold agree. */
export const sameExamples = (first: Predictions, second: Predictions): boolean =>
  first.kind === second.kind &&
  first.rows.length === second.rows.length &&
  first.rows.every((row, at) => {
    const other = second.rows[at]
    return row.line === other?.line && String(row.gold) === String(other.gold)
  })

/** By example, whether it is right as a whole; undefined with scores, which are near or far. */
export const rightOnes = (predictions: Predictions): boolean[] | undefined => {
  switch (predictions.kind) {
    case 'classes':
      return predictions.rows.map(({ gold, predicted }) => gold === predicted)
    case 'tokens':
      return predictions.rows.map(({ gold, predicted }) =>
        gold.every((tag, word) => tag === predicted[word]),
      )
    case 'answers':
      return predictions.rows.map(({ gold, predicted }) => {
        const answers = gold.length === 0 ? [''] : gold
        return scoreAnswer(predicted, answers).exactMatch === 1
      })
    case 'scores':
      return undefined
    default:
      return predictions satisfies never
  }
}

/** Scores that differ by less than this share of the gold ones' deviation are taken as alike. */
const scoreShare = 0.5

/**
 * Dev examples on which two runs disagree, in the file's order. Scores disagree where they are half
 * a standard deviation of the gold ones apart. Empty where the two saw other examples.
 */
export const disagreements = (first: Predictions, second: Predictions): Disagreement[] => {
  if (!sameExamples(first, second)) return []
  if (first.kind === 'scores' && second.kind === 'scores') {
    const gold = first.rows.map((row) => row.gold)
    const apart = scoreShare * standardDeviation(gold)
    return first.rows.flatMap(({ line, predicted }, index) => {
      const other = second.rows[index]!.predicted
      if (Math.abs(predicted - other) <= apart) return []
      const right = gold[index]!
      const nearer = Math.abs(predicted - right) - Math.abs(other - right)
      return [{ index, line, firstRight: nearer <= 0, secondRight: nearer >= 0 }]
    })
  }
  const a = rightOnes(first) ?? []
  const b = rightOnes(second) ?? []
  return first.rows.flatMap(({ line, predicted }, index) =>
    String(predicted) === String(second.rows[index]!.predicted)
      ? []
      : [{ index, line, firstRight: a[index]!, secondRight: b[index]! }],
  )
}
