import type { BertConfig } from '../../core/model/bertConfig.ts'
import { seededRandom } from '../../core/random.ts'
import { type EncodedExample, type HostBatch, makeBatch } from '../batches.ts'
import { sentenceHead } from '../heads/sentence.ts'

export interface BatchShape {
  readonly batchSize: number
  /** Word pieces of the longest text. */
  readonly length: number
}

const benchClasses = 2
export const benchHead = sentenceHead(benchClasses)

/**
 * A batch of random word pieces: one text of the full length, the others between half of it and all,
 * so that masks have work to do. `test/bench/torch_worker.py` draws by the same rule.
 */
export const benchBatch = (
  { batchSize, length }: BatchShape,
  config: Pick<BertConfig, 'vocabSize'>,
  seed: number,
): HostBatch => {
  const random = seededRandom(seed, 'bench batch')
  const below = (limit: number) => Math.floor(random.uniform() * limit)
  const examples = Array.from({ length: batchSize }, (_, row): EncodedExample<number> => {
    const shortest = Math.ceil(length / 2)
    const tokens = row === 0 ? length : shortest + below(length - shortest + 1)
    const ids = Array.from({ length: tokens }, () => below(config.vocabSize))
    return { ids, typeIds: ids.map(() => 0), target: below(benchClasses) }
  })
  return makeBatch(benchHead, examples, batchSize, length)
}
