import fs from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { RunConfig } from '../../src/core/experiment/config.ts'
import { squadMetrics } from '../../src/core/metrics/squadMetrics.ts'
import { readPredictions } from '../../src/core/runs/predictions.ts'
import { layout } from '../../src/core/runs/store.ts'
import { answerQuestion, answerQuestions } from '../../src/engine/answerPredictor.ts'
import { loadFineTuned } from '../../src/engine/loadedModel.ts'
import { type TrainingJob, trainRun } from '../../src/engine/trainingLoop.ts'
import { TemporaryFiles } from '../cli/temporaryFiles.ts'
import { backendFiles, fixture } from '../support/engineFiles.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

interface Row {
  readonly question: string
  readonly context: string
  readonly answers: readonly string[]
}

/** The word after the one that is asked for; every fourth question asks for one that is not there. */
const rows = (count: number, from: number, unanswerable: boolean): Row[] =>
  Array.from({ length: count }, (_, at) => {
    const number = at + from
    const asked = number % 4
    const filler = Array.from(
      { length: 6 + (number % 50) },
      (_, word) => 10 + ((number * 7 + word * 5) % 70),
    )
    const place = (number * 5) % filler.length
    const none = unanswerable && asked === 3
    const inside = none ? [] : [asked, 80 + (number % 10)]
    const words = [...filler.slice(0, place), ...inside, ...filler.slice(place)]
    return {
      question: `w${asked}`,
      context: words.map((word) => `w${word}`).join(' '),
      answers: none ? [] : [`w${inside[1]}`],
    }
  })
const write = (name: string, data: readonly Row[]) =>
  files.write(name, data.map((row) => `${JSON.stringify(row)}\n`).join(''))

const devRows = rows(40, 1000, true)
write('train.jsonl', rows(160, 0, true))
write('dev.jsonl', devRows)

const config: RunConfig = {
  head: 'qa',
  model: 'fixture',
  data: { train: 'train.jsonl', dev: 'dev.jsonl', unanswerable: true },
  learningRate: 3e-3,
  batchSize: 16,
  epochs: 8,
  seed: 5,
  maxLength: 40,
  stride: 12,
  precision: 'fp32',
  backend: 'tensorflow',
  selectionMetric: 'f1',
  regression: false,
  weightDecay: 0.01,
  warmup: 0.1,
  maxGradientNorm: 1,
  dropout: 0,
  gradientAccumulation: 1,
}
const runDir = path.join(files.dir, 'run')

const train = (changes: Partial<RunConfig>, attempt: number) => {
  fs.mkdirSync(layout.attempt(runDir, attempt), { recursive: true })
  const job: TrainingJob = {
    config: { ...config, ...changes },
    labels: [],
    base: files.dir,
    modelFolder: fixture('qa'),
    runDir,
    attempt,
    backend: backendFiles(),
  }
  return trainRun(job, { emit: () => undefined, shouldStop: () => false })
}

describe('a qa run', () => {
  it('learns, scores as the SQuAD script does, and leaves a model that answers alike', async () => {
    const { state, metrics } = await train({}, 1)
    expect(state).toBe('done')
    expect(metrics?.f1).toBeGreaterThan(0.6)
    expect(metrics?.loss).toBeLessThan(2)

    const read = readPredictions(layout.predictions(runDir, 1), config)
    if (read?.kind !== 'answers') throw new Error('no answers')
    expect(read).toMatchObject({ damaged: 0 })
    expect(read.rows.map(({ gold }) => gold)).toEqual(devRows.map(({ answers }) => answers))
    expect(read.rows.map(({ document }) => document)).toEqual([...devRows.keys()])
    const texts = new Map(read.rows.map(({ id, predicted }) => [id, predicted]))
    const gold = read.rows.map(({ id, gold: answers }) => ({ id, answers }))
    expect(squadMetrics(gold, texts, '2.0').metrics).toEqual({
      exactMatch: metrics?.exactMatch,
      f1: metrics?.f1,
    })
    expect(read.rows.some(({ predicted }) => predicted === '')).toBe(true)

    const model = await loadFineTuned(layout.model(runDir), {
      backend: 'tensorflow',
      files: backendFiles(),
    })
    expect(model).toMatchObject({ maxLength: 40, head: { kind: 'qa', labels: [] } })
    const options = { unanswerable: true, stride: 12 }
    const answers = answerQuestions(model, devRows, options)
    expect(answers.map(({ text }) => text)).toEqual(read.rows.map(({ predicted }) => predicted))
    answers.forEach(({ text, start, end, probability, noAnswerScore }, at) => {
      const { context } = devRows[at]!
      expect(text).toBe(start < 0 ? '' : context.slice(start, end))
      expect(start).toBe(read.rows[at]!.start)
      expect(probability).toBeCloseTo(read.rows[at]!.probability, 4)
      expect(noAnswerScore > 0).toBe(text === '')
    })

    // One far into a text of many windows, or none, is found all the same.
    const [found] = devRows.filter((_, at) => answers[at]!.text === devRows[at]!.answers[0])
    const before = Array.from({ length: 20_000 }, (_, at) => `w${10 + (at % 70)}`).join(' ')
    const far = answerQuestion(model, found!.question, `${before}\r\n${found!.context}`, {
      nbest: 3,
    })
    expect(far.nbest).toHaveLength(3)
    const whole = `${before}\r\n${found!.context}`
    expect(far.text).toBe(whole.slice(far.start, far.end))
    for (const context of ['', '\u0000\u200b', ' \r\n\u00a0']) {
      const none = answerQuestion(model, 'w1', context)
      expect(none).toMatchObject({ text: '', start: -1, probability: 1, noAnswerScore: 0 })
    }
    expect(answerQuestion(model, 'w1', 'x'.repeat(100_000)).text).toBe('x'.repeat(100_000))
    expect(answerQuestion(model, 'w1 '.repeat(500), found!.context).start).toBeGreaterThanOrEqual(0)
    expect(answerQuestion(model, '', found!.context).text).not.toBe('')
    model.dispose()
  })

  it('is the same on WebAssembly, and in micro-batches', async () => {
    const one = await train({ epochs: 1 }, 2)
    const wasm = await train({ epochs: 1, backend: 'wasm' }, 3)
    const parts = await train({ epochs: 1, gradientAccumulation: 4 }, 4)
    expect(wasm.metrics?.loss).toBeCloseTo(one.metrics?.loss ?? 0, 3)
    expect(parts.metrics?.loss).toBeCloseTo(one.metrics?.loss ?? 0, 3)
  })
})
