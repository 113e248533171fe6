import { describe, expect, it } from 'vitest'
import { parseExperiment } from './parse.ts'
import { cellName, planRuns } from './resolve.ts'
import { runId } from './runId.ts'
import type { ExperimentFile } from './schema.ts'

const here = { backend: 'tensorflow', precision: 'bf16' } as const
const plain: ExperimentFile = { head: 'sentence', data: { train: 'a.tsv' } }

describe('an experiment file', () => {
  it('is read, also with a BOM', () => {
    expect(parseExperiment(`\ufeff${JSON.stringify(plain)}`, 'x')).toEqual(plain)
  })

  const faults: [string, string, string][] = [
    ['{\n  "head": "sentence",\n}', 'x:3:1 is not valid JSON: unexpected "}"', ''],
    ['{"head": "sentence"', 'x:1:20 is not valid JSON: it ends early', ''],
    [
      '{\n "head": "sentence",\n "data": {"train": "a"},\n "learningrate": 1}',
      'x:4: unknown key "learningrate"; did you mean "learningRate"?',
      '',
    ],
    [
      '{"head": "sentence", "data": {\n"train": "a", "textColum": 1}}',
      'x:2: unknown key "data.textColum"; did you mean "textColumn"?',
      '',
    ],
    ['{"head": "sentence"}', 'x:1: "data" is missing', ''],
    [
      '{"data": {"train": "a"}, "head": "sentense"}',
      'x:1: "head" must be "sentence", "pair", "token" or "qa", not "sentense"',
      '',
    ],
    [
      '{"head": "sentence", "data": {"train": "a"},\n"epochs": 1.5}',
      'x:2: "epochs" must be a whole number, not 1.5',
      '',
    ],
    [
      '{"head": "sentence", "data": {"train": "a"},\n"epochs": 2,\n"epochs": 3}',
      'x:3: "epochs" stands here a second time (first in line 2)',
      '',
    ],
    ['[]', 'x:1: an experiment is a JSON object', ''],
  ]
  it.each(faults)('%j is refused', (text, message) => {
    expect(() => parseExperiment(text, 'x')).toThrow(message)
  })
})

describe('the runs of an experiment', () => {
  it('have the paper’s hyperparameters where nothing is said', () => {
    const [run, ...rest] = planRuns(plain, here)
    expect(rest).toEqual([])
    expect(run?.cell).toBe('lr5e-5-bs32-ep3')
    expect(run?.config).toMatchObject({
      seed: 1,
      maxLength: 128,
      weightDecay: 0.01,
      warmup: 0.1,
      dropout: 0.1,
      selectionMetric: 'accuracy',
      regression: false,
    })
  })

  it('are 18 for the paper’s grid, and as many again for each seed', () => {
    const runs = planRuns({ ...plain, grid: 'paper', seeds: [1, 2] }, here)
    expect(runs).toHaveLength(36)
    expect(new Set(runs.map(({ cell }) => cell)).size).toBe(18)
    expect(runs.slice(0, 3).map(({ cell, config }) => [cell, config.seed])).toEqual([
      ['lr2e-5-bs16-ep2', 1],
      ['lr2e-5-bs16-ep2', 2],
      ['lr2e-5-bs16-ep3', 1],
    ])
    expect(planRuns({ ...plain, grid: 'paper', epochs: 1 }, here)).toHaveLength(6)
  })

  it('take what the file says before the preset', () => {
    const [run] = planRuns({ ...plain, preset: 'stable', batchSize: 8 }, here)
    expect(run?.config).toMatchObject({ learningRate: 2e-5, epochs: 20, batchSize: 8 })
  })

  it('are refused where values do not fit together', () => {
    const plan = (more: Partial<ExperimentFile>) => () => planRuns({ ...plain, ...more }, here)
    expect(plan({ gradientAccumulation: 3 })).toThrow('does not divide the batch size 32')
    expect(plan({ selectionMetric: 'pearson' })).toThrow('"selectionMetric" pearson does not fit')
    expect(plan({ regression: true, selectionMetric: 'f1' })).toThrow('pearson or spearman')
  })

  it('name their cells shortly', () => {
    expect(cellName({ learningRate: 0.00005, batchSize: 16, epochs: 2 })).toBe('lr5e-5-bs16-ep2')
    expect(cellName({ learningRate: 1, batchSize: 1, epochs: 1 })).toBe('lr1e0-bs1-ep1')
    const common = { learningRate: 5e-5, batchSize: 32, epochs: 3 }
    expect(cellName({ ...common, stride: 64, gradientAccumulation: 2 })).toBe(
      'lr5e-5-bs32-ep3-st64-ga2',
    )
    // A third of the length is the usual stride of questions.
    expect(cellName({ ...common, head: 'qa', maxLength: 384, stride: 128 })).toBe('lr5e-5-bs32-ep3')
  })

  it('multiply out every list, and name in the cell what is not the usual', () => {
    const runs = planRuns(
      {
        ...plain,
        dropout: [0.1, 0.2],
        maxLength: [64, 128],
        weightDecay: [0, 0.01],
        warmup: [0, 0.1],
      },
      here,
    )
    expect(new Set(runs.map(({ cell }) => cell)).size).toBe(16)
    expect(runs[0]?.cell).toBe('lr5e-5-bs32-ep3-len64-wd0-wu0')
    expect(runs.at(-1)?.cell).toBe('lr5e-5-bs32-ep3-do0.2')
  })
})

describe('a run’s id', () => {
  const [run] = planRuns(plain, here)
  const config = run!.config
  const sums = { data: { train: 'a', dev: 'b' }, model: { 'model.safetensors': 'c' } }

  it('depends on all that decides the result, not on names and places', () => {
    const id = runId(config, sums)
    expect(id).toMatch(/^[0-9a-f]{12}$/)
    expect(runId({ ...config, model: '/elsewhere', data: { train: 'moved.tsv' } }, sums)).toBe(id)
    const tested = { ...sums, data: { ...sums.data, test: 'd' } }
    expect(runId({ ...config, data: { train: 'a.tsv', test: 't.tsv' } }, tested)).toBe(id)
    const others = [
      runId({ ...config, seed: 2 }, sums),
      runId({ ...config, precision: 'fp32' }, sums),
      runId({ ...config, data: { ...config.data, labelColumn: 'x' } }, sums),
      runId(config, { ...sums, data: { train: 'a', dev: 'x' } }),
      runId(config, { ...sums, model: { 'model.safetensors': 'x' } }),
    ]
    expect(new Set([id, ...others]).size).toBe(others.length + 1)
  })

  it('stays the same from version to version: a change loses the runs people have', () => {
    expect(runId(config, sums)).toBe('7773fac6fcf0')
  })
})
