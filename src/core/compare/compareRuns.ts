import { scoreQuestion } from '../metrics/squadMetrics.ts'
import type { Predictions } from '../runs/predictions.ts'
import type { RunRecord } from '../runs/records.ts'
import { disagreements } from '../stats/disagreements.ts'
import { pairedTest } from '../stats/pairedTest.ts'
import type {
  ComparedPair,
  ComparedRun,
  Comparison,
  ConfusionMatrix,
  GroupScore,
} from './comparison.ts'
export interface RunWithPredictions {
  readonly record: RunRecord
  readonly predictions: Predictions | undefined
}

/** Holds two to four runs side by side by their dev predictions; the others against the first. */
export const compareRuns = (runs: readonly RunWithPredictions[]): Comparison => {
  const [first, ...others] = runs
  const missing = runs.filter(({ predictions }) => predictions === undefined)
  const names = missing.map(({ record }) => record.id).join(', ')
  return {
    runs: runs.map(comparedRun),
    pairs: first ? others.flatMap((other) => comparedPair(first, other) ?? []) : [],
    ...groupNames(first?.predictions),
    ...(missing.length === 0
      ? {}
      : {
          problem: `There are no dev predictions yet of ${names}: they come with its first evaluation.`,
        }),
  }
}

const comparedPair = (
  left: RunWithPredictions,
  right: RunWithPredictions,
): ComparedPair | undefined => {
  if (!left.predictions || !right.predictions) return undefined
  const { config, labels } = left.record
  const { positiveLabel } = config.data
  const test = pairedTest(config.selectionMetric, left.predictions, right.predictions, {
    labels,
    ...(positiveLabel === undefined ? {} : { positiveLabel }),
  })
  return {
    left: left.record.id,
    right: right.record.id,
    disagreements: disagreements(left.predictions, right.predictions).length,
    examples: left.predictions.rows.length,
    difference: test?.difference ?? null,
  }
}

const groupNames = (predictions: Predictions | undefined) => {
  switch (predictions?.kind) {
    case 'answers':
      return { groupedBy: 'words in the answer', groupMetric: 'F1' }
    case 'tokens':
      return { groupedBy: 'entity type', groupMetric: 'F1' }
    default:
      return { groupedBy: 'label', groupMetric: 'F1' }
  }
}

const comparedRun = ({ record, predictions }: RunWithPredictions): ComparedRun => ({
  run: record.id,
  confusion: predictions?.kind === 'classes' ? confusionOf(predictions.rows, record.labels) : null,
  groups: predictions?.kind === 'answers' ? answerGroups(predictions.rows) : labelGroups(record),
})

/** Counts by gold and predicted label; labels that only the data know come last. */
const confusionOf = (
  rows: readonly { readonly gold: string; readonly predicted: string }[],
  known: readonly string[],
): ConfusionMatrix => {
  const labels = [
    ...new Set([...known, ...rows.flatMap(({ gold, predicted }) => [gold, predicted])]),
  ]
  const place = new Map(labels.map((label, at) => [label, at]))
  const counts = labels.map(() => labels.map(() => 0))
  for (const { gold, predicted } of rows) {
    const row = counts[place.get(gold) ?? 0]
    const column = place.get(predicted) ?? 0
    if (row) row[column] = (row[column] ?? 0) + 1
  }
  return { labels, counts }
}

const labelGroups = ({ metrics }: RunRecord): GroupScore[] =>
  Object.entries(metrics?.byLabel ?? {}).map(([group, { f1, support }]) => ({
    group,
    count: support,
    score: f1,
  }))

const lengths = [
  { group: 'no answer', fits: (words: number) => words === 0 },
  { group: '1', fits: (words: number) => words === 1 },
  { group: '2–3', fits: (words: number) => words >= 2 && words <= 3 },
  { group: '4–7', fits: (words: number) => words >= 4 && words <= 7 },
  { group: '8 and more', fits: (words: number) => words >= 8 },
]

const answerGroups = (
  rows: readonly { readonly gold: readonly string[]; readonly predicted: string }[],
): GroupScore[] =>
  lengths.flatMap(({ group, fits }) => {
    const own = rows.filter(({ gold }) => fits(wordCount(gold[0] ?? '')))
    if (own.length === 0) return []
    const sum = own.reduce(
      (all, { gold, predicted }) => all + scoreQuestion(predicted, gold, '2.0').f1,
      0,
    )
    return [{ group, count: own.length, score: sum / own.length }]
  })

const wordCount = (text: string): number => text.split(/\s+/).filter(Boolean).length
