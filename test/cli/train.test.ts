import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { layout, listSweepDirs, readRun } from '../../src/core/runs/store.ts'
import { writeTinyBert } from '../support/tinyBert.ts'
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
  files.write('test.tsv', 'text\tlabel\ntext 3\tyes\ntext 4\tno\n')
})

const withoutTest = [
  'train',
  ...['--train', 'train.tsv', '--dev', 'dev.tsv', '--model', model, '--max-length', '16'],
  ...['--batch-size', '8', '--epochs', '2', '--seed', '7', '--backend', 'wasm', '--json'],
]
const trainArgs = [...withoutTest, '--test', 'test.tsv']
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
    expect([0, 0.5, 1]).toContain(result.test.metrics.accuracy)
    expect(result.test.run).toBe(run)
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
    expect(lastJson(again.stdout).test.run).toBe(run)
    const { stdout } = await headway(
      trainArgs.filter((arg) => arg !== '--json'),
      files.dir,
    )
    expect(stdout).toMatch(/^accuracy \* +\d/m)
    expect(stdout).toMatch(/^test accuracy +\d/m)
    expect((await headway(['runs'], files.dir)).stdout).toContain(
      'On the test data, once: accuracy',
    )
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

  it('says what it skips, and ends at a broken line with what was good', async () => {
    files.write('gaps.tsv', 'text\tlabel\nmore\tyes\nless\nnone\tno\n\tno\n')
    const evaluate = ['evaluate', '--run', run, '--backend', 'wasm', '--data', 'gaps.tsv']
    const evaluated = await headway([...evaluate, '--skip-bad-rows', '--json'], files.dir)
    expect(evaluated.code, evaluated.stderr).toBe(0)
    expect(lastJson(evaluated.stdout).examples).toBe(2)
    expect(evaluated.stderr).toMatch(
      /gaps\.tsv: 2 bad rows skipped, the first: \S*gaps\.tsv:3 has 1/,
    )
    const predict = ['predict', '--run', run, '--backend', 'wasm']
    const rows = await headway([...predict, '--input', 'gaps.tsv'], files.dir)
    expect([rows.code, lastJson(rows.stdout).line]).toEqual([2, 2])
    files.write('broken.jsonl', '{"text": "a"}\n{"text": "b"}\n{"text": \n{"text": "c"}\n')
    const broken = await headway([...predict, '--input', 'broken.jsonl'], files.dir)
    expect(broken.code).toBe(2)
    expect(broken.stderr).toMatch(/broken\.jsonl:3:10 is not valid JSON/)
    expect(broken.stdout.trim().split('\n')).toHaveLength(2)
    const skipping = await headway(
      [...predict, '--input', 'broken.jsonl', '--skip-bad-rows'],
      files.dir,
    )
    expect(skipping.code).toBe(0)
    expect(
      skipping.stdout
        .trim()
        .split('\n')
        .map(lastJson)
        .map(({ line }) => line),
    ).toEqual([1, 2, 4])
  })

  it('refuses a positive label that the model does not have', async () => {
    const evaluate = ['evaluate', '--run', run, '--backend', 'wasm', '--data', 'dev.tsv']
    const { code, stderr } = await headway([...evaluate, '--positive-label', 'yse'], files.dir)
    expect(code).toBe(2)
    expect(stderr).toContain('the --positive-label "yse" is no label of the model ("no", "yes")')
  })

  it('counts which label was predicted as which, as score does of the same predictions', async () => {
    const evaluate = ['evaluate', '--run', run, '--backend', 'wasm', '--data', 'dev.tsv']
    const kept = ['--predictions', 'kept.jsonl']
    const evaluated = lastJson((await headway([...evaluate, ...kept, '--json'], files.dir)).stdout)
    expect(evaluated.confusion.labels).toEqual(['no', 'yes'])
    const { counts } = evaluated.confusion
    expect(counts.map(([no, yes]: number[]) => no! + yes!)).toEqual([2, 1])
    const { accuracy, ece } = evaluated.metrics
    expect((counts[0][0] + counts[1][1]) / 3).toBeCloseTo(accuracy, 10)
    const shown = await headway(evaluate, files.dir)
    expect(shown.stdout).toMatch(/^gold, predicted as +no +yes\nno +\d +\d\nyes +\d +\d$/m)
    const files2 = ['--gold', 'kept.jsonl', '--predicted', 'kept.jsonl']
    const columns = ['--label-column', 'gold', '--predicted-column', 'predicted']
    const score = ['score', '--head', 'sentence', ...files2, ...columns, '--json']
    const scored = lastJson((await headway(score, files.dir)).stdout)
    expect(scored.confusion).toEqual(evaluated.confusion)
    expect(scored.metrics.ece).toBeCloseTo(ece, 5)
  })

  it('gives a run its own folder with --out', async () => {
    const { code, stdout, stderr } = await headway([...withoutTest, '--out', 'own'], files.dir)
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

describe('pairs and scores', () => {
  const line = (text: string) => JSON.parse(text.trim().split('\n').at(-1) ?? '')
  const settings = ['--max-length', '24', '--batch-size', '8', '--epochs', '1', '--backend', 'wasm']
  let tiny: string

  beforeAll(() => {
    tiny = path.join(files.dir, 'tiny')
    writeTinyBert(tiny)
    const pair = (at: number) => `w${at} w${at % 7}\tw${at % 11} w3`
    const rows = (count: number, label: (at: number) => string | number) =>
      Array.from({ length: count }, (_, at) => `${pair(at)}\t${label(at)}`).join('\n')
    const kind = (at: number) => ['entailment', 'neutral', 'contradiction'][at % 3] ?? ''
    const head = 'sentence1\tsentence2\t'
    files.write('pairs.tsv', `${head}label\n${rows(48, kind)}\n`)
    files.write('pairs-dev.tsv', `${head}label\n${rows(12, kind)}\n`)
    files.write('scores.tsv', `${head}score\n${rows(48, (at) => (at % 11) / 2)}\n`)
    files.write('scores-dev.tsv', `${head}score\n${rows(12, (at) => (at % 11) / 2)}\n`)
  })

  const train = async (name: string, ...more: string[]) => {
    const data = ['--head', 'pair', '--train', `${name}.tsv`, '--dev', `${name}-dev.tsv`]
    const args = ['train', ...data, '--model', tiny, ...settings, ...more, '--json']
    const { code, stdout, stderr } = await headway(args, files.dir)
    expect(code, stderr).toBe(0)
    return line(stdout)
  }
  const call = async (...args: string[]) => {
    const { code, stdout, stderr } = await headway([...args, '--backend', 'wasm'], files.dir)
    expect(code, stderr).toBe(0)
    return line(stdout)
  }
  const answer = (run: string, input: string): Promise<string> =>
    new Promise((resolve) => {
      const args = ['predict', '--run', run, '--backend', 'wasm', '--input', '-']
      const child = spawn(process.execPath, [cliScript, ...args], { cwd: files.dir })
      let stdout = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text
      })
      child.on('close', () => resolve(stdout))
      child.stdin.end(input)
    })

  it('pairs in three classes are trained, evaluated and predicted', async () => {
    const { run, metrics } = await train('pairs')
    expect(Object.keys(metrics.byLabel)).toEqual(['contradiction', 'entailment', 'neutral'])
    const evaluated = await call('evaluate', '--run', run, '--data', 'pairs-dev.tsv', '--json')
    expect(evaluated.examples).toBe(12)
    expect(evaluated.metrics.accuracy).toBe(metrics.accuracy)
    expect(evaluated.confusion.counts.flat().reduce((a: number, b: number) => a + b)).toBe(12)
    const one = await call('predict', '--run', run, '--text', 'w1 w1', '--text-pair', 'w1 w3')
    expect(Object.keys(one.probabilities)).toEqual(['contradiction', 'entailment', 'neutral'])
    const [first] = fs
      .readFileSync(path.join(files.dir, 'pairs-dev.tsv'), 'utf8')
      .split('\n')
      .slice(2)
    expect(first).toMatch(/^w1 w1\tw1 w3\t/)
    const piped = line(await answer(run, 'w1 w1\tw1 w3\n'))
    expect(piped).toEqual({ line: 1, ...one })
    // Which text is which counts: the segments are told apart.
    const other = await call('predict', '--run', run, '--text', 'w1 w3', '--text-pair', 'w1 w1')
    expect(other.probabilities).not.toEqual(one.probabilities)
    expect(await answer(run, 'w1 w1\n')).toBe('')
  })

  it('a pair model is one away from its run too, and asks where its folder does not say', async () => {
    const { run, metrics } = await train('pairs')
    const exportedTo = ['export', '--run', run, '--to', 'bare', '--json']
    expect((await headway(exportedTo, files.dir)).code).toBe(0)
    const configFile = path.join(files.dir, 'bare', 'config.json')
    const config = JSON.parse(fs.readFileSync(configFile, 'utf8'))
    expect(config.headway).toEqual({ head: 'pair' })
    const evaluate = ['evaluate', '--run', 'bare', '--data', 'pairs-dev.tsv']
    const predict = ['predict', '--run', 'bare', '--input', 'pairs-dev.tsv']
    const right = await call('predict', '--run', run, '--input', 'pairs-dev.tsv')
    expect((await call(...evaluate, '--json')).metrics).toEqual(metrics)
    expect(await call(...predict)).toEqual(right)

    // As folders from elsewhere are.
    fs.writeFileSync(configFile, JSON.stringify({ ...config, headway: undefined }))
    for (const args of [evaluate, predict]) {
      const { code, stderr } = await headway([...args, '--backend', 'wasm'], files.dir)
      expect(code).toBe(2)
      expect(stderr).toMatch(
        /pairs-dev\.tsv has a second text \("sentence2"\).*give --text-pair-column sentence2, or --text-column sentence1/,
      )
    }
    const named = ['--text-pair-column', 'sentence2']
    expect((await call(...evaluate, ...named, '--json')).metrics.accuracy).toBe(metrics.accuracy)
    expect(await call(...predict, ...named)).toEqual(right)
    expect(await call(...predict, '--text-column', 'sentence1')).not.toEqual(right)
    files.write('objects.txt', '{"text": "w1 w1", "textPair": "w1 w3"}\n')
    const objects = ['predict', '--run', 'bare', '--input', 'objects.txt', '--backend', 'wasm']
    expect((await headway(objects, files.dir)).stderr).toMatch(/objects\.txt:1 has a second text/)
  })

  it('scores of pairs are trained, evaluated and predicted', async () => {
    const { run, metrics } = await train('scores', '--regression', '--label-column', 'score')
    expect(metrics.spearman).toBeGreaterThanOrEqual(-1)
    const evaluated = await call('evaluate', '--run', run, '--data', 'scores-dev.tsv', '--json')
    expect(evaluated.metrics.pearson).toBeCloseTo(metrics.pearson, 6)
    expect(evaluated).not.toHaveProperty('confusion')
    const one = await call('predict', '--run', run, '--text', 'w1 w1', '--text-pair', 'w1 w3')
    expect(one).toEqual({ score: expect.any(Number) })
    expect(line(await answer(run, 'w1 w1\tw1 w3'))).toEqual({ line: 1, ...one })
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
