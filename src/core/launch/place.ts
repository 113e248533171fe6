import fs from 'node:fs'
import path from 'node:path'
import { InputError, messageOf } from '../errors.ts'
import { canonicalJson } from '../experiment/canonicalJson.ts'
import type { RunRecord, SweepRecord, TrainerRecord } from '../runs/records.ts'
import { highestAttempt, layout, readRun, writeRun, writeSweep } from '../runs/store.ts'
import { updateSweep } from '../runs/updateSweep.ts'
import type { ChosenSweep } from './chooseSweep.ts'
import { slug } from './slug.ts'
import { writeStoreIgnore } from './storeIgnore.ts'

export interface PlacedRun {
  readonly dir: string
  readonly record: RunRecord
}

export interface PlacedRuns {
  readonly sweepDir: string
  readonly sweep: SweepRecord
  /** This experiment's runs, in the grid's order. */
  readonly runs: PlacedRun[]
  /** Folders of those that still need work. */
  readonly open: string[]
  /** The sweep was not there before. */
  readonly isNew: boolean
}

interface PlaceOptions {
  readonly base: string
  readonly out?: string | undefined
  readonly file?: string | undefined
  readonly force?: boolean | undefined
  /** Whether the trainer that a running run names may still work on it; left out: it may. */
  readonly isAtWork?: ((trainer: TrainerRecord) => boolean) | undefined
  readonly chosen: ChosenSweep
  readonly store: string
  readonly sweep: Omit<SweepRecord, 'id' | 'file' | 'runs'>
  readonly records: readonly Omit<RunRecord, 'sweep' | 'base'>[]
}

/** Writes a sweep's records into the store, or one run's into its own folder. */
export const placeRuns = (options: PlaceOptions): PlacedRuns => {
  try {
    return options.out === undefined ? placeInStore(options) : placeInFolder(options, options.out)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (error instanceof InputError || code === undefined) throw error
    throw new InputError(`The results cannot be written: ${messageOf(error)}.`)
  }
}

const placeInStore = (options: PlaceOptions): PlacedRuns => {
  const { id, number, earlier, apart } = options.chosen
  const sweepDir = layout.sweep(options.store, id)
  const ids = options.records.map((record) => record.id)
  const { name, checksums } = options.sweep
  const recordBeside = (there: SweepRecord | undefined): SweepRecord => ({
    ...options.sweep,
    id,
    // Two sweeps of one name could not be told apart where they are listed.
    name: number === 1 ? name : `${name} ${number}`,
    ...numberBeside(earlier, number),
    created: there?.created ?? options.sweep.created,
    ...(apart === undefined ? {} : { apart }),
    ...testStillOf(there, checksums),
    ...(options.file === undefined
      ? {}
      : { file: portable(path.relative(sweepDir, options.file)) }),
    // Runs of an earlier form of the experiment, on the same data: still comparable, so kept.
    runs: [...ids, ...(there?.runs ?? []).filter((run) => !ids.includes(run))],
  })
  writeStoreIgnore(options.store)
  const runs = options.records.map((record) =>
    placeRun(layout.run(sweepDir, record.id), record, id, options),
  )
  fs.mkdirSync(sweepDir, { recursive: true })
  const sweep = updateSweep(sweepDir, recordBeside)
  return { sweepDir, sweep, runs, open: openDirs(runs), isNew: earlier === undefined }
}

/** One from before numbers were kept that is found by its own name (to add seeds) has another than 1. */
const numberBeside = (
  earlier: SweepRecord | undefined,
  number: number,
): Pick<SweepRecord, 'number'> => {
  if (earlier?.number !== undefined) return { number: earlier.number }
  return earlier?.apart && number === 1 ? {} : { number }
}

/** A score on other test data, or on what are no test data any more, says nothing. */
const testStillOf = (
  there: SweepRecord | undefined,
  checksums: SweepRecord['checksums'],
): Pick<SweepRecord, 'test'> => {
  const { test } = there ?? {}
  return test?.checksum !== undefined && test.checksum === checksums['data/test'] ? { test } : {}
}

const placeInFolder = (options: PlaceOptions, out: string): PlacedRuns => {
  const [record] = options.records
  if (!record) throw new RangeError('no run')
  if (fs.existsSync(layout.runRecord(out))) {
    const there = readRun(out)
    if (there.id !== record.id) {
      throw new InputError(
        `${out} holds another run already (${there.id}); choose another folder for "--out".`,
      )
    }
  }
  fs.mkdirSync(out, { recursive: true })
  const sweep: SweepRecord = { ...options.sweep, id: slug(options.sweep.name), runs: [record.id] }
  writeStoreIgnore(out)
  const run = placeRun(out, record, sweep.id, options)
  writeSweep(out, sweep)
  const isNew = options.chosen.earlier === undefined
  return { sweepDir: out, sweep, runs: [run], open: openDirs([run]), isNew }
}

/** States that leave nothing to do; a diverged run would diverge again. */
const closedStates: readonly RunRecord['state'][] = ['done', 'diverged', 'stoppedEarly']

const openDirs = (runs: readonly PlacedRun[]): string[] =>
  runs.filter(({ record }) => !closedStates.includes(record.state)).map(({ dir }) => dir)

/**
 * Puts a run that was stopped, paused, stopped early, or ended badly back in line, and one whose
 * weights were deleted; others are left as they are.
 */
export const reopenRun = (dir: string, record: RunRecord = readRun(dir)): RunRecord => {
  const { state } = record
  if (state === 'queued' || state === 'running') return record
  if (state === 'done' && !record.weightsDeleted) return record
  const { reason: _, inputError: _inputError, ended: _ended, lost: _lost, ...kept } = record
  const queued: RunRecord = { ...kept, state: 'queued' }
  writeRun(dir, queued)
  return queued
}

const placeRun = (
  dir: string,
  fresh: Omit<RunRecord, 'sweep' | 'base'>,
  sweep: string,
  options: PlaceOptions,
): PlacedRun => {
  const there = fs.existsSync(layout.runRecord(dir)) ? readRun(dir) : undefined
  const base = portable(path.relative(dir, options.base)) || '.'
  if (there && !(options.force && there.state !== 'running')) {
    if (isWorkedOn(there, options)) return { dir, record: there }
    // Also of a run that is over: the test data may still be read by it.
    const record = withPaths(dir, there, { ...fresh, base })
    return { dir, record: closedStates.includes(there.state) ? record : reopenRun(dir, record) }
  }
  // A new attempt comes after those that there are, and must not go on from their checkpoints.
  const attempt = highestAttempt(dir)
  for (let each = 1; each <= attempt; each++) {
    fs.rmSync(layout.checkpoint(dir, each), { recursive: true, force: true })
  }
  const record: RunRecord = { ...fresh, sweep, base, attempt }
  writeRun(dir, record)
  return { dir, record }
}

/** Its trainer writes the record of such a run, and nobody else does. */
const isWorkedOn = ({ state, trainer }: RunRecord, { isAtWork }: PlaceOptions): boolean =>
  state === 'running' && (!trainer || !isAtWork || isAtWork(trainer))

/** The id is the same: what changed are names and places of files, which is where it will look. */
const withPaths = (
  dir: string,
  there: RunRecord,
  fresh: Pick<RunRecord, 'config' | 'base' | 'checksums'>,
): RunRecord => {
  const { config, base, checksums = {} } = fresh
  const record = { ...there, config, base, checksums }
  if (canonicalJson(record) === canonicalJson(there)) return there
  writeRun(dir, record)
  return record
}

const portable = (relative: string): string => relative.split(path.sep).join('/')
