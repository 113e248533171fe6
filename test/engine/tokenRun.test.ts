import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadTokenData } from '../../src/core/data/tokenData.ts'
import { loadTokenSets } from '../../src/core/data/tokenSets.ts'
import { readPredictions } from '../../src/core/runs/predictions.ts'
import { layout } from '../../src/core/runs/store.ts'
import { type LoadedModel, loadFineTuned } from '../../src/engine/loadedModel.ts'
import { evaluateTokens } from '../../src/engine/tasks/tokenTask.ts'
import { predictTokens, predictTokensInTexts } from '../../src/engine/tokenPredictor.ts'
import { type TrainingJob, trainRun } from '../../src/engine/trainingLoop.ts'
import { backendFiles, fixture } from '../support/engineFiles.ts'
import { runConfig } from '../support/runConfig.ts'
import { writeTokenTask } from '../support/tokenTask.ts'

let folder: string
let runDir: string
let model: LoadedModel
let trained: Awaited<ReturnType<typeof trainRun>>
const config = runConfig({
  head: 'token',
  data: { train: 'train.conll', dev: 'dev.conll' },
  learningRate: 3e-3,
  batchSize: 8,
  epochs: 6,
  maxLength: 10,
  backend: 'tensorflow',
  selectionMetric: 'entityF1',
})
const load = (backend: 'tensorflow' | 'wasm') =>
  loadFineTuned(layout.model(runDir), { backend, files: backendFiles() })

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-token-'))
  runDir = path.join(folder, 'run')
  writeTokenTask(folder)
  fs.mkdirSync(layout.attempt(runDir, 1), { recursive: true })
  const { labels } = await loadTokenSets(config.data, folder)
  const job: TrainingJob = {
    config,
    labels,
    base: folder,
    modelFolder: fixture('training'),
    runDir,
    attempt: 1,
    backend: backendFiles(),
  }
  trained = await trainRun(job, { emit: () => {}, shouldStop: () => false })
  model = await load('tensorflow')
})
afterAll(() => {
  model?.dispose()
  fs.rmSync(folder, { recursive: true, force: true })
})

describe('a run with the token head', () => {
  it('learns, and keeps a prediction for every word, windows or not', async () => {
    expect(trained.state).toBe('done')
    expect(trained.metrics?.entityF1).toBeGreaterThan(0.9)
    expect(trained.metrics?.loss).toBeGreaterThan(0)
    const { sentences } = await loadTokenData(path.join(folder, 'dev.conll'))
    const kept = readPredictions(layout.predictions(runDir, 1), config)
    expect(kept).toMatchObject({ kind: 'tokens', damaged: 0 })
    const rows = kept?.kind === 'tokens' ? kept.rows : []
    expect(rows.map(({ words }) => words)).toEqual(sentences.map(({ words }) => words))
    expect(rows.map(({ gold }) => gold)).toEqual(sentences.map(({ tags }) => tags))
    for (const { words, predicted, probabilities } of rows) {
      expect([predicted.length, probabilities.length]).toEqual([words.length, words.length])
    }
  })

  it('leaves a model that scores and predicts the same', async () => {
    const { sentences } = await loadTokenData(path.join(folder, 'dev.conll'))
    const { metrics, predictions } = evaluateTokens(
      {
        predict: (batch) => model.predict(batch),
        tokenizer: model.tokenizer,
        labels: model.head.labels,
        maxLength: model.maxLength,
      },
      sentences,
    )
    expect(metrics.entityF1).toBeCloseTo(trained.metrics?.entityF1 ?? -1, 10)
    expect(metrics.loss).toBeCloseTo(trained.metrics?.loss ?? -1, 5)
    const tags = predictTokens(
      model,
      sentences.map(({ words }) => words),
    ).map(({ words }) => words.map(({ tag }) => tag))
    expect(tags).toEqual(predictions.map((each) => (each as { predicted: string[] }).predicted))
  })

  it('finds entities in raw text, with offsets', () => {
    const text = '😀 w90 w81, w1.\nThen w91!'
    const [prediction] = predictTokensInTexts(model, [text])
    for (const each of [...prediction!.words, ...prediction!.entities]) {
      expect(text.slice(each.start, each.end)).toBe(each.text)
    }
    const entities = prediction!.entities.map(({ type, text: of }) => `${type} ${of}`)
    expect(entities).toEqual(expect.arrayContaining(['PER w90 w81', 'LOC w91']))
    for (const { types, probability, words } of prediction!.entities) {
      expect(types.reduce((sum, each) => sum + each.probability, 0)).toBeCloseTo(1, 5)
      expect(types.some((each) => each.probability === probability)).toBe(true)
      const covered = prediction!.words.slice(...words).map(({ tag }) => tag[0])
      expect(covered[0]).toBe('B')
    }
  })

  it('tags every word of a long sentence, one without a piece as O', () => {
    const words = Array.from({ length: 3000 }, (_, at) => (at === 1500 ? '\u200b' : `w${at % 95}`))
    words.push('x'.repeat(10_000), '-'.repeat(10_000))
    const [prediction] = predictTokens(model, [words])
    expect(prediction!.words.map(({ text }) => text)).toEqual(words)
    expect(prediction!.words[1500]).toMatchObject({ tag: 'O', probability: 1 })
  })

  it('says nothing of nothing', () => {
    expect(predictTokens(model, ['', '\u200b', []])).toEqual([
      { words: [], entities: [] },
      { words: [], entities: [] },
      { words: [], entities: [] },
    ])
    expect(predictTokensInTexts(model, ['', ' \n '])).toHaveLength(2)
  })

  it('says the same on wasm', async () => {
    const sentences = ['w90 w1 w91 w2', 'w3 w90 w5 w6 w7 w8 w9 w10 w11 w90 w12 w91']
    const expected = predictTokens(await load('tensorflow'), sentences)
    const got = predictTokens(await load('wasm'), sentences)
    got.forEach(({ words }, sentence) => {
      words.forEach(({ tag, probability }, word) => {
        const other = expected[sentence]!.words[word]!
        expect(tag).toBe(other.tag)
        expect(probability).toBeCloseTo(other.probability, 4)
      })
    })
  })
})
