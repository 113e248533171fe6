import { describe, expect, it } from 'vitest'
import { runConfig } from '../../../test/support/runConfig.ts'
import { runRecord } from '../../../test/support/runRecords.ts'
import { type RunConfig, RunConfigSchema } from '../experiment/config.ts'
import { cellName } from '../experiment/resolve.ts'
import { describeApart } from './apart.ts'
import { changedAspects, comparableKey } from './comparable.ts'
import type { RunRecord } from './records.ts'

const sums = { 'data/train': 'a', 'data/dev': 'b', 'model/vocab.txt': 'c' }
const run = (changes: Partial<RunRecord> = {}): RunRecord =>
  runRecord({ config: runConfig(), checksums: sums, engine: 1, ...changes })

describe('comparableKey', () => {
  const { data } = runConfig()

  it.each([
    ['the seed', { config: runConfig({ seed: 2 }) }],
    ['a place in the grid', { config: runConfig({ learningRate: 1e-5, dropout: 0.3 }) }],
    ['names of files', { config: runConfig({ data: { ...data, train: 'x', test: 'y' } }) }],
    ['test data', { checksums: { ...sums, 'data/test': 'd' } }],
    ['a model’s name', { config: runConfig({ model: 'the/same' }) }],
  ])('is the same whatever %s', (_, change) => {
    expect(comparableKey(run(change))).toBe(comparableKey(run()))
    expect(changedAspects(run(), run(change))).toEqual([])
  })

  it.each([
    ['trainingData', { checksums: { ...sums, 'data/train': 'x' } }],
    ['devData', { checksums: { ...sums, 'data/dev': 'x' } }],
    ['model', { checksums: { ...sums, 'model/vocab.txt': 'x' } }],
    ['engine', { engine: 2 }],
    ['backend', { config: runConfig({ backend: 'tensorflow' }) }],
    ['precision', { config: runConfig({ precision: 'bf16' }) }],
    ['selectionMetric', { config: runConfig({ selectionMetric: 'mcc' }) }],
    ['head', { config: runConfig({ head: 'pair' }) }],
    ['reading', { config: runConfig({ data: { ...data, positiveLabel: '0' } }) }],
    ['reading', { labels: ['1', '0'] }],
  ] as const)('tells apart another %s', (aspect, change) => {
    const other = run(change as Partial<RunRecord>)
    expect(comparableKey(other)).not.toBe(comparableKey(run()))
    expect(changedAspects(run(), other)).toEqual([aspect])
  })

  it('says it in words', () => {
    expect(describeApart({ from: 'reviews', changed: ['model', 'precision'] })).toBe(
      'Not ranked together with reviews: another model, another precision.',
    )
  })
})

describe('no two configurations', () => {
  /** A value of each field that is not `runConfig`'s. Names of the model and data files say nothing. */
  const others: Omit<RunConfig, 'seed' | 'model'> = {
    head: 'token',
    data: { train: 'train.tsv', labelColumn: 'other' },
    learningRate: 1e-5,
    batchSize: 8,
    epochs: 1,
    maxLength: 64,
    stride: 16,
    precision: 'bf16',
    backend: 'tensorflow',
    selectionMetric: 'mcc',
    regression: true,
    weightDecay: 0,
    warmup: 0,
    maxGradientNorm: 2,
    dropout: 0,
    gradientAccumulation: 4,
  }
  it.each(
    Object.keys(RunConfigSchema.properties).filter((name) => name !== 'seed' && name !== 'model'),
  )('that differ in %s are seeds of one cell', (name) => {
    const config = runConfig({ [name]: others[name as keyof typeof others] })
    const placeOf = (each: RunConfig) => [cellName(each), comparableKey(run({ config: each }))]
    expect(placeOf(config)).not.toEqual(placeOf(runConfig()))
  })
})
