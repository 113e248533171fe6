import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { prepareSweep } from '../../src/core/launch/prepare.ts'
import { headway } from './headway.ts'
import { TemporaryFiles } from './temporaryFiles.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

it('a damaged run.json is named and hides no other run', async () => {
  files.write('train.tsv', 'text\tlabel\na b\t0\nc d\t1\n')
  const { runs } = await prepareSweep({
    experiment: {
      head: 'sentence',
      data: { train: 'train.tsv', dev: 'train.tsv' },
      seeds: [1, 2],
      maxLength: 16,
    },
    base: files.dir,
    store: files.dir,
    modelFolder: path.resolve(import.meta.dirname, '../fixtures/training'),
    machine: () => ({ versions: {}, backend: 'wasm', precision: 'fp32' }),
  })
  const [damaged, whole] = runs
  files.write(path.relative(files.dir, path.join(damaged?.dir ?? '', 'run.json')), '{')
  const { code, stdout, stderr } = await headway(['runs'], files.dir)
  expect(code).toBe(0)
  expect(stdout).toContain(whole?.record.id)
  expect(stderr).toContain('It is left out.')
})
