import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../core/errors.ts'
import type { RunRecord } from '../core/runs/records.ts'
import { layout, listSweepDirs, readRun, storeOfRun, sweepDirOf } from '../core/runs/store.ts'
import { runsOfSweep, type SweepRun } from '../core/runs/sweepEnd.ts'
import { findRun, nearestStore } from './findRun.ts'

/** A run, or a sweep with all of its runs. */
export interface Target {
  readonly kind: 'run' | 'sweep'
  /** The run's folder or the sweep's. */
  readonly dir: string
  readonly store: string
  /** The sweep's folder; undefined for a run in a folder of its own. */
  readonly sweepDir: string | undefined
  /** The run's id; undefined where the whole sweep is meant. */
  readonly run: string | undefined
  readonly runs: readonly SweepRun[]
}

/**
 * Finds a sweep by its folder or id, or a run as `findRun` does.
 * @throws InputError where there is neither
 */
export const findTarget = (wanted: string, from: string): Target => {
  const store = nearestStore(from)
  const folder = path.resolve(from, wanted)
  const sweeps = [folder, ...(store === undefined ? [] : listSweepDirs(store))]
  const sweepDir = sweeps.find(
    (dir) =>
      (dir === folder || path.basename(dir) === wanted) &&
      fs.existsSync(layout.sweepRecord(dir)) &&
      !fs.existsSync(layout.runRecord(dir)),
  )
  if (sweepDir !== undefined) {
    const runs = runsOfSweep(sweepDir)
    const store = storeOfRun(path.join(sweepDir, 'runs'))
    return { kind: 'sweep', dir: sweepDir, store, sweepDir, run: undefined, runs }
  }
  const { dir, record } = findRun(wanted, from)
  const runs = [{ dir, record }]
  const sweep = sweepDirOf(dir)
  return { kind: 'run', dir, store: storeOfRun(dir), sweepDir: sweep, run: record.id, runs }
}

export const isOpen = ({ state }: RunRecord): boolean => state === 'queued' || state === 'running'

/** The records as they are now. */
export const reread = (runs: readonly SweepRun[]): SweepRun[] =>
  runs.map(({ dir }) => ({ dir, record: readRun(dir) }))

/** @throws InputError where a command that needs one was given no run and no sweep */
export const requiredTarget = (command: string, wanted: string | undefined): string => {
  if (wanted !== undefined) return wanted
  throw new InputError(`headway ${command}: name a run or a sweep; "headway runs" lists them.`)
}
