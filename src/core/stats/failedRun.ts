import { labelKindOf } from '../data/labelKind.ts'
import { positiveLabelOf } from '../metrics/classification.ts'
import type { MetricName, Metrics } from '../metrics/metrics.ts'
import type { Predictions } from '../runs/predictions.ts'
import type { RunRecord } from '../runs/records.ts'

/** What is asked of a run; a `RunRecord` is one. */
export type GuessedRun = Pick<RunRecord, 'config' | 'labels' | 'metrics'>

/**
 * What the metric would be of always guessing the same: the most frequent class or tag, that there
 * is no answer, no span at all. Null where there is no such guess (scores), or nothing to tell it
 * from.
 *
 * @param predictions of any run on these data; asked for where the metrics by class do not say it
 */
export const baselineOf = (
  metric: MetricName,
  { config, labels, metrics = {} }: GuessedRun,
  predictions: () => Predictions | undefined,
): number | null => {
  if (metric === 'mcc' || metric === 'entityF1') return 0
  const marksSpans = config.head === 'token' && labelKindOf(labels) === 'spans'
  // The mean over entity types: who marks nothing has none of them right.
  if (marksSpans && metric === 'macroF1') return 0
  const ofClasses = config.head !== 'qa' && !config.regression && !marksSpans
  const frequencies =
    ofClasses && metrics.byLabel ? supports(metrics) : goldFrequencies(predictions())
  const total = [...frequencies.values()].reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  if (config.head === 'qa') return (frequencies.get(noAnswer) ?? 0) / total
  const [label, count] = [...frequencies].reduce((top, each) => (each[1] > top[1] ? each : top))
  const share = count / total
  // The F1 of the class that is always guessed: precision is its share, recall 1.
  const f1 = (2 * share) / (1 + share)
  switch (metric) {
    case 'accuracy':
    case 'microF1':
    case 'tokenAccuracy':
      return share
    case 'f1':
      return label === positiveLabelOf(labels, config.data.positiveLabel) ? f1 : 0
    case 'macroF1':
      return f1 / frequencies.size
    default:
      return null
  }
}

const noAnswer = ''
const someAnswer = 'answer'

/** How often each class occurs among the gold labels. */
const supports = ({ byLabel = {} }: Metrics): Map<string, number> =>
  new Map(
    Object.entries(byLabel).flatMap(([label, { support }]) =>
      support > 0 ? [[label, support] as const] : [],
    ),
  )

const goldFrequencies = (predictions: Predictions | undefined): Map<string, number> => {
  const counts = new Map<string, number>()
  const labels = predictions ? goldLabels(predictions) : []
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return counts
}

const goldLabels = (predictions: Predictions): readonly string[] => {
  switch (predictions.kind) {
    case 'classes':
      return predictions.rows.map(({ gold }) => gold)
    case 'tokens':
      return predictions.rows.flatMap(({ gold }) => gold)
    case 'answers':
      return predictions.rows.map(({ gold }) => (gold.length === 0 ? noAnswer : someAnswer))
    case 'scores':
      return []
    default:
      return predictions satisfies never
  }
}

/**
 * A failed run (DESIGN §7), one that learnt nothing: accuracy no better than the baseline, MCC ≤ 0
 * (which also judges runs ranked by F1: their baseline says little), entity F1 0, an undefined
 * correlation. Questions: no better than never answering.
 */
export const isFailedRun = (
  metric: MetricName,
  metrics: Metrics,
  baseline: number | null,
): boolean => {
  const score = metrics[metric] ?? null
  if (score === null) return true
  const { mcc } = metrics
  const ofClasses = metric === 'f1' || metric === 'macroF1'
  if (ofClasses && typeof mcc === 'number') return mcc <= 0
  return baseline !== null && score <= baseline
}
