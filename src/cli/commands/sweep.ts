import fs from 'node:fs'
import path from 'node:path'
import { InputError, messageOf } from '../../core/errors.ts'
import { parseExperiment } from '../../core/experiment/parse.ts'
import { defaultModel } from '../../core/experiment/resolve.ts'
import { executors } from '../../core/experiment/schema.ts'
import type { PlacedRun } from '../../core/launch/place.ts'
import { type PreparedSweep, prepareSweep } from '../../core/launch/prepare.ts'
import { readMarks } from '../../core/runs/marksFile.ts'
import type { RunRecord } from '../../core/runs/records.ts'
import { layout, readRun, readSweep } from '../../core/runs/store.ts'
import { runsOfSweep } from '../../core/runs/sweepEnd.ts'
import { mayBeAtWork } from '../../runtime/mayBeAtWork.ts'
import { choiceFlag, numberFlag, parseFlags } from '../flags.ts'
import { launchNotes } from '../launchNotes.ts'
import { chooseMachine, findLocalData, findModelFolder } from '../machine.ts'
import { userDir } from '../program.ts'
import { exitCodeOf, runsTable } from '../runTable.ts'
import { refuseSlurmFlags, slurmFlags, slurmSettings } from '../slurm/slurmFlags.ts'
import { trainOnSlurm } from '../slurm/trainOnSlurm.ts'
import { analyseRuns, analysisResult, answerLines, testLine, testResult } from '../sweepAnalysis.ts'
import { awaitTestScore } from '../testScore.ts'
import { trainRuns } from '../trainRuns.ts'

const largestExperiment = 1 << 20
const mostParallel = 64

/** `headway sweep FILE`: all runs of an experiment, or those that are not finished. */
export const sweepCommand = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseFlags(
    'sweep',
    args,
    {
      force: 'boolean',
      parallel: 'string',
      executor: 'string',
      json: 'boolean',
      ...slurmFlags,
    } as const,
    1,
  )
  const [name] = positionals
  if (name === undefined) {
    throw new InputError('headway sweep: name the experiment file, NAME.headway.json.')
  }
  const parallel = readParallel(values.parallel)
  const asked = choiceFlag('sweep', 'executor', values.executor, executors)
  const file = path.resolve(userDir(), name)
  const experiment = parseExperiment(readExperimentText(file), file)
  const executor = asked ?? experiment.executor ?? 'local'
  if (executor === 'local') refuseSlurmFlags(values)
  const settings = slurmSettings(values, experiment.slurm)
  const base = path.dirname(file)
  const modelFolder = await findModelFolder(experiment.model ?? defaultModel, base)
  const prepared = await prepareSweep({
    experiment,
    localData: await findLocalData(experiment.data, base),
    base,
    store: base,
    file,
    modelFolder,
    machine: chooseMachine,
    isAtWork: mayBeAtWork,
    force: values.force,
  })
  const { sweepDir } = prepared
  for (const note of launchNotes(prepared, experiment)) process.stderr.write(`${note}\n`)
  const kept = prepared.runs.length - prepared.open.length
  if (kept > 0) {
    process.stderr.write(`${kept} of ${prepared.runs.length} runs are finished already and kept.\n`)
  }
  const { interrupted } =
    executor === 'slurm'
      ? await trainOnSlurm({ sweepDir, dirs: prepared.open, settings })
      : await trainRuns(prepared.open, parallel)
  if (!interrupted && executor === 'local') await awaitTestScore(sweepDir)
  const records = prepared.runs.map(readOrDeleted)
  report(prepared, records, values.json === true)
  return interrupted && exitCodeOf(records) !== 0 ? 130 : exitCodeOf(records)
}

const readParallel = (text: string | undefined): number => {
  const parallel = numberFlag('sweep', 'parallel', text) ?? 1
  if (Number.isInteger(parallel) && parallel >= 1 && parallel <= mostParallel) return parallel
  throw new InputError(`headway sweep: --parallel is a number from 1 to ${mostParallel}.`)
}

const report = (
  { sweepDir: dir, runs: launched }: PreparedSweep,
  records: readonly RunRecord[],
  json: boolean,
): void => {
  const { id: sweep, test, apart } = readSweep(dir)
  const own = launched.map(({ dir }, at) => ({ dir, record: records[at]! }))
  const ids = new Set(records.map(({ id }) => id))
  // One folder, one ranking: runs of earlier forms of the experiment are in it too.
  const all = [...own, ...runsOfSweep(dir).filter(({ record }) => !ids.has(record.id))]
  const shown = all.map(({ record }) => record)
  const analysis = analyseRuns(all, test)
  if (json) {
    const scored = testResult(analysis, test)
    const runs = shown.map(({ id: run, cell, seed, state, metrics = null }) => ({
      ...{ run, cell, seed, state, metrics },
    }))
    const result = { sweep, dir, ...(apart ? { apart } : {}), ...analysisResult(analysis, shown) }
    process.stdout.write(`${JSON.stringify({ ...result, ...scored, runs })}\n`)
    return
  }
  const many = shown.length > 1
  const table = { marks: readMarks(dir), analysis: many ? analysis : undefined }
  process.stdout.write(runsTable(shown, table))
  process.stdout.write(testLine(analysis, test))
  if (many) process.stdout.write(answerLines(analysis))
}

/** Somebody may have deleted its folder meanwhile. */
const readOrDeleted = ({ dir, record }: PlacedRun): RunRecord =>
  fs.existsSync(layout.runRecord(dir))
    ? readRun(dir)
    : { ...record, state: 'failed', reason: 'Its folder was deleted.' }

const readExperimentText = (file: string): string => {
  try {
    const stat = fs.statSync(file)
    if (!stat.isFile()) throw new Error('it is not a file')
    if (stat.size > largestExperiment) throw new Error('it is larger than 1 MB')
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new InputError(
      missing ? `${file} does not exist.` : `${file} cannot be read: ${messageOf(error)}.`,
    )
  }
}
