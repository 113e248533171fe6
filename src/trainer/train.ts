import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InputError, messageOf } from '../core/errors.ts'
import type { Metrics } from '../core/metrics/metrics.ts'
import type { RunEvent, RunEventBody } from '../core/runs/events.ts'
import type { RunRecord, TrainerRecord } from '../core/runs/records.ts'
import type { TestJob } from '../engine/scoreTest.ts'
import type { TrainingHooks, TrainingJob } from '../engine/trainingLoop.ts'
import { medianRule } from './earlyStopping.ts'
import type { InputCheck } from './inputCheck.ts'
import type { TrainerIo } from './io.ts'

export type Finished = Extract<RunEventBody, { type: 'finished' }>

/** What the trainer needs of the engine; loaded when the first run begins. */
export interface Engine {
  trainRun(job: TrainingJob, hooks: TrainingHooks): Promise<Omit<Finished, 'type'>>
  scoreTest(job: TestJob): Promise<Metrics>
  /** Absolute folder of the pretrained weights. @throws InputError where they are not installed. */
  modelFolder(model: string, base: string): string
  readonly backend: TrainingJob['backend']
}

const diskWaitMs = 1000

interface TrainOptions {
  /** The checkpoint to go on from. */
  readonly resumeFrom: string | undefined
  /** Where the fine-tuned model is left. */
  readonly modelOut: string
  /** A reason to stop besides those that `io` knows of. */
  readonly isOff: () => boolean
}

/** What a trainer works with, from run to run. */
export interface Tools {
  readonly io: TrainerIo
  readonly loadEngine: () => Promise<Engine>
  readonly inputs: InputCheck
}

export const train = async (
  record: RunRecord,
  runDir: string,
  { io, loadEngine, inputs }: Tools,
  { resumeFrom, modelOut, isOff }: TrainOptions,
): Promise<Finished> => {
  const began = performance.now()
  const shouldStop = () => io.shouldStop() || isOff()
  try {
    const engine = await loadEngine()
    if (shouldStop()) return { type: 'finished', state: io.stoppedAs(), seconds: 0 }
    const base = path.resolve(runDir, record.base)
    const modelFolder = engine.modelFolder(record.config.model, base)
    await inputs.verify(record, base, modelFolder)
    const job: TrainingJob = {
      config: record.config,
      labels: record.labels,
      base,
      modelFolder,
      runDir,
      attempt: record.attempt,
      backend: engine.backend,
      modelOut,
      ...(resumeFrom === undefined ? {} : { resumeFrom }),
    }
    const isHopeless = medianRule(runDir, record)
    const hooks: TrainingHooks = {
      emit: (event) => io.emit(event),
      shouldStop,
      ...(isHopeless ? { isHopeless } : {}),
    }
    const result = await engine.trainRun(job, hooks)
    const state = result.state === 'stopped' ? io.stoppedAs() : result.state
    return { type: 'finished', ...result, state }
  } catch (error) {
    if (!(error instanceof InputError)) reportFault(runDir, error)
    return {
      type: 'finished',
      state: 'failed',
      reason: messageOf(error),
      ...(error instanceof InputError ? { inputError: true } : {}),
      seconds: (performance.now() - began) / 1000,
    }
  }
}

export const begun = (
  record: RunRecord,
  attempt: number,
  trainer: TrainerRecord,
  resumes: boolean,
): RunRecord => {
  const { reason, inputError, ended, metrics, seconds, weightsDeleted, ...rest } = record
  const started = resumes && record.started !== undefined ? record.started : Date.now()
  return { ...rest, state: 'running', attempt, started, trainer }
}

export const ended = (record: RunRecord, end: Finished | RunEvent, time: number): RunRecord => {
  if (end.type !== 'finished') return record
  const { state, seconds, metrics, reason, inputError, examplesPerSecond, stepMs } = end
  const { peakMemoryMB, tensors, environment } = end
  const work = { examplesPerSecond, stepMs, peakMemoryMB, tensors, environment }
  const summary = { metrics, reason, inputError, ...work }
  const known = Object.fromEntries(
    Object.entries(summary).filter(([, value]) => value !== undefined),
  ) as Partial<RunRecord>
  const { lost: _lost, ...kept } = record
  return { ...kept, ...known, state, seconds, ended: time }
}

/**
 * The run is over and its events say so: a full disk only delays what is left to write.
 * @returns undefined where the run's folder was deleted meanwhile: there is nothing to write any more
 */
export const whenPossible = async <T>(runDir: string, action: () => T): Promise<T | undefined> => {
  for (let told = false; ; told = true) {
    try {
      return action()
    } catch (error) {
      if (!fs.existsSync(runDir)) return undefined
      if (!told)
        process.stderr.write(`${runDir}: its end waits to be written (${messageOf(error)})\n`)
      await sleep(diskWaitMs)
    }
  }
}

const reportFault = (runDir: string, error: unknown): void => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`${runDir}: ${text}\n`)
}
