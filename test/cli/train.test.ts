import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { layout, listSweepDirs, readRun } from '../../src/core/runs/store.ts'
import { cliScript, headway } from './headway.ts'
import { TemporaryFiles } from './temporaryFiles.ts'

const model = path.resolve(import.meta.dirname, '../fixtures/training')
const files = new TemporaryFiles()
afterAll(() => files.remove())

beforeAll(() => {
  expect(fs.existsSync(cliScript), 'dist/cli.js is built first: node scripts/build.mjs').toBe(true)
  const rows = Array.from({ length: 24 }, (_, i) => `text ${i}\t${i % 2 ? 'yes' : 'no'}`)
  files.write('train.tsv', `text\tlabel\n${rows.join('\n')}\n`)
  files.write('dev.tsv', 'text\tlabel\nmore\tyes\nless\tno\nnone\tno\n')
})

const trainArgs = [
  'train',
  ...['--train', 'train.tsv', '--dev', 'dev.tsv', '--model', model, '--max-length', '16'],
  ...['--batch-size', '8', '--epochs', '2', '--seed', '7', '--backend', 'wasm', '--json'],
]
const lastJson = (text: string) => JSON.parse(text.trim().split('\n').at(-1) ?? '')

describe('headway train, and what comes after it', () => {
  let run: string

  it('trains once and says the result', async () => {
    const { code, stdout, stderr } = await headway(trainArgs, files.dir)
    expect(code, stderr).toBe(0)
    const result = lastJson(stdout)
    run = result.run
    expect(result).toMatchObject({ state: 'done', backend: 'wasm', precision: 'fp32' })
    for (const key of ['examplesPerSecond', 'stepMs', 'seconds', 'peakMemoryMB']) {
      expect(result[key], key).toBeGreaterThan(0)
    }
    expect(Object.keys(result.metrics)).toEqual(expect.arrayContaining(['accuracy', 'f1', 'mcc']))
    expect(stderr).toContain('24 train, 3 dev')
  })

  it('records what the run computed on', () => {
    const [sweepDir = ''] = listSweepDirs(files.dir)
    const record = readRun(layout.run(sweepDir, run))
    expect(record.environment).toMatchObject({ node: process.versions.node })
    expect(record.environment?.device).toMatch(/, 1 thread$/)
    expect(record.tensors).toBeGreaterThan(0)
  })

  it('keeps a finished run, and trains it anew with --force', async () => {
    const again = await headway(trainArgs, files.dir)
    expect(again.code).toBe(0)
    expect(again.stderr).toContain(`Run ${run} is done already`)
    const forced = await headway([...trainArgs, '--force'], files.dir)
    expect(forced.code, forced.stderr).toBe(0)
    expect(lastJson(forced.stdout)).toMatchObject({ run, state: 'done' })
    expect(lastJson(forced.stdout).metrics).toEqual(lastJson(again.stdout).metrics)
  })

  it('lists, evaluates and predicts', async () => {
    const listed = lastJson((await headway(['runs', '--json'], files.dir)).stdout)
    expect(listed.sweeps[0].runs).toMatchObject([{ run, seed: 7, state: 'done' }])
    const args = ['evaluate', '--run', run.slice(0, 6), '--data', 'dev.tsv', '--backend', 'wasm']
    const evaluated = await headway([...args, '--json'], files.dir)
    expect(evaluated.code, evaluated.stderr).toBe(0)
    expect(lastJson(evaluated.stdout).metrics.accuracy).toBe(
      listed.sweeps[0].runs[0].metrics.accuracy,
    )
    const predict = ['predict', '--run', run, '--backend', 'wasm']
    const one = await headway([...predict, '--text', '- more'], files.dir)
    const { label, probabilities } = lastJson(one.stdout)
    expect(['no', 'yes']).toContain(label)
    expect(probabilities.no + probabilities.yes).toBeCloseTo(1, 5)
    const many = await headway([...predict, '--input', 'dev.tsv'], files.dir)
    expect(many.stdout.trim().split('\n')).toHaveLength(3)
  })

  it('gives a run its own folder with --out', async () => {
    const { code, stdout, stderr } = await headway([...trainArgs, '--out', 'own'], files.dir)
    expect(code, stderr).toBe(0)
    const own = path.join(files.dir, 'own')
    expect(lastJson(stdout).dir).toBe(fs.realpathSync(own))
    expect(fs.readdirSync(own)).toEqual(
      expect.arrayContaining(['run.json', 'sweep.json', 'attempt-1', 'model']),
    )
    const tokens = await headway(['tokenize', '--model', 'own/model', '--text', 'a'], files.dir)
    expect(lastJson(tokens.stdout).tokens.at(0)).toBe('[CLS]')
    const predicted = await headway(
      ['predict', '--run', 'own', '--text', 'a', '--backend', 'wasm'],
      files.dir,
    )
    expect(predicted.code, predicted.stderr).toBe(0)
  })
})

describe('headway sweep', () => {
  it('runs every cell, then only the holes', async () => {
    files.write(
      'grid.headway.json',
      JSON.stringify({
        ...{ head: 'sentence', model, data: { train: 'train.tsv', dev: 'dev.tsv' } },
        ...{ learningRate: [1e-4, 1e-3], batchSize: 8, epochs: 1, maxLength: 16, backend: 'wasm' },
      }),
    )
    const first = await headway(['sweep', 'grid.headway.json', '--json'], files.dir)
    expect(first.code, first.stderr).toBe(0)
    const result = lastJson(first.stdout)
    expect(result.runs.map(({ cell }: { cell: string }) => cell)).toEqual([
      'lr1e-4-bs8-ep1-len16',
      'lr1e-3-bs8-ep1-len16',
    ])
    expect(result.runs.map((each: { run: string }) => each.run)).toContain(result.best)
    fs.rmSync(path.join(files.dir, '.headway/sweeps/grid/runs', result.best), { recursive: true })
    const again = await headway(['sweep', 'grid.headway.json', '--json'], files.dir)
    expect(again.stderr).toContain('1 of 2 runs are finished already and kept')
    expect(lastJson(again.stdout)).toEqual(result)
  })
})
