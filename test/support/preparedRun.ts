import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { engineNumber } from '../../src/core/experiment/runId.ts'
import { cacheDir } from '../../src/runtime/cache.ts'
import { headway } from '../cli/headway.ts'
import { repository } from './sources.ts'

const sample = path.join(repository, 'samples/ner')
const files = ['train.conll', 'dev.conll']

const experiment = JSON.stringify({
  head: 'token',
  data: { train: 'train.conll', dev: 'dev.conll' },
  learningRate: 2e-4,
  batchSize: 16,
  epochs: 4,
  maxLength: 64,
})

/**
 * Puts a finished run of the NER sample into a workspace's folder `ner`. It is trained once and kept
 * in the cache, one for each engine: launched again, a sweep keeps what is finished.
 */
export const writePreparedRun = async (workspace: string): Promise<void> => {
  const hash = createHash('sha256').update(`${experiment} ${engineNumber}`)
  for (const file of files) hash.update(fs.readFileSync(path.join(sample, file)))
  const folder = path.join(cacheDir(), 'test', `ner-${hash.digest('hex').slice(0, 12)}`)
  fs.mkdirSync(folder, { recursive: true })
  for (const file of files) fs.copyFileSync(path.join(sample, file), path.join(folder, file))
  fs.writeFileSync(path.join(folder, 'harbour.headway.json'), experiment)
  const { code, stderr } = await headway(['sweep', 'harbour.headway.json', '--json'], folder)
  if (code !== 0) throw new Error(`The start of the circle was not trained: ${stderr}`)
  fs.cpSync(folder, path.join(workspace, 'ner'), { recursive: true })
}
