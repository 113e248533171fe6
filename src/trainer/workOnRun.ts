import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InputError, messageOf } from '../core/errors.ts'
import type { Metrics } from '../core/metrics/metrics.ts'
import type { RunEvent, RunEventBody } from '../core/runs/events.ts'
import type { RunRecord, TrainerRecord } from '../core/runs/records.ts'
import {
  claimAttempt,
  layout,
  readRun,
  storeOfRun,
  tryClaimAttempt,
  writeRun,
} from '../core/runs/store.ts'
import type { TestJob } from '../engine/scoreTest.ts'
import type { TrainingHooks, TrainingJob } from '../engine/trainingLoop.ts'
import { isAlive, readTrainerRecords } from '../runtime/trainerRecord.ts'
import { placeModel } from './claims/placeModel.ts'
import { checkpointToResume, endOfAttempt } from './earlierAttempts.ts'
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

/** Works on one run in a new attempt, from wherever an earlier one left it. */
export const workOnRun = async (
  runDir: string,
  io: TrainerIo,
  loadEngine: () => Promise<Engine>,
  trainer: TrainerRecord,
  inputs: InputCheck,
): Promise<void> => {
  const record = readRun(runDir)
  if (record.state === 'done' || record.state === 'stoppedEarly') return
  const end = record.state === 'running' ? endOfAttempt(runDir, record.attempt) : undefined
  if (end?.state === 'done' || end?.state === 'stoppedEarly') {
    // Its trainer was killed between the last event and the record.
    placeModel(runDir, record.attempt)
    await writeWhenPossible(runDir, ended(record, end, end.time))
    return
  }
  const attempt = claim(runDir, record, trainer)
  if (attempt === undefined) return
  const resumeFrom = checkpointToResume(runDir, attempt)
  const running = begun(record, attempt, trainer, resumeFrom !== undefined)
  writeRun(runDir, running)
  io.begin(runDir, attempt)
  const finished = await train(running, runDir, io, loadEngine, inputs, resumeFrom)
  await io.finish(finished)
  await writeWhenPossible(runDir, ended(running, finished, Date.now()))
}

/** What is different for a trainer that shares a sweep with others over a shared folder. */
interface TrainOptions {
  readonly modelOut?: string
  /** A reason to stop besides those that `io` knows of. */
  readonly isOff?: () => boolean
}

export const train = async (
  record: RunRecord,
  runDir: string,
  io: TrainerIo,
  loadEngine: () => Promise<Engine>,
  inputs: InputCheck,
  resumeFrom: string | undefined,
  { modelOut, isOff = () => false }: TrainOptions = {},
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
      ...(modelOut === undefined ? {} : { modelOut }),
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

/** A claim whose owner has not said anything for this long was left by one that was killed. */
const claimSilenceMs = 30_000

/**
 * The next attempt; undefined where another trainer of this store (`--parallel`) has it: they all
 * work on one list, and the first one gets each.
 */
const claim = (runDir: string, record: RunRecord, own: TrainerRecord): number | undefined => {
  const isOther = (other: TrainerRecord) => other.socket !== own.socket && isAlive(other)
  if (!readTrainerRecords(storeOfRun(runDir)).some(isOther)) return claimAttempt(runDir)
  const { state, trainer } = record
  if (state === 'running' && trainer && isOther(trainer)) return undefined
  const next = record.attempt + 1
  if (tryClaimAttempt(runDir, next)) return next
  const files = [layout.attempt(runDir, next), layout.heartbeat(runDir, next)]
  const touched = files.map((file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  return Date.now() - Math.max(...touched) < claimSilenceMs ? undefined : claimAttempt(runDir)
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

/** The run is over and its events say so: a full disk only delays its record. */
export const writeWhenPossible = async (runDir: string, record: RunRecord): Promise<void> => {
  for (let told = false; ; told = true) {
    try {
      return writeRun(runDir, record)
    } catch (error) {
      // The folder was deleted meanwhile: there is no run to record any more.
      if (!fs.existsSync(runDir)) return
      if (!told) process.stderr.write(`${runDir}: run.json waits (${messageOf(error)})\n`)
      await sleep(diskWaitMs)
    }
  }
}

const reportFault = (runDir: string, error: unknown): void => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`${runDir}: ${text}\n`)
}
