import fs from 'node:fs'
import path from 'node:path'
import { seededRandom } from '../../src/core/random.ts'
import type { RunEvent, RunEventBody } from '../../src/core/runs/events.ts'
import type { ClassPrediction } from '../../src/core/runs/predictions.ts'
import type { RunRecord, SweepRecord } from '../../src/core/runs/records.ts'
import { layout, writeRun, writeSweep } from '../../src/core/runs/store.ts'
import { runRecord } from './runRecords.ts'

const began = Date.UTC(2026, 0, 5, 9, 0, 0)

export interface SweepShape {
  readonly learningRates: readonly number[]
  readonly batchSizes: readonly number[]
  readonly epochs: readonly number[]
  readonly seeds: readonly number[]
  readonly trainExamples: number
  readonly devExamples: number
  /** Runs that have not begun yet, from the end of the grid; one before them still trains. */
  readonly unfinished: number
  /** Names as nobody should choose them. */
  readonly names?: { readonly sweep: string; readonly labels: readonly string[] }
}

export const paperShape: SweepShape = {
  learningRates: [2e-5, 3e-5, 5e-5],
  batchSizes: [16, 32],
  epochs: [2, 3, 4],
  seeds: [1],
  trainExamples: 5000,
  devExamples: 872,
  unfinished: 0,
}

export interface GeneratedRun {
  readonly record: RunRecord
  readonly events: readonly RunEvent[]
  readonly predictions: readonly ClassPrediction[]
}

export interface GeneratedSweep {
  readonly sweep: SweepRecord
  readonly runs: readonly GeneratedRun[]
}

/**
 * A sweep such as fine-tuning leaves it: losses that fall with noise, a score that follows learning
 * rate, batch and epochs, and dev examples that are as hard for one run as for the next.
 */
export const generateSweep = (shape: SweepShape): GeneratedSweep => {
  const labels = shape.names?.labels ?? ['negative', 'positive']
  const { uniform: hardness } = seededRandom(7, 'hardness')
  const examples = Array.from({ length: shape.devExamples }, (_, index) => ({
    gold: labels[index % labels.length] ?? '',
    hard: hardness(),
  }))
  const cells = shape.epochs.flatMap((epochs) =>
    shape.batchSizes.flatMap((batchSize) =>
      shape.learningRates.flatMap((learningRate) =>
        shape.seeds.map((seed) => ({ epochs, batchSize, learningRate, seed })),
      ),
    ),
  )
  const runs = cells.map((cell, at): GeneratedRun => {
    const left = cells.length - at - shape.unfinished
    const state = left > 0 ? 'done' : left === 0 && shape.unfinished > 0 ? 'running' : 'queued'
    return generateRun(shape, cell, at, state, examples, labels)
  })
  return {
    sweep: {
      format: 1,
      id: 'sentiment-paper-grid',
      name: shape.names?.sweep ?? 'Sentiment, paper grid',
      created: began,
      head: 'sentence',
      experiment: {
        head: 'sentence',
        grid: 'paper',
        data: { train: 'sst2/train.tsv', dev: 'sst2/dev.tsv' },
      },
      runs: runs.map(({ record }) => record.id),
      checksums: {},
      versions: { headway: '0.1.0' },
    },
    runs,
  }
}

interface Cell {
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  readonly seed: number
}

const skillOf = ({ learningRate, batchSize, epochs }: Cell): number =>
  0.852 +
  0.02 * (Math.log(learningRate / 3e-5) / Math.log(5 / 3)) -
  0.008 * Math.log2(batchSize / 16) +
  0.006 * (epochs - 3)

const generateRun = (
  shape: SweepShape,
  cell: Cell,
  at: number,
  state: 'done' | 'running' | 'queued',
  examples: readonly { readonly gold: string; readonly hard: number }[],
  labels: readonly string[],
): GeneratedRun => {
  const { uniform: random } = seededRandom(at + 1, 'run')
  const skill = skillOf(cell) + 0.006 * (random() - 0.5)
  const predictions = predict(examples, labels, skill, random)
  const right = predictions.filter(({ gold, predicted }) => gold === predicted).length
  const accuracy = right / Math.max(1, predictions.length)
  const metrics = {
    accuracy,
    f1: accuracy + 0.008,
    loss: 0.62 - accuracy / 3,
    mcc: 2 * accuracy - 1,
    ece: 0.05,
  }
  const stepsPerEpoch = Math.ceil(shape.trainExamples / cell.batchSize)
  const totalSteps = stepsPerEpoch * cell.epochs
  const stepMs = cell.batchSize === 16 ? 49 : 92
  const seconds = (totalSteps * stepMs) / 1000
  const base = runRecord()
  const record: RunRecord = {
    ...base,
    id: `${(0x1f3a9c + at * 0x2b7e15).toString(16).padStart(6, '0').slice(-6)}${at.toString(16).padStart(6, '0')}`,
    sweep: 'sentiment-paper-grid',
    cell: `lr${cell.learningRate}-b${cell.batchSize}-e${cell.epochs}`,
    seed: cell.seed,
    config: {
      ...base.config,
      head: 'sentence',
      model: 'sentence-transformers/all-MiniLM-L6-v2',
      data: {
        train: 'sst2/train.tsv',
        dev: 'sst2/dev.tsv',
        textColumn: 'sentence',
        labelColumn: 'label',
      },
      ...cell,
      precision: 'bf16',
      backend: 'tensorflow',
      selectionMetric: 'accuracy',
    },
    base: '../../../../..',
    state,
    attempt: state === 'queued' ? 0 : 1,
    created: began,
    labels: [...labels],
    ...(state === 'done'
      ? {
          started: began,
          ended: began + 1000 * seconds,
          metrics,
          seconds,
          examplesPerSecond: (1000 * cell.batchSize) / stepMs,
          stepMs,
          peakMemoryMB: 1400 + 20 * cell.batchSize,
        }
      : {}),
  }
  const events =
    state === 'queued'
      ? []
      : history(shape, cell, {
          totalSteps,
          stepsPerEpoch,
          stepMs,
          seconds,
          metrics,
          random,
          share: state === 'running' ? 0.62 : 1,
        })
  return { record, events, predictions: state === 'done' ? predictions : [] }
}

const predict = (
  examples: readonly { readonly gold: string; readonly hard: number }[],
  labels: readonly string[],
  skill: number,
  random: () => number,
): ClassPrediction[] =>
  examples.map(({ gold, hard }, index) => {
    const isRight = hard + 0.06 * (random() - 0.5) < skill
    const other = labels[(labels.indexOf(gold) + 1) % labels.length] ?? gold
    const sure = 0.55 + 0.44 * Math.min(1, Math.abs(hard - skill) * 3)
    const predicted = isRight ? gold : other
    const rest = (1 - sure) / Math.max(1, labels.length - 1)
    return {
      index,
      line: index + 2,
      gold,
      predicted,
      probabilities: labels.map((label) => (label === predicted ? sure : rest)),
    }
  })

interface Course {
  readonly totalSteps: number
  readonly stepsPerEpoch: number
  readonly stepMs: number
  readonly seconds: number
  readonly metrics: { readonly accuracy: number; readonly loss: number }
  readonly random: () => number
  readonly share: number
}

const history = (shape: SweepShape, cell: Cell, course: Course): RunEvent[] => {
  const { totalSteps, stepsPerEpoch, stepMs, metrics, random, share } = course
  const bodies: RunEventBody[] = [
    {
      type: 'started',
      attempt: 1,
      totalSteps,
      stepsPerEpoch,
      trainExamples: shape.trainExamples,
      devExamples: shape.devExamples,
      backend: 'tensorflow',
      precision: 'bf16',
      parameters: 22_713_986,
      resumedFrom: 0,
    },
  ]
  const warmup = 0.1 * totalSteps
  const end = Math.floor(totalSteps * share)
  for (let step = 1; step <= end; step++) {
    const seen = (step / stepsPerEpoch) * (cell.learningRate / 3e-5)
    bodies.push({
      type: 'step',
      step,
      epoch: step / stepsPerEpoch,
      loss: Math.max(
        0.01,
        0.12 + 0.57 * Math.exp(-1.6 * seen) + (random() - 0.5) * (3 / cell.batchSize),
      ),
      learningRate:
        cell.learningRate * Math.min(step / warmup, (totalSteps - step) / (totalSteps - warmup)),
      stepMs: stepMs * (0.9 + 0.2 * random()),
      examples: cell.batchSize,
    })
    if (step % stepsPerEpoch === 0) {
      const epoch = step / stepsPerEpoch
      const behind = 0.05 * (1 - epoch / cell.epochs)
      bodies.push({
        type: 'evaluation',
        step,
        epoch,
        metrics: { ...metrics, accuracy: metrics.accuracy - behind },
      })
    }
  }
  if (share === 1) {
    bodies.push({
      type: 'finished',
      state: 'done',
      metrics,
      seconds: course.seconds,
      examplesPerSecond: (1000 * cell.batchSize) / stepMs,
      stepMs,
    })
  }
  return bodies.map((body, at) => ({ ...body, seq: at + 1, time: began + at * stepMs }))
}

/** Writes such a sweep into a workspace, as trainers leave it; its folder. */
export const writeFinishedSweep = (store: string, shape: SweepShape = paperShape): string => {
  const { sweep, runs } = generateSweep(shape)
  const dir = layout.sweep(store, sweep.id)
  for (const { record, events, predictions } of runs) {
    const runDir = layout.run(dir, record.id)
    writeRun(runDir, record)
    if (record.attempt === 0) continue
    fs.mkdirSync(layout.attempt(runDir, 1), { recursive: true })
    fs.writeFileSync(layout.events(runDir, 1), lines(events))
    fs.writeFileSync(layout.predictions(runDir, 1), lines(predictions))
  }
  writeSweep(dir, sweep)
  const data = path.join(store, 'sst2')
  fs.mkdirSync(data, { recursive: true })
  const rows = (runs[0]?.predictions ?? []).map(
    ({ gold, index }) =>
      `film number ${index} was not ${index % 3 === 0 ? 'bad' : 'what they said'}\t${gold}`,
  )
  fs.writeFileSync(path.join(data, 'dev.tsv'), `sentence\tlabel\n${rows.join('\n')}\n`)
  return dir
}

const lines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('')
