import fs from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import type { ExperimentFile } from '../experiment/schema.ts'
import { layout, readRun, readSweep, storeOfRun, writeRun, writeSweep } from '../runs/store.ts'
import { deleteToTrash } from '../runs/trash.ts'
import type { Machine, WantedMachine } from './chooseSweep.ts'
import { type PrepareOptions, prepareSweep } from './prepare.ts'
import { slug } from './slug.ts'

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
/** A machine on which `auto` becomes these. */
const machine =
  (backend: Machine['backend'] = 'wasm', precision: Machine['precision'] = 'fp32') =>
  (wanted: WantedMachine): Machine => ({
    backend: wanted.backend === 'auto' ? backend : wanted.backend,
    precision: wanted.precision === 'auto' ? precision : wanted.precision,
    versions: { headway: '0.1.0' },
  })
/** The pretrained model with other weights, as far as a checksum sees it. */
const otherModel = (): string => {
  const folder = path.join(files.dir, 'other-model')
  fs.cpSync(modelFolder, folder, { recursive: true })
  files.write('other-model/tokenizer.json', JSON.stringify({ normalizer: { lowercase: false } }))
  return folder
}
const prepare = (more: Partial<PrepareOptions> = {}) =>
  prepareSweep({
    experiment,
    base: files.dir,
    store: files.dir,
    modelFolder,
    machine: machine(),
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
    // It is over, but it may be what the test data are scored by.
    expect(readRun(first!)).toMatchObject({ state: 'done', config: { data } })
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

  it('gives another model a sweep of its own, and says why', async () => {
    const first = await prepare()
    expect(first).toMatchObject({ isNew: true, sweep: { name: 'My Sweep' } })
    expect(first.sweep.apart).toBeUndefined()
    const other = await prepare({ modelFolder: otherModel() })
    expect(other).toMatchObject({
      isNew: true,
      sweep: {
        ...{ id: 'my-sweep-2', name: 'My Sweep 2' },
        apart: { from: 'my-sweep', changed: ['model'] },
      },
    })
    expect(readSweep(other.sweepDir)).toEqual(other.sweep)
    // Back to the first, and again: each goes on with its own.
    expect((await prepare()).sweepDir).toBe(first.sweepDir)
    const again = await prepare({ modelFolder: otherModel() })
    expect(again).toMatchObject({ isNew: false, sweep: other.sweep })
    // Seeds that are added to the second are asked for by its name.
    const named = await prepare({ modelFolder: otherModel(), name: 'My Sweep 2' })
    expect(named.sweepDir).toBe(other.sweepDir)
  })

  it('finds a sweep behind one that was deleted, or that is damaged', async () => {
    const first = await prepare()
    const other = await prepare({ modelFolder: otherModel() })
    files.write(path.relative(files.dir, layout.sweepRecord(first.sweepDir)), '{')
    expect((await prepare({ modelFolder: otherModel() })).sweepDir).toBe(other.sweepDir)
    await expect(prepare()).rejects.toThrow('cannot be read as a sweep record')
    fs.rmSync(first.sweepDir, { recursive: true })
    expect((await prepare({ modelFolder: otherModel() })).sweepDir).toBe(other.sweepDir)
    expect((await prepare()).sweepDir).toBe(first.sweepDir)
  })

  it('leaves an experiment alone that is itself called name-2, whichever was first', async () => {
    const numbered = await prepare({ name: 'my-sweep-2' })
    const plain = await prepare()
    expect([numbered.sweep.id, plain.sweep.id]).toEqual(['my-sweep-2', 'my-sweep'])
    expect((await prepare()).sweep).toEqual(plain.sweep)
    const apart = await prepare({ modelFolder: otherModel() })
    expect(apart.sweep).toMatchObject({ id: 'my-sweep-3', name: 'My Sweep 3' })
    expect(readSweep(numbered.sweepDir)).toEqual(numbered.sweep)
    const third = await prepare({ name: 'my-sweep-3' })
    expect(third.sweep).toMatchObject({ id: 'my-sweep-3-2', name: 'my-sweep-3 2' })
    expect((await prepare({ name: 'my-sweep-3' })).sweep.id).toBe('my-sweep-3-2')
    expect((await prepare({ modelFolder: otherModel() })).sweep.id).toBe('my-sweep-3')
  })

  it('knows sweeps of before numbers were kept', async () => {
    const { sweepDir } = await prepare()
    const other = await prepare({ modelFolder: otherModel() })
    for (const dir of [sweepDir, other.sweepDir]) {
      const { number: _, ...record } = readSweep(dir)
      writeSweep(dir, record)
    }
    const named = await prepare({ modelFolder: otherModel(), name: 'My Sweep 2' })
    expect(named.sweep).toMatchObject({ id: 'my-sweep-2', name: 'My Sweep 2' })
    expect((await prepare()).sweep.id).toBe('my-sweep')
    expect((await prepare({ modelFolder: otherModel() })).sweep.id).toBe('my-sweep-2')
    expect((await prepare({ name: 'my-sweep-2' })).sweep.id).toBe('my-sweep-2-2')
  })

  it('ranks no two backends, precisions or engines together', async () => {
    const place = async (change: Partial<ExperimentFile>) => {
      const { sweep } = await prepare({ experiment: { ...experiment, ...change } })
      return [sweep.id, sweep.apart]
    }
    expect(await place({ backend: 'wasm', precision: 'fp32' })).toEqual(['my-sweep', undefined])
    expect(await place({ backend: 'tensorflow', precision: 'fp32' })).toEqual([
      'my-sweep-2',
      { from: 'my-sweep', changed: ['backend'] },
    ])
    expect(await place({ backend: 'tensorflow', precision: 'bf16' })).toEqual([
      'my-sweep-3',
      { from: 'my-sweep-2', changed: ['precision'] },
    ])
    const dir = layout.sweep(files.dir, 'my-sweep')
    for (const id of readSweep(dir).runs) {
      const run = layout.run(dir, id)
      writeRun(run, { ...readRun(run), engine: 0 })
    }
    expect(await place({ backend: 'wasm', precision: 'fp32' })).toEqual([
      'my-sweep-4',
      { from: 'my-sweep', changed: ['engine'] },
    ])
  })

  it('takes what changes nothing else for other cells of the same sweep', async () => {
    await prepare({ experiment: { ...experiment, learningRate: 5e-5 } })
    const change = { learningRate: 5e-5, gradientAccumulation: 2 }
    const { sweep, runs } = await prepare({ experiment: { ...experiment, ...change } })
    expect([sweep.id, sweep.runs.length]).toEqual(['my-sweep', 2])
    expect(runs[0]?.record.cell).toBe('lr5e-5-bs32-ep3-len32-ga2')
  })

  it('resolves auto once, also for a launch on another machine', async () => {
    const first = await prepare({ machine: machine('tensorflow', 'bf16') })
    expect(first.sweep.auto).toEqual({ backend: 'tensorflow', precision: 'bf16' })
    const ids = first.runs.map(({ record }) => record.id)
    const elsewhere = await prepare({ machine: machine('tensorflow', 'fp32') })
    expect(elsewhere.sweepDir).toBe(first.sweepDir)
    expect(elsewhere.runs.map(({ record }) => record.id)).toEqual(ids)
    // Said by name it is not auto any more.
    const fp32 = { ...experiment, precision: 'fp32' } as const
    const named = await prepare({ experiment: fp32, machine: machine('tensorflow', 'bf16') })
    expect(named.sweep).toMatchObject({ id: 'my-sweep-2', auto: { backend: 'tensorflow' } })
    expect(named.sweep.auto).not.toHaveProperty('precision')
    expect((await prepare({ machine: machine() })).sweepDir).toBe(first.sweepDir)
    // A sweep of its own is resolved anew.
    const other = await prepare({ machine: machine(), modelFolder: otherModel() })
    expect(other.sweep.auto).toEqual({ backend: 'wasm', precision: 'fp32' })
  })

  it('resolves auto once for a run in a folder of its own', async () => {
    const one = { ...experiment, learningRate: 5e-5 }
    const out = path.join(files.dir, 'result')
    await prepare({ experiment: one, out, machine: machine('tensorflow', 'bf16') })
    const again = await prepare({ experiment: one, out })
    expect(again.open).toEqual([out])
    expect(again.runs[0]?.record.config).toMatchObject({ precision: 'bf16' })
  })

  it('drops a score on test data that are others by now, or none', async () => {
    const write = (text: string) => files.write('test.tsv', `text\tlabel\n${text}\t1\nless\t0\n`)
    const tested = { ...experiment, data: { ...experiment.data, test: 'test.tsv' } }
    write('one')
    const { sweepDir, sweep, runs } = await prepare({ experiment: tested })
    const test = {
      ...{ run: runs[0]!.record.id, metrics: { accuracy: 0.9 }, time: 1 },
      checksum: sweep.checksums['data/test']!,
    }
    const score = () => writeSweep(sweepDir, { ...readSweep(sweepDir), test })
    score()
    expect((await prepare({ experiment: tested })).sweep.test).toEqual(test)
    write('two')
    expect((await prepare({ experiment: tested })).sweep.test).toBeUndefined()
    score()
    expect((await prepare()).sweep.test).toBeUndefined()
  })

  it('keeps a score that comes, and leaves out a run that is deleted, while the machine is asked', async () => {
    const data = { ...experiment.data, test: 'dev.tsv' }
    const { sweepDir, sweep, runs } = await prepare({ experiment: { ...experiment, data } })
    const [kept = '', deleted = ''] = sweep.runs
    const checksum = sweep.checksums['data/test']!
    const test = { run: kept, metrics: { accuracy: 0.9 }, time: 1, checksum }
    const meanwhile = (wanted: WantedMachine): Machine => {
      deleteToTrash(files.dir, runs[1]!.dir)
      writeSweep(sweepDir, { ...readSweep(sweepDir), test })
      return machine()(wanted)
    }
    const only = ({ config }: { config: { learningRate: number } }) => config.learningRate === 5e-5
    const again = await prepare({ experiment: { ...experiment, data }, machine: meanwhile, only })
    expect(runs[1]!.record.id).toBe(deleted)
    expect(again.sweep).toMatchObject({ test, runs: [kept] })
    expect(readSweep(sweepDir)).toEqual(again.sweep)
  })

  it('tells an interrupted run where its data are, unless somebody works on it', async () => {
    const [dir] = (await prepare()).open
    const trainer = {
      process: { host: 'here', pid: 1, startTime: '1' },
      ...{ socket: 's', protocol: 1, version: '0' },
    }
    writeRun(dir!, { ...readRun(dir!), state: 'running', attempt: 1, trainer })
    fs.renameSync(path.join(files.dir, 'train.tsv'), path.join(files.dir, 'moved.tsv'))
    const moved = { ...experiment, data: { ...experiment.data, train: 'moved.tsv' } }
    const trainOf = async (isAtWork: boolean) => {
      const { open } = await prepare({ experiment: moved, isAtWork: () => isAtWork })
      expect(open).toContain(dir)
      const { state, config } = readRun(dir!)
      return [state, config.data.train]
    }
    expect(await trainOf(true)).toEqual(['running', 'train.tsv'])
    expect(await trainOf(false)).toEqual(['running', 'moved.tsv'])
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
