import path from 'node:path'
import { openExamples, readExampleRows } from '../../core/data/examples.ts'
import type { JudgedRun } from './judgeJobs.ts'

/**
 * Texts of a run's dev examples by line of the data file, where head and file have them; for the
 * other heads the predictions hold the words themselves. A file that changed or is gone gives none.
 */
export const devTexts = async ({
  record,
  predictions,
}: JudgedRun): Promise<(line: number) => string | undefined> => {
  const texts = new Map<number, string>()
  const { head, data } = record.config
  if (head !== 'sentence' && head !== 'pair') return () => undefined
  // …/<run>/attempt-n/predictions.jsonl
  const runDir = path.dirname(path.dirname(predictions))
  const file = path.resolve(runDir, record.base, data.dev ?? data.train)
  try {
    const { textColumn, textPairColumn, labelColumn, header, quotes } = data
    const options = {
      textColumn,
      textPairColumn,
      labelColumn,
      header,
      quotes,
      pair: head === 'pair',
      labels: 'none' as const,
    }
    const opened = await openExamples(file, options)
    for await (const { line, text, textPair } of readExampleRows(
      opened,
      options,
      () => undefined,
    )) {
      texts.set(line, textPair === undefined ? text : `${text} ∥ ${textPair}`)
    }
  } catch {
    return () => undefined
  }
  return (line) => texts.get(line)
}
