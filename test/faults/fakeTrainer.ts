import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InputError } from '../../src/core/errors.ts'
import { writeJsonAtomic } from '../../src/core/files/atomicFile.ts'
import type { Metrics } from '../../src/core/metrics/metrics.ts'
import { layout } from '../../src/core/runs/store.ts'
import type { TestJob } from '../../src/engine/scoreTest.ts'
import type { TrainingHooks, TrainingJob, TrainingResult } from '../../src/engine/trainingLoop.ts'
import { runTrainer } from '../../src/trainer/runTrainer.ts'

/**
 * The real trainer around an engine whose steps do what `plan.json` in the run's folder says. Its
 * steps block JavaScript, as TensorFlow's do.
 */
export interface Plan {
  readonly steps: number
  /** At this step, blocks the main thread until the file `release` is in the run's folder. */
  readonly blockAt?: number
  readonly checkpointAt?: number
  readonly failAt?: number
  readonly badInput?: string
  /** Of the epochs, each a step long; between them the run may be given up. */
  readonly scores?: readonly number[]
  /** Characters of log text with each step. */
  readonly chatter?: number
}

const trainRun = async (job: TrainingJob, hooks: TrainingHooks): Promise<TrainingResult> => {
  const plan = JSON.parse(fs.readFileSync(path.join(job.runDir, 'plan.json'), 'utf8')) as Plan
  if (plan.badInput !== undefined) throw new InputError(plan.badInput)
  const first = job.resumeFrom === undefined ? 0 : stepOf(job.resumeFrom)
  hooks.emit({
    type: 'started',
    attempt: job.attempt,
    totalSteps: plan.steps,
    stepsPerEpoch: plan.steps,
    trainExamples: plan.steps,
    devExamples: 1,
    backend: 'none',
    precision: 'fp32',
    parameters: 1,
    resumedFrom: first,
  })
  for (let step = first + 1; step <= plan.steps; step++) {
    if (plan.failAt === step) throw new Error('The engine broke.')
    if (plan.blockAt === step) blockUntilReleased(job.runDir)
    if (plan.chatter) {
      hooks.emit({ type: 'log', level: 'info', message: 'x'.repeat(plan.chatter) })
    }
    hooks.emit({
      type: 'step',
      step,
      epoch: step / plan.steps,
      loss: 1 / step,
      learningRate: 1e-5,
      stepMs: 1,
      examples: 1,
    })
    if (plan.checkpointAt === step) saveCheckpoint(job, hooks, step)
    if (isGivenUp(plan, step, hooks)) return { state: 'stoppedEarly', seconds: 1 }
    await new Promise(setImmediate)
    if (hooks.shouldStop()) return { state: 'stopped', seconds: 1 }
  }
  return { state: 'done', metrics: { accuracy: 0.5 }, seconds: 1, stepMs: 1 }
}

const isGivenUp = ({ scores, steps }: Plan, step: number, hooks: TrainingHooks): boolean => {
  const accuracy = scores?.[step - 1]
  if (accuracy === undefined) return false
  const evaluation = { epoch: step, metrics: { accuracy } }
  hooks.emit({ type: 'evaluation', step, ...evaluation })
  return step < steps && hooks.isHopeless?.(evaluation) === true
}

const blockUntilReleased = (runDir: string): void => {
  fs.writeFileSync(path.join(runDir, 'blocked'), '')
  while (!fs.existsSync(path.join(runDir, 'release'))) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
  }
}

const saveCheckpoint = (job: TrainingJob, hooks: TrainingHooks, step: number): void => {
  writeJsonAtomic(path.join(layout.checkpoint(job.runDir, job.attempt), 'state.json'), { step })
  hooks.emit({ type: 'checkpoint', step, epoch: step })
}

const stepOf = (checkpoint: string): number => {
  const text = fs.readFileSync(path.join(checkpoint, 'state.json'), 'utf8')
  return (JSON.parse(text) as { step: number }).step
}

/** Waits while the file `hold` is beside the test data. */
const scoreTest = async ({ test }: TestJob): Promise<Metrics> => {
  fs.writeFileSync(path.join(path.dirname(test), 'scoring'), '')
  while (fs.existsSync(path.join(path.dirname(test), 'hold'))) await sleep(20)
  return { accuracy: 0.5 }
}

const engine = {
  trainRun,
  scoreTest,
  modelFolder: () => '',
  backend: { binding: undefined, wasmDir: '' },
}

runTrainer(process.argv.slice(2), path.join(__dirname, 'trainerIo.js'), async () => engine).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(1)
  },
)
