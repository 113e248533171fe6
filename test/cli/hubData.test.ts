import fs from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, expect, it, vi } from 'vitest'
import { cacheDir, dataDir } from '../../src/runtime/cache.ts'
import type { FileServer } from '../../src/runtime/testing/fileServer.ts'
import { reviews, serveDataSets } from '../../src/runtime/testing/hubServer.ts'
import { fixture } from '../support/engineFiles.ts'
import { type Called, headway } from './headway.ts'
import { TemporaryFiles } from './temporaryFiles.ts'

const files = new TemporaryFiles()
// The cache holds the runtime as well, so it is the real one: the name is this process's own.
const dataset = `headway-test/${process.pid}-${Date.now()}`
let server: FileServer | undefined

afterEach(async () => {
  vi.unstubAllEnvs()
  await server?.stop()
})
afterAll(() => {
  files.remove()
  const folder = path.join(dataDir(cacheDir()), dataset.replace('/', '--'))
  for (const each of [folder, `${folder}.lock`]) fs.rmSync(each, { recursive: true, force: true })
})

const texts = (count: number) => Array.from({ length: count }, (_, at) => `a review, number ${at}`)

it('trains, predicts and evaluates on a data set of the Hub, and on a Parquet file', async () => {
  server = await serveDataSets({
    name: dataset,
    revision: 'refs/convert/parquet',
    files: {
      'default/train/0000.parquet': reviews(...texts(24)),
      'default/validation/0000.parquet': reviews(...texts(6)),
      'default/test/0000.parquet': reviews('one', 'two', 'three'),
    },
  })
  vi.stubEnv('HF_ENDPOINT', server.url)
  files.write('dev.parquet', reviews(...texts(8)))
  const reference = `hub:${dataset}:train`
  const trained = await headway(
    [
      ...['train', '--train', reference, '--dev', 'dev.parquet', '--model', fixture('training')],
      ...['--epochs', '1', '--max-length', '32', '--out', 'run', '--json'],
    ],
    files.dir,
  )
  expect(lastLine(trained)).toHaveProperty('metrics.accuracy')
  const record = JSON.parse(fs.readFileSync(path.join(files.dir, 'run/run.json'), 'utf8')) as object
  expect(record).toMatchObject({ labels: ['neg', 'pos'] })
  const sweep = JSON.parse(
    fs.readFileSync(path.join(files.dir, 'run/sweep.json'), 'utf8'),
  ) as object
  expect(sweep).toMatchObject({ experiment: { data: { train: reference, dev: 'dev.parquet' } } })

  const evaluated = (data: string) =>
    headway(['evaluate', '--run', 'run', '--data', data, '--json'], files.dir)
  expect(lastLine(await evaluated(`hub:${dataset}`))).toMatchObject({ examples: 6 })
  expect(lastLine(await evaluated(reference))).toMatchObject({ examples: 24 })
  expect(lastLine(await evaluated('dev.parquet'))).toMatchObject({ examples: 8 })
  const predicted = await headway(
    ['predict', '--run', 'run', '--input', `hub:${dataset}`],
    files.dir,
  )
  const rows = predicted.stdout.trim().split('\n')
  expect(rows).toHaveLength(3)
  expect(JSON.parse(rows[0] ?? '')).toHaveProperty('probabilities.neg')
  const unknown = await evaluated(`hub:${dataset}:dev2`)
  expect(unknown.code).toBe(2)
  expect(unknown.stderr).toContain('has no split "dev2"')
})

const lastLine = ({ code, stdout, stderr }: Called): unknown => {
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}
