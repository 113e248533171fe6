import path from 'node:path'
import { openExamples, readExampleRows } from '../../core/data/examples.ts'
import { qaColumns } from '../../core/data/qaData.ts'
import { readQuestions } from '../../core/data/questions.ts'
import { readTokenSentences } from '../../core/data/tokenData.ts'
import { tokenColumns } from '../../core/data/tokenSets.ts'
import {
  longestPlayText,
  type PlaygroundTask,
  type PlayTexts,
} from '../../core/protocol/playground.ts'
import type { RunRecord } from '../../core/runs/records.ts'

/** Where there is no data to take an example from. */
const plain: Readonly<Record<PlaygroundTask, PlayTexts>> = {
  sentence: { text: 'A quiet film that earns every one of its minutes.' },
  either: { text: 'A quiet film that earns every one of its minutes.' },
  pair: { text: 'The bakery opens at seven.', textPair: 'You can buy bread there at eight.' },
  token: { text: 'Ada Lovelace met Charles Babbage in London in 1833.' },
  qa: {
    text: 'Where did Ada Lovelace meet Charles Babbage?',
    textPair: 'Ada Lovelace met Charles Babbage in London in 1833, when she was seventeen.',
  },
}

/** The first dev example of a run: its own domain and language; a plain one where it cannot be read. */
export const sampleTexts = async (
  task: PlaygroundTask,
  run?: { readonly dir: string; readonly record: RunRecord },
): Promise<PlayTexts> => {
  if (!run) return plain[task]
  const { config, base } = run.record
  const file = path.resolve(run.dir, base, config.data.dev ?? config.data.train)
  try {
    const found = await firstOf(file, run.record)
    return found && isShort(found) ? found : plain[task]
  } catch {
    return plain[task]
  }
}

const isShort = ({ text, textPair = '' }: PlayTexts): boolean =>
  Math.max(text.length, textPair.length) <= longestPlayText

const firstOf = (file: string, { config }: RunRecord): Promise<PlayTexts | undefined> => {
  switch (config.head) {
    case 'token':
      return firstSentence(file, config.data)
    case 'qa':
      return firstQuestion(file, config.data)
    default:
      return firstExample(file, config.data, config.head === 'pair')
  }
}

type Data = RunRecord['config']['data']

const firstExample = async (
  file: string,
  { textColumn, textPairColumn, labelColumn, header, quotes }: Data,
  pair: boolean,
): Promise<PlayTexts | undefined> => {
  const columns = { textColumn, textPairColumn, labelColumn }
  const options = { ...columns, header, quotes, pair, labels: 'none' as const }
  const rows = readExampleRows(await openExamples(file, options), options, () => undefined)
  for await (const { text, textPair } of rows) {
    return textPair === undefined ? { text } : { text, textPair }
  }
  return undefined
}

const firstSentence = async (file: string, data: Data): Promise<PlayTexts | undefined> => {
  const columns = tokenColumns(data.textColumn, data.labelColumn)
  for await (const { words } of readTokenSentences(file, columns)) {
    // Titles and dates are sentences too; a longer one shows more.
    if (words.length >= 4) return { text: words.join(' ') }
  }
  return undefined
}

const firstQuestion = async (file: string, data: Data): Promise<PlayTexts | undefined> => {
  const options = { answers: 'none', columns: qaColumns(data), table: data } as const
  for await (const { question, context } of readQuestions(file, options)) {
    return { text: question, textPair: context }
  }
  return undefined
}
