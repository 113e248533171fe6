import fs from 'node:fs'
import path from 'node:path'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { InputError } from '../errors.ts'
import { writeJsonAtomic } from '../files/atomicFile.ts'
import { compiledCheck } from '../files/compiledCheck.ts'
import { type RunRecord, RunRecordSchema, type SweepRecord, SweepRecordSchema } from './records.ts'

/**
 * The layout on disk (DESIGN §7). A *store* is the folder that holds `.headway/`; a run started with
 * `--out DIR` is its own store, with `run.json` directly in it.
 */
export const layout = {
  sweeps: (store: string) => path.join(store, '.headway', 'sweeps'),
  sweep: (store: string, sweep: string) => path.join(store, '.headway', 'sweeps', sweep),
  sweepRecord: (sweepDir: string) => path.join(sweepDir, 'sweep.json'),
  marks: (sweepDir: string) => path.join(sweepDir, 'marks.json'),
  run: (sweepDir: string, run: string) => path.join(sweepDir, 'runs', run),
  runRecord: (runDir: string) => path.join(runDir, 'run.json'),
  attempt: (runDir: string, attempt: number) => path.join(runDir, `attempt-${attempt}`),
  events: (runDir: string, attempt: number) =>
    path.join(runDir, `attempt-${attempt}`, 'events.jsonl'),
  predictions: (runDir: string, attempt: number) =>
    path.join(runDir, `attempt-${attempt}`, 'predictions.jsonl'),
  checkpoint: (runDir: string, attempt: number) =>
    path.join(runDir, `attempt-${attempt}`, 'checkpoint'),
  heartbeat: (runDir: string, attempt: number) =>
    path.join(runDir, `attempt-${attempt}`, 'heartbeat'),
  model: (runDir: string) => path.join(runDir, 'model'),
  trash: (store: string) => path.join(store, '.headway', 'trash'),
  /** `seat`: several trainers of one store (`--parallel`) count from 0. */
  trainerRecord: (store: string, seat = 0) =>
    path.join(store, '.headway', seat === 0 ? 'trainer.json' : `trainer-${seat}.json`),
} as const

/** The store a run's folder belongs to: above `.headway`, or the folder itself (`--out`). */
export const storeOfRun = (runDir: string): string => {
  const marker = `${path.sep}.headway${path.sep}sweeps${path.sep}`
  const at = runDir.lastIndexOf(marker)
  return at < 0 ? runDir : runDir.slice(0, at)
}

/** The sweep's folder above a run's; undefined for a run with a folder of its own (`--out`). */
export const sweepDirOf = (runDir: string): string | undefined => {
  const dir = path.dirname(path.dirname(runDir))
  return fs.existsSync(layout.sweepRecord(dir)) ? dir : undefined
}

const isRun = compiledCheck(RunRecordSchema)
const isSweep = compiledCheck(SweepRecordSchema)

const readChecked = <T extends TSchema>(
  file: string,
  schema: T,
  isSound: (value: unknown) => value is Static<T>,
  what: string,
): Static<T> => {
  let value: unknown
  try {
    value = JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch (error) {
    throw new InputError(`${file} cannot be read as ${what}: ${(error as Error).message}.`)
  }
  if (isSound(value)) return value
  const first = Value.Errors(schema, value)[0]
  throw new InputError(
    `${file} is not ${what} of this version of Headway: ${first?.instancePath || 'its content'} ${first?.message ?? 'is not as expected'}.`,
  )
}

export const readSweep = (sweepDir: string): SweepRecord =>
  readChecked(layout.sweepRecord(sweepDir), SweepRecordSchema, isSweep, 'a sweep record')
export const writeSweep = (sweepDir: string, record: SweepRecord): void =>
  writeJsonAtomic(layout.sweepRecord(sweepDir), record)

export const readRun = (runDir: string): RunRecord =>
  readChecked(layout.runRecord(runDir), RunRecordSchema, isRun, 'a run record')
export const writeRun = (runDir: string, record: RunRecord): void =>
  writeJsonAtomic(layout.runRecord(runDir), record)

/** Folders of all sweeps of a store, in no order. */
export const listSweepDirs = (store: string): string[] => {
  const folder = layout.sweeps(store)
  if (!fs.existsSync(folder)) return []
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(folder, entry.name))
    .filter((dir) => fs.existsSync(layout.sweepRecord(dir)))
}

/** Highest attempt there is, 0 where there is none. Only the highest counts (DESIGN §7). */
export const highestAttempt = (runDir: string): number => {
  if (!fs.existsSync(runDir)) return 0
  const numbers = fs
    .readdirSync(runDir)
    .map((name) => /^attempt-(\d+)$/.exec(name)?.[1])
    .map((digits) => (digits === undefined ? 0 : Number(digits)))
  return Math.max(0, ...numbers)
}

/**
 * Claims a run by making this attempt's folder, or does not: of several that take open runs from one
 * list, the first one gets each. mkdir is exclusive also on shared file systems.
 * @returns false where the attempt is taken
 */
export const tryClaimAttempt = (runDir: string, attempt: number): boolean => {
  try {
    fs.mkdirSync(layout.attempt(runDir, attempt))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}
