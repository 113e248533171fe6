import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../../core/errors.ts'
import { diskUse } from '../../core/runs/diskUse.ts'
import { markOf } from '../../core/runs/markOf.ts'
import type { Marks } from '../../core/runs/marks.ts'
import { readMarks } from '../../core/runs/marksFile.ts'
import type { SweepRecord } from '../../core/runs/records.ts'
import { layout, listSweepDirs, readRun, readSweep } from '../../core/runs/store.ts'
import { runsAtWork } from '../../runtime/runsAtWork.ts'
import { nearestStore, runDirsOf } from '../findRun.ts'
import { parseFlags } from '../flags.ts'
import { userDir } from '../program.ts'
import { runsCsv } from '../runsCsv.ts'
import { type ListedRun, plain, rankRuns, runsTable } from '../runTable.ts'

export interface ListedSweep {
  readonly dir: string
  readonly record: SweepRecord
  readonly marks: Marks
  /** Ranked. */
  readonly runs: readonly ListedRun[]
  /** Bytes on disk by run, where they were asked for. */
  readonly sizes: ReadonlyMap<string, number> | undefined
}

/** `headway runs [SWEEP]`: ranked runs of this folder's store. */
export const runsCommand = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseFlags(
    'runs',
    args,
    { json: 'boolean', csv: 'boolean', sizes: 'boolean', archived: 'boolean' } as const,
    1,
  )
  const [wanted] = positionals
  const found = chooseSweeps(wanted).flatMap((dir) => listSweep(dir, values.sizes === true))
  const sweeps = (await Promise.all(found.map(asShown)))
    .map((sweep) => (values.archived ? sweep : withoutArchived(sweep)))
    .filter(({ marks }) => values.archived || wanted !== undefined || !marks.sweep.archived)
    .sort((a, b) => a.record.created - b.record.created)
  if (values.json) process.stdout.write(`${JSON.stringify({ sweeps: sweeps.map(asJson) })}\n`)
  else if (values.csv) process.stdout.write(runsCsv(sweeps))
  else process.stdout.write(asText(sweeps))
  return 0
}

const asText = (sweeps: readonly ListedSweep[]): string => {
  if (sweeps.length === 0) return 'There are no runs here yet.\n'
  return sweeps
    .map(({ record, marks, runs, sizes }) => {
      const { name, note, star, archived } = marks.sweep
      const said = [star ? '★' : '', archived ? '(archived)' : '', note ?? ''].filter(Boolean)
      const title = [name ?? record.name, ...said].map(plain).join(' ')
      return `${title}\n${runsTable(runs, marks, sizes)}\n`
    })
    .join('')
}

const asJson = ({ record: { id, name, test }, marks, runs, sizes }: ListedSweep) => ({
  sweep: id,
  name,
  ...marks.sweep,
  ...(test ? { test: { run: test.run, metrics: test.metrics } } : {}),
  runs: runs.map((run) => ({
    run: run.id,
    cell: run.cell,
    seed: run.seed,
    state: run.state,
    ...(run.reason === undefined ? {} : { reason: run.reason }),
    metrics: run.metrics ?? null,
    ...(sizes ? { bytes: sizes.get(run.id) ?? 0 } : {}),
    ...markOf(marks, run.id),
  })),
})

const withoutArchived = (sweep: ListedSweep): ListedSweep => ({
  ...sweep,
  runs: sweep.runs.filter(({ id }) => !markOf(sweep.marks, id).archived),
})

/** One damaged record must not hide the others. */
const listSweep = (dir: string, withSizes: boolean): ListedSweep[] =>
  skipDamaged(() => {
    const record = readSweep(dir)
    const places = new Map(record.runs.map((id, at) => [id, at]))
    const placeOf = (runDir: string) => places.get(path.basename(runDir)) ?? record.runs.length
    const dirs = runDirsOf(dir).sort((a, b) => placeOf(a) - placeOf(b))
    const found = dirs.flatMap((runDir) => skipDamaged(() => ({ runDir, run: readRun(runDir) })))
    const sizes = withSizes
      ? new Map(found.map(({ runDir, run }) => [run.id, diskUse(runDir).total]))
      : undefined
    return {
      dir,
      record,
      marks: readMarks(dir),
      runs: rankRuns(found.map(({ run }) => run)),
      sizes,
    }
  })

const skipDamaged = <T>(read: () => T): T[] => {
  try {
    return [read()]
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    process.stderr.write(`${plain(error.message)} It is left out.\n`)
    return []
  }
}

/** Beats come every two seconds, and somebody waits for the list. */
const listenMs = 5000

/** A run that says it is running, with nobody at work on it, was interrupted. */
const asShown = async (sweep: ListedSweep): Promise<ListedSweep> => {
  const running = sweep.runs.filter(({ state }) => state === 'running')
  if (running.length === 0) return sweep
  const atWork = await runsAtWork(sweep.dir, running, listenMs)
  const lost = new Set(running.filter(({ id }) => !atWork.has(id)))
  const runs = sweep.runs.map(
    (run): ListedRun => (lost.has(run) ? { ...run, state: 'interrupted' } : run),
  )
  return { ...sweep, runs }
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
