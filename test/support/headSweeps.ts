import fs from 'node:fs'
import path from 'node:path'
import type { RunConfig } from '../../src/core/experiment/config.ts'
import type { TaskHead } from '../../src/core/experiment/schema.ts'
import type { Metrics } from '../../src/core/metrics/metrics.ts'
import { entityMetrics } from '../../src/core/metrics/spanF1.ts'
import type { AnswerPrediction, TokenPrediction } from '../../src/core/runs/predictions.ts'
import { layout, writeRun, writeSweep } from '../../src/core/runs/store.ts'
import { runConfig } from './runConfig.ts'
import { runRecord } from './runRecords.ts'

const words = ['Ada', 'Lovelace', 'met', 'Babbage', 'in', 'London', '.']
const gold = ['B-PER', 'I-PER', 'O', 'B-PER', 'O', 'B-LOC', 'O']

/** @param errs whether a tag of this sentence is wrong, and what it becomes */
const tokens = (
  count: number,
  errs: (index: number, tag: string) => string,
): readonly TokenPrediction[] =>
  Array.from({ length: count }, (_, index) => ({
    index,
    line: index * 8 + 1,
    words,
    gold,
    predicted: gold.map((tag) => errs(index, tag)),
    probabilities: words.map(() => 0.9),
  }))

const texts = ['London', 'the Analytical Engine', 'because it could not be built in her time', '']

/** @param knows which questions are answered right */
const answers = (count: number, knows: (index: number) => boolean): readonly AnswerPrediction[] =>
  Array.from({ length: count }, (_, index) => {
    const right = texts[index % texts.length] ?? ''
    const predicted = knows(index) ? right : 'a letter'
    return {
      index,
      line: index + 1,
      id: `q${index}`,
      document: index >> 2,
      question: `What of ${index}?`,
      gold: right === '' ? [] : [right],
      predicted,
      start: predicted === '' ? -1 : 0,
      probability: 0.8,
      noAnswerScore: -1,
      nbest: [{ text: predicted, start: predicted === '' ? -1 : 0, probability: 0.8 }],
    }
  })

interface HeadRun {
  readonly learningRate: number
  readonly metrics: Metrics
  readonly predictions: readonly (TokenPrediction | AnswerPrediction)[]
}

const tokenRun = (learningRate: number, errs: (index: number, tag: string) => string): HeadRun => {
  const predictions = tokens(60, errs)
  const scores = entityMetrics(
    predictions.map((row) => row.gold),
    predictions.map((row) => row.predicted),
  )
  return { learningRate, metrics: { ...scores, loss: 0.1 }, predictions }
}

const writeHeadSweep = (
  store: string,
  head: TaskHead,
  name: string,
  selectionMetric: RunConfig['selectionMetric'],
  runs: readonly HeadRun[],
): string => {
  const dir = layout.sweep(store, name.toLowerCase())
  const data = { train: `${head}/train`, dev: `${head}/dev` }
  const ids = runs.map((_, at) => `${head}${at}`.padEnd(12, '0'))
  for (const [at, { learningRate, metrics, predictions }] of runs.entries()) {
    const id = ids[at] ?? ''
    const runDir = layout.run(dir, id)
    const config = runConfig({ head, data, learningRate, selectionMetric })
    writeRun(
      runDir,
      runRecord({
        id,
        sweep: name.toLowerCase(),
        cell: `lr${learningRate}`,
        config,
        state: 'done',
        metrics,
        labels: [],
      }),
    )
    fs.mkdirSync(layout.attempt(runDir, 1), { recursive: true })
    fs.writeFileSync(layout.events(runDir, 1), '')
    const lines = predictions.map((row) => `${JSON.stringify(row)}\n`)
    fs.writeFileSync(path.resolve(layout.predictions(runDir, 1)), lines.join(''))
  }
  writeSweep(dir, {
    format: 1,
    id: name.toLowerCase(),
    name,
    created: Date.UTC(2026, 0, 6),
    head,
    experiment: { head, data },
    runs: ids,
    checksums: {},
    versions: {},
  })
  return dir
}

/** Two finished runs of the token head: one misses places now and then, the other takes them for people. */
export const writeTokenSweep = (store: string): string =>
  writeHeadSweep(store, 'token', 'Names', 'entityF1', [
    tokenRun(5e-5, (index, tag) => (index % 5 === 0 && tag === 'B-LOC' ? 'O' : tag)),
    tokenRun(2e-5, (index, tag) => (index % 2 === 0 && tag === 'B-LOC' ? 'B-PER' : tag)),
  ])

/** Two finished runs of the question-answering head: one knows no long answers. */
export const writeQuestionSweep = (store: string): string =>
  writeHeadSweep(store, 'qa', 'Questions', 'f1', [
    {
      learningRate: 5e-5,
      metrics: { f1: 0.9, exactMatch: 0.9, loss: 0.5 },
      predictions: answers(80, (index) => index % 10 !== 0),
    },
    {
      learningRate: 2e-5,
      metrics: { f1: 0.7, exactMatch: 0.7, loss: 0.9 },
      predictions: answers(80, (index) => index % 4 !== 2),
    },
  ])
