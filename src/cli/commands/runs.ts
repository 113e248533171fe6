import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../../core/errors.ts'
import { describeApart } from '../../core/runs/apart.ts'
import { diskUse } from '../../core/runs/diskUse.ts'
import { markOf } from '../../core/runs/markOf.ts'
import type { Marks } from '../../core/runs/marks.ts'
import { readMarks } from '../../core/runs/marksFile.ts'
import type { SweepRecord } from '../../core/runs/records.ts'
import { layout, listSweepDirs, readRun, readSweep } from '../../core/runs/store.ts'
import type { SweepAnalysis } from '../../core/stats/analysis.ts'
import { runsAtWork } from '../../runtime/runsAtWork.ts'
import { nearestStore, runDirsOf } from '../findRun.ts'
import { parseFlags } from '../flags.ts'
import { userDir } from '../program.ts'
import { runsCsv } from '../runsCsv.ts'
import { formatBytes, type ListedRun, plain, rankByCells, runsTable } from '../runTable.ts'
import {
  analyseRuns,
  analysisResult,
  answerLines,
  type FoundListed,
  testLine,
  testResult,
} from '../sweepAnalysis.ts'

export interface ListedSweep {
  readonly dir: string
  readonly record: SweepRecord
  readonly marks: Marks
  /** Ranked. */
  readonly runs: readonly ListedRun[]
  readonly analysis: SweepAnalysis
  /** Bytes on disk, where they were asked for. */
  readonly sizes: SweepSizes | undefined
}

interface SweepSizes {
  /** The sweep's folder, with all that is in it. */
  readonly total: number
  readonly byRun: ReadonlyMap<string, number>
}

/** Finished runs that are judged by their predictions, of the newest sweeps: some seconds at most. */
const mostJudged = 400

/** `headway runs [SWEEP]`: ranked runs of this folder's store. */
export const runsCommand = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseFlags(
    'runs',
    args,
    { json: 'boolean', csv: 'boolean', sizes: 'boolean', archived: 'boolean' } as const,
    1,
  )
  const [wanted] = positionals
  const read = chooseSweeps(wanted).flatMap((dir) => readListed(dir, values.sizes === true))
  const found = (await Promise.all(read.map(asShown)))
    .filter(({ marks }) => values.archived || wanted !== undefined || !marks.sweep.archived)
    .sort((a, b) => a.record.created - b.record.created)
  const sweeps = judged(found).map((sweep) => (values.archived ? sweep : withoutArchived(sweep)))
  if (values.json) process.stdout.write(`${JSON.stringify({ sweeps: sweeps.map(asJson) })}\n`)
  else if (values.csv) process.stdout.write(runsCsv(sweeps))
  else process.stdout.write(asText(sweeps))
  return 0
}

/** Newest first, as far as it is a matter of seconds; the others are only ranked. */
const judged = (sweeps: readonly FoundSweep[]): ListedSweep[] => {
  let count = 0
  return [...sweeps]
    .reverse()
    .map(({ found, ...sweep }) => {
      count += found.filter(({ record }) => record.state === 'done').length
      const analysis = analyseRuns(found, sweep.record.test, count <= mostJudged)
      const records = found.map(({ record }) => record)
      return { ...sweep, analysis, runs: rankByCells(records, analysis) }
    })
    .reverse()
}

const asText = (sweeps: readonly ListedSweep[]): string => {
  if (sweeps.length === 0) return 'There are no runs here yet.\n'
  return sweeps
    .map(({ record, marks, runs, sizes, analysis }) => {
      const { name, note, star, archived } = marks.sweep
      const said = [
        star ? '★' : '',
        archived ? '(archived)' : '',
        sizes ? `(${formatBytes(sizes.total)})` : '',
        note ?? '',
      ].filter(Boolean)
      const title = [name ?? record.name, ...said].map(plain).join(' ')
      const apart = record.apart ? `${describeApart(record.apart)}\n` : ''
      const many = runs.length > 1
      const table = runsTable(runs, {
        ...{ marks, sizes: sizes?.byRun, analysis: many ? analysis : undefined },
      })
      const tested = testLine(analysis, record.test)
      return `${title}\n${apart}${table}${tested}${many ? answerLines(analysis) : ''}\n`
    })
    .join('')
}

const asJson = ({
  record: { id, name, test, apart },
  marks,
  runs,
  analysis,
  sizes,
}: ListedSweep) => ({
  sweep: id,
  name,
  ...marks.sweep,
  ...(apart ? { apart } : {}),
  ...testResult(analysis, test),
  ...(sizes ? { bytes: sizes.total } : {}),
  ...analysisResult(analysis, runs),
  runs: runs.map((run) => ({
    run: run.id,
    cell: run.cell,
    seed: run.seed,
    state: run.state,
    ...(run.reason === undefined ? {} : { reason: run.reason }),
    metrics: run.metrics ?? null,
    ...(sizes ? { bytes: sizes.byRun.get(run.id) ?? 0 } : {}),
    ...markOf(marks, run.id),
  })),
})

const withoutArchived = (sweep: ListedSweep): ListedSweep => ({
  ...sweep,
  runs: sweep.runs.filter(({ id }) => !markOf(sweep.marks, id).archived),
})

interface FoundSweep extends Omit<ListedSweep, 'runs' | 'analysis'> {
  readonly found: readonly FoundListed[]
}

/** One damaged record must not hide the others. */
const readListed = (dir: string, withSizes: boolean): FoundSweep[] =>
  skipDamaged(() => {
    const record = readSweep(dir)
    const places = new Map(record.runs.map((id, at) => [id, at]))
    const placeOf = (runDir: string) => places.get(path.basename(runDir)) ?? record.runs.length
    const dirs = runDirsOf(dir).sort((a, b) => placeOf(a) - placeOf(b))
    const found = dirs.flatMap((runDir) =>
      skipDamaged(() => ({ dir: runDir, record: readRun(runDir) })),
    )
    const sizes = withSizes
      ? {
          total: diskUse(dir).total,
          byRun: new Map(found.map((run) => [run.record.id, diskUse(run.dir).total])),
        }
      : undefined
    return { dir, record, marks: readMarks(dir), found, sizes }
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
const asShown = async (sweep: FoundSweep): Promise<FoundSweep> => {
  const records = sweep.found.map(({ record }) => record)
  const running = records.filter(({ state }) => state === 'running')
  if (running.length === 0) return sweep
  const atWork = await runsAtWork(sweep.dir, running, listenMs)
  const lost = new Set(running.map(({ id }) => id).filter((id) => !atWork.has(id)))
  const found = sweep.found.map(
    (run): FoundListed =>
      lost.has(run.record.id) ? { ...run, record: { ...run.record, state: 'interrupted' } } : run,
  )
  return { ...sweep, found }
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
