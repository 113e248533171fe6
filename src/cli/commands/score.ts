import { taskHeads } from '../../core/experiment/schema.ts'
import type { MetricName, Metrics } from '../../core/metrics/metrics.ts'
import { formatScore, metricLabel } from '../../core/runs/describe.ts'
import { confusionTable } from '../confusionTable.ts'
import { choiceFlag, parseFlags, requiredFlag } from '../flags.ts'
import { findReadableFile } from '../machine.ts'
import { scoreAnswers } from '../score/answers.ts'
import { scoreLabels } from '../score/labels.ts'
import type { Scored } from '../score/scored.ts'
import { scoreTokens } from '../score/tokens.ts'

/** `headway score`: metrics of any predictions, without a model. */
export const scoreCommand = async (args: readonly string[]): Promise<number> => {
  const { values } = parseFlags('score', args, {
    head: 'string',
    gold: 'string',
    predicted: 'string',
    'label-column': 'string',
    'predicted-column': 'string',
    labels: 'string',
    'positive-label': 'string',
    regression: 'boolean',
    json: 'boolean',
  } as const)
  const head = choiceFlag('score', 'head', requiredFlag('score', 'head', values.head), taskHeads)
  const gold = await findReadableFile(requiredFlag('score', 'gold', values.gold), 'dev')
  const predicted = (): Promise<string> =>
    findReadableFile(requiredFlag('score', 'predicted', values.predicted), 'dev')
  const score = async (): Promise<Scored> => {
    if (head === 'token') {
      return scoreTokens(gold, values.predicted === undefined ? undefined : await predicted())
    }
    if (head === 'qa') return scoreAnswers(gold, await predicted())
    return scoreLabels(gold, await predicted(), {
      labelColumn: values['label-column'],
      predictedColumn: values['predicted-column'],
      labels: values.labels?.split(',').map((label) => label.trim()),
      positiveLabel: values['positive-label'],
      regression: values.regression ?? false,
    })
  }
  const { metrics, confusion, details, notes } = await score()
  for (const note of notes) process.stderr.write(`${note}\n`)
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ head, ...details, metrics, confusion })}\n`
      : table(metrics) + confusionTable(confusion),
  )
  return 0
}

const table = ({ byLabel, loss, ...metrics }: Metrics): string => {
  const lines = Object.entries(metrics).map(
    ([name, value]) => `${metricLabel(name as MetricName).padEnd(20)} ${formatScore(value)}\n`,
  )
  if (loss !== undefined) lines.push(`${'loss'.padEnd(20)} ${loss?.toFixed(4) ?? '–'}\n`)
  return lines.join('') + labelTable(byLabel ?? {})
}

const widestLabel = 60

const labelTable = (byLabel: NonNullable<Metrics['byLabel']>): string => {
  const rows = Object.entries(byLabel).map(
    ([label, scores]) => [label.slice(0, widestLabel), scores] as const,
  )
  if (rows.length === 0) return ''
  const width = Math.max(20, ...rows.map(([label]) => label.length))
  const columns = ['precision', 'recall', 'F1', 'support'].map((name) => name.padStart(10)).join('')
  const lines = rows.map(([label, { precision, recall, f1, support }]) => {
    const cells = [formatScore(precision), formatScore(recall), formatScore(f1), String(support)]
    return `${label.padEnd(width)}${cells.map((cell) => cell.padStart(10)).join('')}\n`
  })
  return `\n${''.padEnd(width)}${columns}\n${lines.join('')}`
}
