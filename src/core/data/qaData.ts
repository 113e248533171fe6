import path from 'node:path'
import { InputError } from '../errors.ts'
import type { DataFiles } from '../experiment/schema.ts'
import type { QaColumns } from './qaRows.ts'
import { loadQuestions, type QuestionFile } from './questions.ts'
import { skippedWarning } from './skipped.ts'
import { splitDev } from './split.ts'
import type { QaExample } from './squad.ts'

export interface QaData {
  readonly train: readonly QaExample[]
  readonly dev: readonly QaExample[]
  readonly test: readonly QaExample[] | null
  /** By whose rules dev is scored. */
  readonly version: QuestionFile['version']
  /** Whether the training data have questions without an answer. */
  readonly unanswerable: boolean
  /** One sentence for each file in which questions were skipped. */
  readonly warnings: readonly string[]
}

const defaultDevSplit = 0.1

/**
 * Reads and checks all the data of an experiment for the qa head. A dev set that is held out has
 * other documents than the training data.
 * @throws InputError one sentence, with file and line where there is one
 */
export const loadQaData = async (data: DataFiles, base: string): Promise<QaData> => {
  const read = (file: string): Promise<QuestionFile> =>
    loadQuestions(path.resolve(base, file), {
      answers: 'checked',
      columns: qaColumns(data),
      table: data,
      skipBadQuestions: data.skipBadRows ?? false,
    })
  const train = await read(data.train)
  const dev = data.dev === undefined ? undefined : await read(data.dev)
  const test = data.test === undefined ? undefined : await read(data.test)
  const unanswerable = train.examples.some(({ impossible }) => impossible)
  if (train.examples.every(({ impossible }) => impossible)) {
    throw new InputError(`${train.file}: no question has an answer; there is nothing to learn.`)
  }
  const parts = dev
    ? { train: train.examples, dev: dev.examples }
    : holdOut(train, data.devSplit ?? defaultDevSplit)
  return {
    ...parts,
    test: test?.examples ?? null,
    version: (dev ?? train).version,
    unanswerable,
    warnings: [train, dev, test].flatMap((each) => (each ? skippedWarning(each, 'question') : [])),
  }
}

export const qaColumns = (data: Partial<DataFiles>): QaColumns => ({
  question: data.questionColumn,
  context: data.contextColumn,
  answer: data.answerColumn,
  answerStart: data.answerStartColumn,
})

/** Numbers each different context from 0: what questions share is counted once in a comparison. */
export const documentNumbers = (examples: readonly Pick<QaExample, 'context'>[]): number[] => {
  const numbers = new Map<string, number>()
  return examples.map(({ context }) => {
    const number = numbers.get(context) ?? numbers.size
    numbers.set(context, number)
    return number
  })
}

const holdOut = (
  { file, examples }: QuestionFile,
  share: number,
): Pick<QaData, 'train' | 'dev'> => {
  const contexts = examples.map(({ context }) => context)
  const split = splitDev(contexts, undefined, share, file)
  const pick = (indices: readonly number[]) => indices.map((index) => examples[index]!)
  return { train: pick(split.train), dev: pick(split.dev) }
}
