import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../core/errors.ts'
import type { RunRecord } from '../core/runs/records.ts'
import { layout, listSweepDirs, readRun } from '../core/runs/store.ts'

export interface FoundRun {
  readonly dir: string
  readonly record: RunRecord
}

/** Folders of a sweep's runs that have a record. */
export const runDirsOf = (sweepDir: string): string[] => {
  const folder = path.join(sweepDir, 'runs')
  if (!fs.existsSync(folder)) return []
  return fs
    .readdirSync(folder)
    .map((name) => path.join(folder, name))
    .filter((dir) => fs.existsSync(layout.runRecord(dir)))
}

/**
 * Finds a run by its folder, its id or a unique start of one, in the store of this folder or the
 * nearest above it.
 * @throws InputError where there is none, or more than one
 */
export const findRun = (wanted: string, from: string): FoundRun => {
  const folder = path.resolve(from, wanted)
  if (fs.existsSync(layout.runRecord(folder))) return { dir: folder, record: readRun(folder) }
  const store = nearestStore(from)
  const dirs = store === undefined ? [] : listSweepDirs(store).flatMap(runDirsOf)
  const matches = dirs.filter((dir) => path.basename(dir).startsWith(wanted))
  const exact = matches.filter((dir) => path.basename(dir) === wanted)
  const [first, second] = exact.length > 0 ? exact : matches
  if (first === undefined || wanted === '') {
    const where =
      store === undefined ? `and there is no .headway in or above ${from}` : `in ${store}`
    throw new InputError(
      `There is no run ${JSON.stringify(wanted.slice(0, 100))} ${where}; "headway runs" lists them.`,
    )
  }
  if (second !== undefined) {
    const ids = matches.slice(0, 5).map((dir) => path.basename(dir))
    throw new InputError(
      `${JSON.stringify(wanted)} is the start of ${matches.length} runs (${ids.join(', ')}); give more of the id, or the run's folder.`,
    )
  }
  return { dir: first, record: readRun(first) }
}

/** The nearest folder from here upwards with a store in it. */
export const nearestStore = (from: string): string | undefined => {
  for (let dir = path.resolve(from); ; dir = path.dirname(dir)) {
    if (fs.existsSync(layout.sweeps(dir))) return dir
    if (dir === path.dirname(dir)) return undefined
  }
}
