import fs from 'node:fs'
import path from 'node:path'
import { loadTextData } from '../../src/core/data/textData.ts'
import { loadTokenizer } from '../../src/core/tokenizer/loadTokenizer.ts'
import { benchHead } from '../../src/engine/bench/benchBatch.ts'
import { encodeTexts } from '../../src/engine/tasks/textTask.ts'
import type { EpochExample } from './protocol.ts'

export interface EpochData {
  /** A file with `EpochExample[]` as JSON. */
  readonly file: string
  readonly count: number
  readonly task: string
}

const maxLength = 128

/**
 * A task's training texts in word pieces, for both sides the same.
 *
 * @param data a folder with `train.tsv` and `dev.tsv`; left out, the sample task
 */
export const writeEpochExamples = async (
  data: string | undefined,
  { root, modelFolder, out }: { root: string; modelFolder: string; out: string },
): Promise<EpochData> => {
  const folder = data ?? path.join(root, 'samples/sentiment')
  const { train, labels } = await loadTextData(
    { train: 'train.tsv', dev: 'dev.tsv' },
    { base: folder, head: 'sentence', regression: false },
  )
  if (labels.length !== benchHead.outputs) {
    throw new Error(`${folder} has ${labels.length} labels; the comparison has heads for two.`)
  }
  const encoded = encodeTexts(train, loadTokenizer(modelFolder), maxLength)
  const kept = encoded.map(({ ids, target }): EpochExample => ({ ids, target }))
  const task = data === undefined ? 'the sample task' : nameOf(folder)
  const file = path.join(out, `${path.basename(folder)}.json`)
  fs.writeFileSync(file, JSON.stringify(kept))
  return { file, count: kept.length, task: `${task} (${kept.length} texts)` }
}

const nameOf = (folder: string): string =>
  path.basename(folder) === 'sst2' ? 'SST-2' : path.basename(folder)
