import fs from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import type { ExperimentFile } from '../experiment/schema.ts'
import { layout, readRun, readSweep, storeOfRun, writeRun } from '../runs/store.ts'
import { slug } from './place.ts'
import { type PrepareOptions, prepareSweep } from './prepare.ts'

const modelFolder = path.resolve(import.meta.dirname, '../../../test/fixtures/training')

let files: TemporaryFiles
beforeEach(() => {
  files = new TemporaryFiles()
  const rows = Array.from({ length: 40 }, (_, i) => `text ${i}\t${i % 2}`)
  files.write('train.tsv', `text\tlabel\n${rows.join('\n')}\n`)
  files.write('dev.tsv', 'text\tlabel\nmore\t1\nless\t0\n')
})
afterEach(() => files.remove())

const experiment: ExperimentFile = {
  head: 'sentence',
  data: { train: 'train.tsv', dev: 'dev.tsv' },
  learningRate: [5e-5, 1e-4],
  maxLength: 32,
}
const prepare = (more: Partial<PrepareOptions> = {}) =>
  prepareSweep({
    experiment,
    base: files.dir,
    store: files.dir,
    modelFolder,
    versions: { headway: '0.1.0' },
    backend: 'wasm',
    precision: 'fp32',
    name: 'My Sweep',
    ...more,
  })
const end = (dir: string, state: 'done' | 'stopped' | 'running' | 'diverged') =>
  writeRun(dir, { ...readRun(dir), state })

describe('preparing a sweep', () => {
  it('writes what was resolved', async () => {
    const prepared = await prepare()
    expect(prepared.sweepDir).toBe(layout.sweep(files.dir, 'my-sweep'))
    const sweep = readSweep(prepared.sweepDir)
    expect(sweep.runs).toEqual(prepared.runs.map(({ record }) => record.id))
    expect(Object.keys(sweep.checksums)).toContain('data/train')
    const [run] = prepared.runs
    const record = readRun(run!.dir)
    expect(record).toMatchObject({ state: 'queued', labels: ['0', '1'], attempt: 0 })
    expect(record.config.data).toMatchObject({ textColumn: 'text', labelColumn: 'label' })
    expect(path.resolve(run!.dir, record.base)).toBe(files.dir)
    expect(prepared.open).toHaveLength(2)
    expect(fs.readFileSync(path.join(files.dir, '.headway/.gitignore'), 'utf8')).toContain(
      '*.safetensors',
    )
  })

  it('tells models apart by their tokenizer.json, which says the casing', async () => {
    const idWith = async (lowercase: boolean) => {
      const folder = path.join(files.dir, 'model')
      fs.cpSync(modelFolder, folder, { recursive: true })
      const normalizer = { type: 'BertNormalizer', lowercase }
      files.write('model/tokenizer.json', JSON.stringify({ normalizer }))
      return (await prepare({ modelFolder: folder })).runs[0]?.record.id
    }
    expect(await idWith(true)).not.toBe(await idWith(false))
  })

  it('keeps what is finished and fills the holes', async () => {
    const [first, second] = (await prepare()).open
    end(first!, 'done')
    end(second!, 'stopped')
    const again = await prepare()
    expect(again.open).toEqual([second])
    expect(readRun(second!).state).toBe('queued')
    end(second!, 'running')
    expect((await prepare()).open).toEqual([second])
    end(second!, 'diverged')
    expect((await prepare()).open).toEqual([])
    expect((await prepare({ force: true })).open).toEqual([first, second])
  })

  it('adds to a sweep on the same data, and leaves one on other data alone', async () => {
    const before = await prepare()
    const more = { ...experiment, learningRate: [1e-4, 2e-4] }
    const wider = await prepare({ experiment: more })
    expect(wider.sweepDir).toBe(before.sweepDir)
    expect(readSweep(before.sweepDir).runs).toHaveLength(3)
    expect(wider.runs).toHaveLength(2)
    files.write('dev.tsv', 'text\tlabel\nother\t1\nless\t0\n')
    expect((await prepare()).sweepDir).toBe(layout.sweep(files.dir, 'my-sweep-2'))
  })

  it('adds seeds to the cells that are meant, and to no others', async () => {
    const { runs: first } = await prepare()
    const cell = first[0]!.record.cell
    const { sweep, runs, open } = await prepare({
      experiment: { ...experiment, seeds: [1, 2, 3] },
      only: (run) => run.cell === cell && run.config.seed > 1,
    })
    expect(runs.map(({ record }) => [record.cell, record.seed])).toEqual([
      [cell, 2],
      [cell, 3],
    ])
    expect(open).toHaveLength(2)
    expect(sweep.runs).toHaveLength(4)
  })

  it('finds what was moved, and takes test data later', async () => {
    const [first, second] = (await prepare()).open
    end(first!, 'done')
    fs.renameSync(path.join(files.dir, 'train.tsv'), path.join(files.dir, 'moved.tsv'))
    fs.copyFileSync(path.join(files.dir, 'dev.tsv'), path.join(files.dir, 'test.tsv'))
    const data = { train: 'moved.tsv', dev: 'dev.tsv', test: 'test.tsv' }
    const again = await prepare({ experiment: { ...experiment, data } })
    expect(again.open).toEqual([second])
    expect(readRun(second!).config.data.train).toBe('moved.tsv')
    expect(readRun(first!).config.data.train).toBe('train.tsv')
  })

  it('does not rank together what was read in another way', async () => {
    await prepare()
    const flipped = { ...experiment, data: { ...experiment.data, labels: ['1', '0'] } }
    expect((await prepare({ experiment: flipped })).sweep.id).toBe('my-sweep-2')
    const named = { ...experiment, data: { ...experiment.data, labelColumn: 'label' } }
    expect((await prepare({ experiment: named })).sweep.id).toBe('my-sweep')
    expect(
      (await prepare({ experiment: { ...experiment, selectionMetric: 'mcc' } })).sweep.id,
    ).toBe('my-sweep-3')
  })

  it('says whose weights stay', async () => {
    const policy = async (change: Partial<ExperimentFile>, keepModels?: 'all' | 'none') =>
      (await prepare({ experiment: { ...experiment, ...change }, keepModels })).sweep.keepModels
    expect(await policy({})).toBe('best')
    expect(await policy({ learningRate: 5e-5, seeds: [1, 2] })).toBe('all')
    expect(await policy({}, 'none')).toBe('none')
    expect(await policy({ keepModels: 'best' }, 'none')).toBe('best')
  })

  it('gives a run a folder of its own', async () => {
    const out = path.join(files.dir, 'result')
    const one = { ...experiment, learningRate: 5e-5 }
    const { open } = await prepare({ experiment: one, out })
    expect(open).toEqual([out])
    expect(storeOfRun(out)).toBe(out)
    expect((await prepare({ experiment: one, out })).open).toEqual([out])
    const other = { ...one, epochs: 9 }
    await expect(prepare({ experiment: other, out })).rejects.toThrow('holds another run already')
    await expect(prepare({ out })).rejects.toThrow('is for a single run; this experiment has 2')
  })

  const faults: [string, Partial<ExperimentFile>, RegExp][] = [
    [
      'a length beyond the model’s',
      { maxLength: 65 },
      /"maxLength" 65 is more than .* 64 positions/,
    ],
    [
      'an unknown positive label',
      { data: { ...experiment.data, positiveLabel: 'x' } },
      /not a label/,
    ],
    ['a head that the data are not for', { head: 'qa' }, /holds the question cannot be told/],
    ['a missing file', { data: { train: 'no.tsv' } }, /no\.tsv does not exist/],
  ]
  it.each(faults)('with %s writes nothing', async (_, change, message) => {
    await expect(prepare({ experiment: { ...experiment, ...change } })).rejects.toThrow(message)
    expect(fs.existsSync(path.join(files.dir, '.headway'))).toBe(false)
  })

  it('says where results cannot be written', async () => {
    files.write('.headway', 'a file')
    await expect(prepare()).rejects.toThrow('The results cannot be written')
  })
})

describe('a sweep’s folder', () => {
  it.each([
    ['My Sweep!', 'my-sweep'],
    ['../../etc', 'etc'],
    ['München', 'munchen'],
    ['CON', 'sweep-con'],
    ['日本', '日本'],
    ['Отзывы №1', 'отзывы-no1'],
    ['हिन्दी', 'हिन्दी'],
  ])('for %s', (name, expected) => {
    expect(slug(name)).toBe(expected)
  })

  it('tells apart names that leave nothing of themselves', () => {
    expect(slug('😀')).toMatch(/^sweep-[0-9a-f]{6}$/)
    expect(slug('😀')).not.toBe(slug('..'))
  })
})
