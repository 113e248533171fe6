import fs from 'node:fs'
import path from 'node:path'
import type { RunEventBody } from '../../src/core/runs/events.ts'
import type { RunRecord, SweepRecord } from '../../src/core/runs/records.ts'
import { layout, writeRun, writeSweep } from '../../src/core/runs/store.ts'
import { runConfig } from './runConfig.ts'

/** A run's record for tests. */
export const runRecord = (changes: Partial<RunRecord> = {}): RunRecord => ({
  format: 1,
  id: 'r1',
  sweep: 's1',
  cell: 'c1',
  seed: 1,
  config: runConfig({ data: { train: 'train.tsv' }, batchSize: 10, epochs: 2 }),
  base: '.',
  state: 'running',
  attempt: 1,
  created: Date.now(),
  labels: ['0', '1'],
  ...changes,
})

/** Writes a sweep with these runs into a store; returns its folder. */
export const writeSweepOf = (store: string, runs: readonly RunRecord[]): string => {
  const dir = layout.sweep(store, 's1')
  for (const run of runs) writeRun(layout.run(dir, run.id), run)
  const sweep: SweepRecord = {
    format: 1,
    id: 's1',
    name: 'Sweep',
    created: 1,
    head: 'sentence',
    experiment: { head: 'sentence', data: { train: 'train.tsv' } },
    runs: runs.map(({ id }) => id),
    checksums: {},
    versions: {},
  }
  writeSweep(dir, sweep)
  return dir
}

/** Appends events to an attempt as a trainer does; `from` is the first one's `seq`. */
export const appendEvents = (
  runDir: string,
  attempt: number,
  from: number,
  bodies: readonly RunEventBody[],
): void => {
  const file = layout.events(runDir, attempt)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const lines = bodies.map((body, at) => JSON.stringify({ seq: from + at, time: 1, ...body }))
  fs.appendFileSync(file, `${lines.join('\n')}\n`)
}

export const started = (resumedFrom = 0): RunEventBody => ({
  type: 'started',
  attempt: 1,
  totalSteps: 20,
  stepsPerEpoch: 10,
  trainExamples: 100,
  devExamples: 10,
  backend: 'wasm',
  precision: 'fp32',
  parameters: 1,
  resumedFrom,
})

export const step = (number: number): RunEventBody => ({
  type: 'step',
  step: number,
  epoch: number / 10,
  loss: 1 / number,
  learningRate: 1e-5,
  stepMs: 100,
  examples: 10,
})
