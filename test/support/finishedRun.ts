import fs from 'node:fs'
import path from 'node:path'
import type { RunEvent, RunEventBody } from '../../src/core/runs/events.ts'
import type { RunRecord, SweepRecord } from '../../src/core/runs/records.ts'
import { layout, writeRun, writeSweep } from '../../src/core/runs/store.ts'
import { runConfig } from './runConfig.ts'

const began = Date.UTC(2026, 0, 5, 9, 0, 0)
const stepsPerEpoch = 20
const epochs = 3
const totalSteps = stepsPerEpoch * epochs
const metrics = { accuracy: 0.8625, loss: 0.36 }

const sweep: SweepRecord = {
  format: 1,
  id: '20260105-090000-reviews',
  name: 'reviews',
  created: began,
  head: 'sentence',
  experiment: { head: 'sentence', data: { train: 'train.tsv', dev: 'dev.tsv' } },
  runs: ['a1b2c3d4e5f6'],
  checksums: {},
  versions: { headway: '0.1.0' },
}

const run: RunRecord = {
  format: 1,
  id: 'a1b2c3d4e5f6',
  sweep: sweep.id,
  cell: 'c0',
  seed: 1,
  config: runConfig({
    model: 'sentence-transformers/all-MiniLM-L6-v2',
    epochs,
    backend: 'tensorflow',
  }),
  base: '../../../../..',
  state: 'done',
  attempt: 1,
  created: began,
  started: began + 4000,
  ended: began + 34_000,
  metrics,
  seconds: 30,
  examplesPerSecond: 64,
  stepMs: 480,
  peakMemoryMB: 900,
  labels: ['negative', 'positive'],
}

const stepEvents = (step: number): RunEventBody[] => [
  {
    type: 'step',
    step,
    epoch: step / stepsPerEpoch,
    loss: 0.7 * Math.exp(-step / 40) + 0.03 * Math.sin(step * 1.7) ** 2,
    learningRate: 5e-5 * Math.min(step / 6, (totalSteps - step) / (totalSteps - 6)),
    stepMs: 480,
    examples: 32,
  },
  ...(step % stepsPerEpoch === 0
    ? [{ type: 'evaluation' as const, step, epoch: step / stepsPerEpoch, metrics }]
    : []),
]

const history = (): RunEventBody[] => [
  {
    type: 'started',
    attempt: 1,
    totalSteps,
    stepsPerEpoch,
    trainExamples: 640,
    devExamples: 80,
    backend: 'tensorflow',
    precision: 'fp32',
    parameters: 22_700_000,
    resumedFrom: 0,
  },
  ...Array.from({ length: totalSteps }, (_, i) => stepEvents(i + 1)).flat(),
  { type: 'finished', state: 'done', metrics, seconds: 30, examplesPerSecond: 64, stepMs: 480 },
]

/** Writes a sweep of one finished run into a workspace, as a trainer leaves it. Its name. */
export const writeFinishedRun = (store: string): string => {
  const sweepDir = layout.sweep(store, sweep.id)
  const runDir = layout.run(sweepDir, run.id)
  fs.mkdirSync(layout.attempt(runDir, 1), { recursive: true })
  writeSweep(sweepDir, sweep)
  writeRun(runDir, run)
  const events: RunEvent[] = history().map((body, i) => ({
    ...body,
    seq: i + 1,
    time: began + 4000 + i * 480,
  }))
  const file = layout.events(runDir, 1)
  fs.writeFileSync(path.resolve(file), events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  return sweep.name
}
