import { once } from 'node:events'
import path from 'node:path'
import { qaColumns } from '../../core/data/qaData.ts'
import { InputError } from '../../core/errors.ts'
import { checkModelFolder } from '../../core/model/folder.ts'
import type { FineTunedHead } from '../../engine/fineTunedHead.ts'
import type { LoadedModel } from '../../engine/loadedModel.ts'
import { predictorOptions } from '../backendFlags.ts'
import { type FineTuned, findFineTuned } from '../fineTuned.ts'
import { numberFlag, parseFlags, requiredFlag } from '../flags.ts'
import { findReadableFile } from '../machine.ts'
import { predictAnswers } from '../predict/answers.ts'
import { standardInput } from '../predict/inputLines.ts'
import { predictTextsOf } from '../predict/texts.ts'
import { predictTokensOf } from '../predict/tokens.ts'
import { userDir } from '../program.ts'
import { tableFlagTypes, tableOptions } from '../tableFlags.ts'

const types = {
  run: 'string',
  text: 'string',
  'text-pair': 'string',
  context: 'string',
  input: 'string',
  'text-column': 'string',
  'text-pair-column': 'string',
  'label-column': 'string',
  'question-column': 'string',
  'context-column': 'string',
  'skip-bad-rows': 'boolean',
  ...tableFlagTypes,
  unanswerable: 'boolean',
  nbest: 'string',
  'max-length': 'string',
  precision: 'string',
  backend: 'string',
  json: 'boolean',
} as const
type Values = ReturnType<typeof parseFlags<typeof types>>['values']

/** `headway predict`: one JSON object a line, for one text or for each of a file's. */
export const predictCommand = async (args: readonly string[]): Promise<number> => {
  const { values } = parseFlags('predict', args, types)
  const wanted = requiredFlag('predict', 'run', values.run)
  if ((values.text === undefined) === (values.input === undefined)) {
    throw new InputError('headway predict: give either --text or --input.')
  }
  const options = predictorOptions('predict', {
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
  const input = await inputOf(values.input)
  for await (const row of rowsOf(head, load, model, { ...values, input })) {
    if (!(await writeRow(row))) break
  }
  return 0
}

type Load = () => Promise<LoadedModel>

const rowsOf = (
  head: FineTunedHead,
  load: Load,
  { record }: FineTuned,
  values: Values,
): AsyncGenerator<object> => {
  const { text } = values
  const data = record?.config.data
  const asked = {
    table: tableOptions(values, data),
    text,
    textPair: values['text-pair'],
    input: values.input,
    skipBadRows: values['skip-bad-rows'] ?? false,
  }
  const stride = record?.config.stride
  if (head.kind !== 'qa') refuseAnswerFlags(values)
  switch (head.kind) {
    case 'sentence':
      return predictTextsOf(load, {
        ...asked,
        textColumn: values['text-column'] ?? data?.textColumn,
        textPairColumn: values['text-pair-column'] ?? data?.textPairColumn,
        pair: record ? record.config.head === 'pair' : head.pair,
        plainText: values['text-column'] === undefined && !/\.txt$/.test(data?.train ?? ''),
      })
    case 'token':
      return predictTokensOf(load, {
        ...asked,
        textColumn: values['text-column'] ?? data?.textColumn,
        labelColumn: values['label-column'] ?? data?.labelColumn,
        labels: head.labels,
        stride,
      })
    case 'qa':
      return predictAnswers(load, {
        ...asked,
        context: contextOf(values.context),
        columns: {
          ...qaColumns(data ?? {}),
          question: values['question-column'] ?? data?.questionColumn,
          context: values['context-column'] ?? data?.contextColumn,
        },
        options: {
          stride,
          nbest: numberFlag('predict', 'nbest', values.nbest),
          unanswerable: values.unanswerable ?? data?.unanswerable,
        },
      })
    default:
      return head.kind satisfies never
  }
}

const refuseAnswerFlags = (values: Values): void => {
  const flag = (['context', 'nbest', 'unanswerable'] as const).find(
    (name) => values[name] !== undefined,
  )
  if (flag === undefined) return
  throw new InputError(`headway predict: --${flag} is for a run of questions (head qa).`)
}

const inputOf = async (file: string | undefined): Promise<string | undefined> =>
  file === undefined || file === standardInput ? file : findReadableFile(file, 'test')

const contextOf = (file: string | undefined): string | undefined =>
  file === undefined || file === standardInput ? file : path.resolve(userDir(), file)

/** Waits where the reader of the pipe is slower: memory stays bounded. @returns false: it has left */
const writeRow = async (row: object): Promise<boolean> => {
  try {
    if (!process.stdout.write(`${JSON.stringify(row)}\n`)) await once(process.stdout, 'drain')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
  return process.stdout.errored === null
}
