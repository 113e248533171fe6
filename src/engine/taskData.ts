import path from 'node:path'
import { loadTextData, type TextExamples } from '../core/data/textData.ts'
import { InputError } from '../core/errors.ts'
import type { RunConfig } from '../core/experiment/config.ts'
import type { ModelFolder } from '../core/model/folder.ts'
import type { BertTokenizer } from '../core/tokenizer/encode.ts'
import { loadTokenizer } from '../core/tokenizer/loadTokenizer.ts'
import type { EncodedExample } from './batches.ts'

/** A dev example remembers its line: predictions name it. */
export interface DevExample extends EncodedExample {
  readonly line: number
}

/** A run's data in word pieces. */
export interface TaskData {
  readonly train: readonly EncodedExample[]
  readonly dev: readonly DevExample[]
  /** Outputs of the head; 1 for regression. */
  readonly classes: number
  /** What a reader of the log should know. */
  readonly notes: readonly string[]
}

/** @throws InputError where the data are not what they were at launch */
export const readTaskData = async (
  config: RunConfig,
  labels: readonly string[],
  base: string,
  folder: ModelFolder,
): Promise<TaskData> => {
  const { head, regression } = config
  if (head !== 'sentence' && head !== 'pair') {
    throw new InputError(`The head "${head}" cannot be trained by this version yet.`)
  }
  const data = await loadTextData(config.data, { base, head, regression })
  if (data.labels.join('\n') !== labels.join('\n')) {
    throw new InputError(
      `${path.resolve(base, config.data.train)} has other labels than at launch; launch the run again.`,
    )
  }
  const tokenizer = loadTokenizer(folder.dir)
  const cut = { count: 0 }
  const train = encodeTexts(data.train, tokenizer, config.maxLength, cut)
  const dev = encodeTexts(data.dev, tokenizer, config.maxLength, cut)
  const notes = [...data.warnings]
  if (cut.count > 0) {
    notes.push(`${cut.count} texts are longer than ${config.maxLength} pieces and were cut.`)
  }
  return { train, dev, classes: regression ? 1 : labels.length, notes }
}

export const encodeTexts = (
  examples: TextExamples,
  tokenizer: BertTokenizer,
  maxLength: number,
  cut = { count: 0 },
): DevExample[] =>
  examples.texts.map((text, index) => {
    const textPair = examples.textPairs?.[index]
    const encoding = tokenizer.encode(text, {
      maxLength,
      ...(textPair === undefined ? {} : { textPair }),
    })
    if (encoding.overflow > 0) cut.count++
    return {
      ids: encoding.ids,
      typeIds: encoding.typeIds,
      target: examples.targets[index] ?? 0,
      line: examples.lines[index] ?? 0,
    }
  })
