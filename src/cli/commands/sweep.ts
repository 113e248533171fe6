import fs from 'node:fs'
import path from 'node:path'
import { InputError, messageOf } from '../../core/errors.ts'
import { parseExperiment } from '../../core/experiment/parse.ts'
import { defaultModel } from '../../core/experiment/resolve.ts'
import { prepareSweep } from '../../core/launch/prepare.ts'
import { readRun } from '../../core/runs/store.ts'
import { parseFlags } from '../flags.ts'
import { chooseMachine, findModelFolder } from '../machine.ts'
import { userDir } from '../program.ts'
import { exitCodeOf, rankRuns, runsTable } from '../runTable.ts'
import { trainRuns } from '../trainRuns.ts'

const largestExperiment = 1 << 20

/** `headway sweep FILE`: all runs of an experiment, or those that are not finished. */
export const sweepCommand = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseFlags(
    'sweep',
    args,
    { force: 'boolean', json: 'boolean' } as const,
    1,
  )
  const [name] = positionals
  if (name === undefined) {
    throw new InputError('headway sweep: name the experiment file, NAME.headway.json.')
  }
  const file = path.resolve(userDir(), name)
  const experiment = parseExperiment(readExperimentText(file), file)
  const base = path.dirname(file)
  const machine = chooseMachine(experiment)
  const modelFolder = await findModelFolder(experiment.model ?? defaultModel, base)
  const prepared = await prepareSweep({
    experiment,
    base,
    store: base,
    file,
    modelFolder,
    ...machine,
    force: values.force,
  })
  for (const warning of prepared.data.warnings) process.stderr.write(`${warning}\n`)
  const kept = prepared.runs.length - prepared.open.length
  if (kept > 0) {
    process.stderr.write(`${kept} of ${prepared.runs.length} runs are finished already and kept.\n`)
  }
  const { interrupted } = await trainRuns(prepared.open)
  const records = prepared.runs.map(({ dir }) => readRun(dir))
  const best = rankRuns(records)[0]
  if (values.json) {
    const result = {
      sweep: prepared.sweep.id,
      dir: prepared.sweepDir,
      best: best?.metrics ? best.id : null,
      runs: records.map(({ id, cell, seed, state, metrics }) => ({
        run: id,
        cell,
        seed,
        state,
        metrics: metrics ?? null,
      })),
    }
    process.stdout.write(`${JSON.stringify(result)}\n`)
  } else {
    process.stdout.write(runsTable(records))
    if (records.length > 1) process.stdout.write('The best score was chosen on dev.\n')
  }
  return interrupted && exitCodeOf(records) !== 0 ? 130 : exitCodeOf(records)
}

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
