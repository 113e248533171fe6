import path from 'node:path'
import { loadTextExamples } from '../../core/data/textData.ts'
import { InputError } from '../../core/errors.ts'
import { classificationMetrics } from '../../core/metrics/classification.ts'
import type { MetricName, Metrics } from '../../core/metrics/metrics.ts'
import { regressionMetrics } from '../../core/metrics/regression.ts'
import { formatScore, metricLabel } from '../../core/runs/describe.ts'
import { predictorOptions } from '../backendFlags.ts'
import { findFineTuned } from '../fineTuned.ts'
import { parseFlags, requiredFlag } from '../flags.ts'
import { userDir } from '../program.ts'

/** `headway evaluate`: a run's model, scored on a file. */
export const evaluateCommand = async (args: readonly string[]): Promise<number> => {
  const { values } = parseFlags('evaluate', args, {
    run: 'string',
    data: 'string',
    'text-column': 'string',
    'text-pair-column': 'string',
    'label-column': 'string',
    'positive-label': 'string',
    'skip-bad-rows': 'boolean',
    backend: 'string',
    json: 'boolean',
  } as const)
  const wanted = requiredFlag('evaluate', 'run', values.run)
  const file = path.resolve(userDir(), requiredFlag('evaluate', 'data', values.data))
  const options = predictorOptions('evaluate', { backend: values.backend })
  const { model, record } = findFineTuned(wanted, userDir())
  const { head, regression, data } = record.config
  if (head !== 'sentence' && head !== 'pair') {
    throw new InputError(`Run ${record.id} has the head ${head}, which evaluate cannot use yet.`)
  }
  const examples = await loadTextExamples(file, {
    data: {
      textColumn: values['text-column'] ?? data.textColumn,
      textPairColumn: values['text-pair-column'] ?? data.textPairColumn,
      labelColumn: values['label-column'] ?? data.labelColumn,
      skipBadRows: values['skip-bad-rows'] ?? false,
    },
    head,
    regression,
    labels: record.labels,
    withLabels: true,
  })
  const { loadFineTuned } = await import('../../engine/loadedModel.ts')
  const { predictTexts } = await import('../../engine/textPredictor.ts')
  const loaded = await loadFineTuned(model, options)
  const inputs = examples.texts.map((text, at) => {
    const textPair = examples.textPairs?.[at]
    return textPair === undefined ? { text } : { text, textPair }
  })
  const metrics = score(predictTexts(loaded, inputs), examples.targets, {
    labels: record.labels,
    positiveLabel: values['positive-label'] ?? data.positiveLabel,
    regression,
  })
  const result = { run: record.id, examples: inputs.length, metrics }
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : table(metrics))
  return 0
}

const score = (
  outputs: readonly number[][],
  gold: readonly number[],
  options: {
    readonly labels: readonly string[]
    readonly positiveLabel: string | undefined
    readonly regression: boolean
  },
): Metrics => {
  if (options.regression) {
    return regressionMetrics(
      gold,
      outputs.map(([value]) => value ?? 0),
    )
  }
  const loss = outputs.reduce((sum, row, at) => sum - logOf(row[gold[at] ?? 0]), 0)
  return {
    loss: loss / outputs.length,
    ...classificationMetrics({
      gold,
      predicted: outputs.map((row) => row.indexOf(Math.max(...row))),
      probabilities: outputs,
      labels: options.labels,
      positiveLabel: options.positiveLabel,
    }),
  }
}

/** A probability that was rounded to 0 has no logarithm. */
const logOf = (probability: number | undefined): number =>
  Math.log(Math.max(probability ?? 0, Number.MIN_VALUE))

const table = ({ byLabel: _, loss, ...metrics }: Metrics): string => {
  const lines = Object.entries(metrics).map(
    ([name, value]) => `${metricLabel(name as MetricName).padEnd(20)} ${formatScore(value)}\n`,
  )
  return `${lines.join('')}${'loss'.padEnd(20)} ${loss?.toFixed(4) ?? '–'}\n`
}
