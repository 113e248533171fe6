import path from 'node:path'
import { loadTextExamples, type TextExamples } from '../../core/data/textData.ts'
import { InputError } from '../../core/errors.ts'
import type { LoadedModel } from '../../engine/loadedModel.ts'
import type { predictTexts } from '../../engine/textPredictor.ts'
import { predictorOptions } from '../backendFlags.ts'
import { findFineTuned } from '../fineTuned.ts'
import { parseFlags, requiredFlag } from '../flags.ts'
import { userDir } from '../program.ts'

/** Rows that are predicted, and written, at a time. */
const rowsAtOnce = 512

/** `headway predict`: one JSON object a line, for one text or for each row of a file. */
export const predictCommand = async (args: readonly string[]): Promise<number> => {
  const { values } = parseFlags('predict', args, {
    run: 'string',
    text: 'string',
    'text-pair': 'string',
    input: 'string',
    'text-column': 'string',
    'text-pair-column': 'string',
    'skip-bad-rows': 'boolean',
    'max-length': 'string',
    backend: 'string',
    json: 'boolean',
  } as const)
  const wanted = requiredFlag('predict', 'run', values.run)
  if ((values.text === undefined) === (values.input === undefined)) {
    throw new InputError('headway predict: give either --text or --input.')
  }
  const options = predictorOptions('predict', {
    backend: values.backend,
    maxLength: values['max-length'],
  })
  const { model, record } = findFineTuned(wanted, userDir())
  const { head, regression, data } = record.config
  if (head !== 'sentence' && head !== 'pair') {
    throw new InputError(`Run ${record.id} has the head ${head}, which predict cannot use yet.`)
  }
  const examples =
    values.text === undefined
      ? await loadTextExamples(path.resolve(userDir(), values.input ?? ''), {
          data: {
            textColumn: values['text-column'] ?? data.textColumn,
            textPairColumn: values['text-pair-column'] ?? data.textPairColumn,
            skipBadRows: values['skip-bad-rows'] ?? false,
          },
          head,
          regression,
          labels: record.labels,
          withLabels: false,
        })
      : oneText(values.text, values['text-pair'], head === 'pair')
  const { loadFineTuned } = await import('../../engine/loadedModel.ts')
  const { predictTexts } = await import('../../engine/textPredictor.ts')
  const loaded = await loadFineTuned(model, options)
  writePredictions(loaded, predictTexts, examples, values.input !== undefined)
  return 0
}

const oneText = (text: string, textPair: string | undefined, pair: boolean): TextExamples => {
  if (pair && textPair === undefined) {
    throw new InputError('headway predict: the run is of pairs; give --text-pair too.')
  }
  return {
    file: '',
    texts: [text],
    textPairs: pair && textPair !== undefined ? [textPair] : null,
    targets: [],
    lines: [1],
  }
}

const writePredictions = (
  model: LoadedModel,
  predict: typeof predictTexts,
  { texts, textPairs, lines }: TextExamples,
  withLines: boolean,
): void => {
  for (let start = 0; start < texts.length; start += rowsAtOnce) {
    const inputs = texts.slice(start, start + rowsAtOnce).map((text, at) => {
      const textPair = textPairs?.[start + at]
      return textPair === undefined ? { text } : { text, textPair }
    })
    const rows = predict(model, inputs).map((values, at) => ({
      ...(withLines ? { line: lines[start + at] } : {}),
      ...describe(values, model.head.labels),
    }))
    process.stdout.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  }
}

const describe = (values: readonly number[], labels: readonly string[]) =>
  labels.length === 0
    ? { score: values[0] }
    : {
        label: labels[values.indexOf(Math.max(...values))],
        probabilities: Object.fromEntries(labels.map((label, at) => [label, values[at]])),
      }
