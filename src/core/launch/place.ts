import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { InputError, messageOf } from '../errors.ts'
import { canonicalJson } from '../experiment/canonicalJson.ts'
import type { RunConfig } from '../experiment/config.ts'
import type { ExperimentFile } from '../experiment/schema.ts'
import type { RunRecord, SweepRecord } from '../runs/records.ts'
import { highestAttempt, layout, readRun, readSweep, writeRun, writeSweep } from '../runs/store.ts'
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
}

interface PlaceOptions {
  readonly store: string
  readonly base: string
  readonly out?: string | undefined
  readonly file?: string | undefined
  readonly force?: boolean | undefined
  readonly experiment: ExperimentFile
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
  const { id, earlier } = chooseSweep(options)
  const sweepDir = layout.sweep(options.store, id)
  const ids = options.records.map((record) => record.id)
  const sweep: SweepRecord = {
    ...options.sweep,
    id,
    created: earlier?.created ?? options.sweep.created,
    ...(earlier?.test === undefined ? {} : { test: earlier.test }),
    ...(options.file === undefined
      ? {}
      : { file: portable(path.relative(sweepDir, options.file)) }),
    // Runs of an earlier form of the experiment, on the same data: still comparable, so kept.
    runs: [...ids, ...(earlier?.runs ?? []).filter((run) => !ids.includes(run))],
  }
  writeStoreIgnore(options.store)
  const runs = options.records.map((record) =>
    placeRun(layout.run(sweepDir, record.id), record, id, options),
  )
  writeSweep(sweepDir, sweep)
  return { sweepDir, sweep, runs, open: openDirs(runs) }
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
  return { sweepDir: out, sweep, runs: [run], open: openDirs([run]) }
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
    if (closedStates.includes(there.state) || there.state === 'running') {
      return { dir, record: there }
    }
    return { dir, record: reopenRun(dir, withPaths(dir, there, { ...fresh, base })) }
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

interface ChosenSweep {
  readonly id: string
  readonly earlier: SweepRecord | undefined
}

/**
 * The sweep's folder: by its name; where that holds runs on other data, which could not be compared
 * with these, the first of name-2, name-3, … that does not.
 */
const chooseSweep = (options: PlaceOptions): ChosenSweep => {
  const name = slug(options.sweep.name)
  for (let number = 1; ; number++) {
    const id = number === 1 ? name : `${name}-${number}`
    const dir = layout.sweep(options.store, id)
    if (!fs.existsSync(layout.sweepRecord(dir))) return { id, earlier: undefined }
    const earlier = readSweep(dir)
    if (isComparable(dir, earlier, options)) return { id, earlier }
  }
}

/** Whether the runs that are there were trained and scored on the same examples as these will be. */
const isComparable = (
  dir: string,
  earlier: SweepRecord,
  { sweep, records }: PlaceOptions,
): boolean => {
  const dataOf = (checksums: Readonly<Record<string, string>>) =>
    ['data/train', 'data/dev'].map((name) => checksums[name] ?? '').join()
  if (earlier.head !== sweep.head || dataOf(earlier.checksums) !== dataOf(sweep.checksums)) {
    return false
  }
  const there = earlier.runs
    .map((id) => layout.run(dir, id))
    .find((run) => fs.existsSync(layout.runRecord(run)))
  const [fresh] = records
  return !there || !fresh || readingOf(readRun(there).config) === readingOf(fresh.config)
}

/** How the rows are read and split, and what the scores are of; not where the files are. */
const readingOf = ({ data, regression, selectionMetric }: RunConfig): string => {
  const { train: _train, dev: _dev, test: _test, ...columns } = data
  return canonicalJson({ columns, regression, selectionMetric })
}

const longestSlug = 60

/** A name for a folder, on every system; names that leave nothing of themselves get a hash. */
export const slug = (name: string): string => {
  const plain = [
    ...name
      .normalize('NFKD')
      // Accents of Latin, Greek and Cyrillic letters; marks of other scripts are part of the letter.
      .replace(/[\u0300-\u036f]/g, '')
      .normalize('NFC')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
      .replace(/^[-.]+|[-.]+$/g, ''),
  ]
    .slice(0, longestSlug)
    .join('')
  if (plain === '') return `sweep-${createHash('sha256').update(name).digest('hex').slice(0, 6)}`
  return /^(con|prn|aux|nul|com\d|lpt\d)$/.test(plain) ? `sweep-${plain}` : plain
}

const portable = (relative: string): string => relative.split(path.sep).join('/')
