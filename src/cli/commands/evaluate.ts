import path from 'node:path'
import { qaColumns } from '../../core/data/qaData.ts'
import { writeFileAtomic } from '../../core/files/atomicFile.ts'
import type { MetricName, Metrics } from '../../core/metrics/metrics.ts'
import { checkModelFolder } from '../../core/model/folder.ts'
import { formatScore, metricLabel } from '../../core/runs/describe.ts'
import type { FineTunedHead } from '../../engine/fineTunedHead.ts'
import type { LoadedModel } from '../../engine/loadedModel.ts'
import { predictorOptions } from '../backendFlags.ts'
import { confusionTable } from '../confusionTable.ts'
import { evaluateAnswersOf } from '../evaluate/answers.ts'
import type { EvaluatedFile } from '../evaluate/evaluatedFile.ts'
import { evaluateTextsOf } from '../evaluate/texts.ts'
import { evaluateTokensOf } from '../evaluate/tokens.ts'
import { type FineTuned, findFineTuned } from '../fineTuned.ts'
import { parseFlags, requiredFlag } from '../flags.ts'
import { findReadableFile } from '../machine.ts'
import { userDir } from '../program.ts'
import { tableFlagTypes, tableOptions } from '../tableFlags.ts'

const types = {
  run: 'string',
  data: 'string',
  'text-column': 'string',
  'text-pair-column': 'string',
  'label-column': 'string',
  'question-column': 'string',
  'context-column': 'string',
  'answer-column': 'string',
  'answer-start-column': 'string',
  'positive-label': 'string',
  'skip-bad-rows': 'boolean',
  ...tableFlagTypes,
  unanswerable: 'boolean',
  predictions: 'string',
  'max-length': 'string',
  precision: 'string',
  backend: 'string',
  json: 'boolean',
} as const
type Values = ReturnType<typeof parseFlags<typeof types>>['values']

/** `headway evaluate`: a run's model, scored on a file as training scores its dev set. */
export const evaluateCommand = async (args: readonly string[]): Promise<number> => {
  const { values } = parseFlags('evaluate', args, types)
  const wanted = requiredFlag('evaluate', 'run', values.run)
  const data = requiredFlag('evaluate', 'data', values.data)
  const options = predictorOptions('evaluate', {
    backend: values.backend,
    maxLength: values['max-length'],
    precision: values.precision,
  })
  const model = findFineTuned(wanted, userDir())
  const { readHeadOf } = await import('../../engine/fineTunedHead.ts')
  const head = readHeadOf(checkModelFolder(model.model))
  const load = async () => {
    const { loadFineTuned } = await import('../../engine/loadedModel.ts')
    return loadFineTuned(model.model, options)
  }
  const file = await findReadableFile(data, 'dev')
  const {
    metrics,
    confusion,
    examples,
    predictions,
    notes = [],
  } = await evaluate(head, load, model, file, values)
  for (const note of notes) process.stderr.write(`${note}\n`)
  if (values.predictions !== undefined) {
    const lines = (predictions ?? []).map((each) => `${JSON.stringify(each)}\n`)
    writeFileAtomic(path.resolve(userDir(), values.predictions), lines.join(''))
  }
  const result = { run: model.name, examples, metrics, confusion }
  process.stdout.write(
    values.json ? `${JSON.stringify(result)}\n` : table(metrics) + confusionTable(confusion),
  )
  return 0
}

const evaluate = (
  head: FineTunedHead,
  load: () => Promise<LoadedModel>,
  { record }: FineTuned,
  file: string,
  values: Values,
): Promise<EvaluatedFile> => {
  const data = record?.config.data
  const stride = record?.config.stride
  const skipBadRows = values['skip-bad-rows'] ?? false
  const table = tableOptions(values, data)
  const textColumn = values['text-column'] ?? data?.textColumn
  const textPairColumn = values['text-pair-column'] ?? data?.textPairColumn
  const labelColumn = values['label-column'] ?? data?.labelColumn
  switch (head.kind) {
    case 'sentence':
      return evaluateTextsOf(load, {
        file,
        columns: { textColumn, textPairColumn, labelColumn },
        table,
        skipBadRows,
        pair: record ? record.config.head === 'pair' : head.pair,
        labels: head.labels,
        positiveLabel: values['positive-label'] ?? data?.positiveLabel,
      })
    case 'token':
      return evaluateTokensOf(load, { file, textColumn, labelColumn, skipBadRows, stride })
    case 'qa':
      return evaluateAnswersOf(load, {
        file,
        columns: {
          ...qaColumns(data ?? {}),
          question: values['question-column'] ?? data?.questionColumn,
          context: values['context-column'] ?? data?.contextColumn,
          answer: values['answer-column'] ?? data?.answerColumn,
          answerStart: values['answer-start-column'] ?? data?.answerStartColumn,
        },
        table,
        skipBadRows,
        stride,
        unanswerable: values.unanswerable ?? data?.unanswerable ?? false,
      })
    default:
      return head.kind satisfies never
  }
}

const table = ({ byLabel: _, loss, ...metrics }: Metrics): string => {
  const lines = Object.entries(metrics).map(
    ([name, value]) => `${metricLabel(name as MetricName).padEnd(20)} ${formatScore(value)}\n`,
  )
  return `${lines.join('')}${'loss'.padEnd(20)} ${loss?.toFixed(4) ?? '–'}\n`
}
