import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunConfig } from '../../src/core/experiment/config.ts'
import type { RunEventBody } from '../../src/core/runs/events.ts'
import { layout } from '../../src/core/runs/store.ts'
import { type TrainingJob, trainRun } from '../../src/engine/trainingLoop.ts'
import { backendFiles, fixture } from '../support/engineFiles.ts'
import { runConfig } from '../support/runConfig.ts'
import { writeTextTask } from '../support/textTask.ts'

type StepEvent = Extract<RunEventBody, { type: 'step' }>

let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-run-'))
  writeTextTask(folder)
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

const configOf = (changes: Partial<RunConfig> = {}): RunConfig =>
  runConfig({
    learningRate: 1e-3,
    batchSize: 8,
    seed: 5,
    maxLength: 64,
    backend: 'tensorflow',
    ...changes,
  })

const jobOf = (attempt: number, changes: Partial<RunConfig> = {}): TrainingJob => {
  const runDir = path.join(folder, 'run')
  fs.mkdirSync(layout.attempt(runDir, attempt), { recursive: true })
  return {
    config: configOf(changes),
    labels: ['a', 'b', 'c'],
    base: folder,
    modelFolder: fixture('training'),
    runDir,
    attempt,
    backend: backendFiles(),
  }
}

const train = async (job: TrainingJob, stopAfter = Number.POSITIVE_INFINITY) => {
  const events: RunEventBody[] = []
  const steps = () => events.filter((event): event is StepEvent => event.type === 'step')
  const result = await trainRun(job, {
    emit: (event) => events.push(event),
    shouldStop: () => (steps().at(-1)?.step ?? 0) >= stopAfter,
  })
  return { result, events, losses: new Map(steps().map(({ step, loss }) => [step, loss])) }
}

describe('a run', () => {
  it('reports every step, scores each epoch, and leaves a model', { timeout: 60_000 }, async () => {
    const { result, events, losses } = await train(jobOf(1))
    expect(result.state).toBe('done')
    expect(losses.size).toBe(24)
    const scored = events.flatMap((event) => (event.type === 'evaluation' ? [event] : []))
    expect(scored).toHaveLength(3)
    // As many tensors after each epoch: none is left behind.
    expect(scored[0]?.tensors).toBeGreaterThan(0)
    expect(new Set(scored.map(({ tensors }) => tensors)).size).toBe(1)
    expect(result.environment?.device).toMatch(/\S.*, \d+ threads?$/)
    expect(fs.readdirSync(layout.model(path.join(folder, 'run'))).sort()).toEqual([
      'config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
      'vocab.txt',
    ])
    const predictions = fs.readFileSync(layout.predictions(path.join(folder, 'run'), 1), 'utf8')
    expect(predictions.trimEnd().split('\n')).toHaveLength(24)
  })

  it.each(['tensorflow', 'wasm'] as const)(
    'stopped in an epoch and resumed equals one that ran through, on %s',
    { timeout: 120_000 },
    async (backend) => {
      const whole = await train(jobOf(1, { backend }))
      const first = await train(jobOf(2, { backend }), 11)
      expect(first.result.state).toBe('stopped')
      const resumeFrom = layout.checkpoint(path.join(folder, 'run'), 2)
      const second = await train({ ...jobOf(3, { backend }), resumeFrom })
      expect([...second.losses.keys()][0]).toBe(12)
      for (const [step, loss] of [...first.losses, ...second.losses]) {
        expect(loss, `step ${step}`).toBeCloseTo(whole.losses.get(step)!, 6)
      }
      expect(second.result.metrics?.loss).toBeCloseTo(whole.result.metrics?.loss ?? 0, 6)
    },
  )

  it.each([8, 24])(
    'stopped after step %i, an epoch’s last, is scored there when it is resumed',
    { timeout: 120_000 },
    async (last) => {
      const scoresOf = ({ events }: { readonly events: readonly RunEventBody[] }) =>
        events.flatMap((event) => (event.type === 'evaluation' ? [event.metrics] : []))
      const whole = await train(jobOf(1))
      const first = await train(jobOf(2), last)
      expect(first.result.state).toBe('stopped')
      const resumeFrom = layout.checkpoint(path.join(folder, 'run'), 2)
      const second = await train({ ...jobOf(3), resumeFrom })
      expect(second.result.state).toBe('done')
      expect(second.result.metrics?.loss).toBeCloseTo(whole.result.metrics?.loss ?? 0, 6)
      expect(scoresOf(first).length + scoresOf(second).length).toBe(3)
      const predictions = layout.predictions(path.join(folder, 'run'), 3)
      expect(fs.readFileSync(predictions, 'utf8').trimEnd().split('\n')).toHaveLength(24)
    },
  )

  it('is the same for the same seed, and another for another', { timeout: 60_000 }, async () => {
    const one = await train(jobOf(1, { epochs: 1 }))
    const two = await train(jobOf(2, { epochs: 1 }))
    const other = await train(jobOf(3, { epochs: 1, seed: 6 }))
    expect([...two.losses]).toEqual([...one.losses])
    expect([...other.losses]).not.toEqual([...one.losses])
  })

  it('is the same in micro-batches, without dropout', { timeout: 60_000 }, async () => {
    const whole = await train(jobOf(1, { epochs: 1, dropout: 0 }))
    const parts = await train(jobOf(2, { epochs: 1, dropout: 0, gradientAccumulation: 3 }))
    for (const [step, loss] of parts.losses) expect(loss).toBeCloseTo(whole.losses.get(step)!, 4)
  })

  it('that diverges ends as diverged and says at which step', { timeout: 60_000 }, async () => {
    const { result } = await train(jobOf(1, { learningRate: 1e30, warmup: 0, maxGradientNorm: 0 }))
    expect(result.state).toBe('diverged')
    expect(result.reason).toMatch(/The loss became .* at step \d+/)
  })
})
