import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../../core/errors.ts'
import type { RunRecord } from '../../core/runs/records.ts'
import { layout, listSweepDirs, readRun, readSweep, storeOfRun } from '../../core/runs/store.ts'
import { isAlive, isAtWorkElsewhere, readTrainerRecord } from '../../runtime/trainerRecord.ts'
import { nearestStore, runDirsOf } from '../findRun.ts'
import { parseFlags } from '../flags.ts'
import { userDir } from '../program.ts'
import { type ListedRun, rankRuns, runsTable } from '../runTable.ts'

/** `headway runs [SWEEP]`: ranked runs of this folder's store. */
export const runsCommand = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseFlags('runs', args, { json: 'boolean' } as const, 1)
  const sweeps = chooseSweeps(positionals[0]).map((dir) => {
    const { id, name, created } = readSweep(dir)
    const records = runDirsOf(dir).flatMap(readOrSkip)
    return { id, name, created, runs: rankRuns(records) }
  })
  sweeps.sort((a, b) => a.created - b.created)
  if (values.json) {
    const shown = sweeps.map(({ id, name, runs }) => ({
      sweep: id,
      name,
      runs: runs.map((run) => ({
        run: run.id,
        cell: run.cell,
        seed: run.seed,
        state: run.state,
        metrics: run.metrics ?? null,
      })),
    }))
    process.stdout.write(`${JSON.stringify({ sweeps: shown })}\n`)
    return 0
  }
  for (const { name, runs } of sweeps) {
    process.stdout.write(`${name}\n${runsTable(runs)}\n`)
  }
  if (sweeps.length === 0) process.stdout.write('There are no runs here yet.\n')
  return 0
}

const chooseSweeps = (wanted: string | undefined): string[] => {
  const store = nearestStore(userDir())
  const all = store === undefined ? [] : listSweepDirs(store)
  if (wanted === undefined) return all
  const folder = path.resolve(userDir(), wanted)
  if (fs.existsSync(layout.sweepRecord(folder))) return [folder]
  const found = all.filter((dir) => path.basename(dir) === wanted)
  if (found.length > 0) return found
  const names = all.map((dir) => path.basename(dir)).join(', ')
  throw new InputError(
    `There is no sweep ${JSON.stringify(wanted)} here${names ? `; there are ${names}` : ''}.`,
  )
}

/** One damaged record must not hide the others. */
const readOrSkip = (dir: string): ListedRun[] => {
  try {
    return [asShown(readRun(dir), dir)]
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    process.stderr.write(`${error.message} It is left out.\n`)
    return []
  }
}

/** A run that says it is running, with nobody at work on it, was interrupted. */
const asShown = (record: RunRecord, dir: string): ListedRun => {
  if (record.state !== 'running') return record
  const store = storeOfRun(dir)
  const trainer = readTrainerRecord(store)
  const atWork = trainer && (isAlive(trainer) || isAtWorkElsewhere(store, trainer))
  return atWork ? record : { ...record, state: 'interrupted' }
}
