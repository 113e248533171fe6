import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { runConfig } from '../../../test/support/runConfig.ts'
import { runRecord } from '../../../test/support/runRecords.ts'
import type { TaggedSentence } from '../../core/annotation/formats/conll.ts'
import { loadTokenSets } from '../../core/data/tokenSets.ts'
import { checkExperiment } from '../../core/experiment/parse.ts'
import { planRuns } from '../../core/experiment/resolve.ts'
import type { DataFiles } from '../../core/experiment/schema.ts'
import type { RunRecord } from '../../core/runs/records.ts'
import { correctedExperiment, type RetrainPlan } from './correctionsData.ts'

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-corrections-'))
afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }))

/** `Ada/B-PER met Ren`. */
const sentence = (text: string): TaggedSentence => {
  const pairs = text.split(' ').map((each) => each.split('/'))
  return { words: pairs.map(([word = '']) => word), tags: pairs.map(([, tag]) => tag ?? 'O') }
}
const text = ({ words, tags }: TaggedSentence): string =>
  words.map((word, at) => (tags[at] === 'O' ? word : `${word}/${tags[at]}`)).join(' ')
const conll = (...lines: readonly string[]): string =>
  lines
    .map(sentence)
    .map(({ words, tags }) => words.map((word, at) => `${word}\t${tags[at]}\n`).join(''))
    .join('\n')

const fromPretrained: RetrainPlan = { from: 'pretrained', grid: {} }

describe('correctedExperiment', () => {
  let store: string
  let runDir: string
  beforeEach(() => {
    store = fs.mkdtempSync(path.join(scratch, 'store-'))
    runDir = path.join(store, '.headway/sweeps/s/runs/r')
  })
  const write = (name: string, content: string) => fs.writeFileSync(path.join(store, name), content)
  const record = (data: DataFiles, labels: readonly string[]): RunRecord =>
    runRecord({
      base: path.relative(runDir, store),
      labels: [...labels],
      config: runConfig({ head: 'token', selectionMetric: 'entityF1', model: './model', data }),
    })
  const retrain = async (
    of: RunRecord,
    corrections: readonly string[],
    plan: RetrainPlan = fromPretrained,
  ) => {
    const made = await correctedExperiment(
      runDir,
      of,
      store,
      corrections.map(sentence),
      plan,
      'harbour',
    )
    const experiment = checkExperiment(made.experiment, 'the corrected experiment')
    const sets = await loadTokenSets(experiment.data, made.base)
    return { ...made, experiment, sets, train: sets.train.map(text), dev: sets.dev.map(text) }
  }

  const people = ['Ada/B-PER met Ren/B-PER', 'Zoe/B-PER left', 'They met in Lisbon/B-LOC']
  const labels = ['O', 'B-LOC', 'I-LOC', 'B-PER', 'I-PER']
  const ner = () => {
    write('train.conll', conll(...people))
    write('dev.conll', conll('Bob/B-PER saw Lisbon/B-LOC'))
    return record({ train: 'train.conll', dev: 'dev.conll' }, labels)
  }

  it('trains on the run’s data and the corrections, its dev set the same file', async () => {
    const { experiment, train, name } = await retrain(ner(), ['Quay/B-LOC 9/I-LOC was shut'])
    expect(train).toEqual([...people, 'Quay/B-LOC 9/I-LOC was shut'])
    expect(experiment.data.dev).toBe('dev.conll')
    expect(experiment.data.labels).toEqual(labels)
    expect(experiment.model).toBe('model')
    expect(name).toBe('harbour corrected')
  })

  it('adds types that only the corrections have', async () => {
    const { sets } = await retrain(ner(), ['Tea/B-GOODS was shut'])
    expect(sets.labels).toEqual([...labels, 'B-GOODS', 'I-GOODS'])
  })

  it('replaces a training sentence that was corrected', async () => {
    const { train } = await retrain(ner(), ['Zoe/B-LOC left'])
    expect(train).toEqual([people[0], people[2], 'Zoe/B-LOC left'])
  })

  it('lets go of earlier corrections that were changed or taken back since', async () => {
    const of = ner()
    write('train.conll', conll(...Array.from({ length: 40 }, (_, at) => `day ${at}`), ...people))
    const first = await retrain(of, ['Quay/B-LOC was shut', 'Tea/B-PER was cold', 'Zoe/B-LOC left'])
    expect(first.train.filter((each) => each.startsWith('Tea'))).toHaveLength(1)
    const second = await retrain(record(first.experiment.data, labels), ['Quay/B-PER was shut'])
    expect(second.train.filter((each) => !each.startsWith('day'))).toEqual([
      'Ada/B-PER met Ren/B-PER',
      'They met in Lisbon/B-LOC',
      'Zoe/B-PER left',
      ...Array.from({ length: 4 }, () => 'Quay/B-PER was shut'),
    ])
    expect(second.experiment.data.dev).toBe('dev.conll')
    const third = await retrain(record(second.experiment.data, labels), ['Quay/B-LOC was shut'])
    expect(third.train.filter((each) => /Quay|Zoe/.test(each))).toEqual([
      'Zoe/B-PER left',
      ...Array.from({ length: 4 }, () => 'Quay/B-LOC was shut'),
    ])
  })

  it('keeps classes of words as they are', async () => {
    const tagged = ['Nobody/PRON spoke/VERB ./PUNCT', 'Ada/PROPN slept/VERB ./PUNCT']
    write('train.conll', conll(...tagged))
    write('dev.conll', conll('Ada/PROPN spoke/VERB'))
    const of = record({ train: 'train.conll', dev: 'dev.conll' }, [
      'PRON',
      'PROPN',
      'PUNCT',
      'VERB',
    ])
    const { sets, train } = await retrain(of, ['Wow/INTJ ./PUNCT'])
    expect(sets.kind).toBe('classes')
    expect(train).toEqual([...tagged, 'Wow/INTJ ./PUNCT'])
    expect(sets.labels).toEqual(['PRON', 'PROPN', 'PUNCT', 'VERB', 'INTJ'])
  })

  it('takes training data in BIOES, and a dev set in other columns', async () => {
    write(
      'train.conll',
      'Ada\tx\tB-PER\ty\nByrne\tx\tE-PER\ty\nleft\tx\tO\ty\n\nRen\tx\tS-PER\ty\n',
    )
    write('dev.conll', 'Zoe\tx\tS-PER\tB-WRONG\nslept\tx\tO\tO\n')
    const data = { train: 'train.conll', dev: 'dev.conll', labelColumn: 2 }
    const { train, dev } = await retrain(record(data, labels), ['Bob/B-PER spoke'])
    expect(train).toEqual(['Ada/B-PER Byrne/I-PER left', 'Ren/B-PER', 'Bob/B-PER spoke'])
    expect(dev).toEqual(['Zoe/B-PER slept'])
  })

  it('keeps the sentences that were held out where the run had no dev set', async () => {
    const lines = Array.from({ length: 20 }, (_, at) => `Ada/B-PER met number ${at}`)
    write('train.conll', conll(...lines))
    const of = record({ train: 'train.conll', devSplit: 0.2 }, labels)
    const before = await loadTokenSets(of.config.data, store)
    const { train, dev } = await retrain(of, ['Bob/B-PER spoke'])
    expect(dev).toEqual(before.dev.map(text))
    expect(train).toEqual([...before.train.map(text), 'Bob/B-PER spoke'])
  })

  it('finds a model’s folder again where the run’s data were elsewhere', async () => {
    const of = ner()
    const config = { ...of.config, data: { train: '../train.conll' }, model: 'bert/tiny' }
    fs.mkdirSync(path.join(store, 'ner/bert/tiny'), { recursive: true })
    const base = path.relative(runDir, path.join(store, 'ner'))
    const { experiment } = await retrain({ ...of, base, config }, ['Bob/B-PER spoke'])
    expect(experiment.model).toBe('ner/bert/tiny')
  })

  it('makes a sweep, and goes on from the corrected model', async () => {
    const grid = { learningRate: [1e-5, 2e-5], epochs: [1, 2, 3] }
    const plan: RetrainPlan = { from: 'last', grid }
    const { experiment, base } = await retrain(ner(), ['Bob/B-PER spoke'], plan)
    expect(path.resolve(base, experiment.model ?? '')).toBe(path.join(runDir, 'model'))
    expect(planRuns(experiment, { precision: 'fp32', backend: 'wasm' })).toHaveLength(6)
  })
})
