import path from 'node:path'
import { InputError } from '../../core/errors.ts'
import { type Executor, executors } from '../../core/experiment/schema.ts'
import { reopenRun } from '../../core/launch/place.ts'
import { updateMark } from '../../core/runs/marksFile.ts'
import { readSweep } from '../../core/runs/store.ts'
import type { SweepRun } from '../../core/runs/sweepEnd.ts'
import { requireSlurm } from '../../runtime/slurm/submitJob.ts'
import { findTarget, reread, type Target } from '../findTarget.ts'
import { finishRun } from '../finishRun.ts'
import { choiceFlag, parseFlags } from '../flags.ts'
import { findModelFolder } from '../machine.ts'
import { userDir } from '../program.ts'
import { exitCodeOf, runsTable } from '../runTable.ts'
import { trainOnSlurm } from '../slurm/trainOnSlurm.ts'
import { analyseRuns, analysisResult, answerLines, testLine, testResult } from '../sweepAnalysis.ts'
import { awaitTestScore } from '../testScore.ts'
import { trainRuns } from '../trainRuns.ts'

/** `headway resume RUN|SWEEP`: goes on from the last checkpoints. */
export const resumeCommand = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseFlags(
    'resume',
    args,
    { run: 'string', executor: 'string', json: 'boolean' } as const,
    1,
  )
  const executor = choiceFlag('resume', 'executor', values.executor, executors)
  const wanted = positionals[0] ?? values.run
  if (wanted === undefined) throw new InputError('headway resume: name the run to go on with.')
  const target = findTarget(wanted, userDir())
  if (target.kind === 'sweep') return resumeSweep(target, executor, values.json === true)
  if (executor === 'slurm') {
    throw new InputError(
      'headway resume: a run is trained on this machine; name its sweep for Slurm.',
    )
  }
  const [run] = target.runs
  if (!run) throw new InputError(`${target.dir} holds no run.`)
  const { state, weightsDeleted } = run.record
  const open = state !== 'done' || weightsDeleted === true
  if (weightsDeleted && target.sweepDir !== undefined) {
    updateMark(target.sweepDir, run.record.id, { star: true })
    process.stderr.write(
      'Its weights were deleted: it is trained again, and starred to keep them.\n',
    )
  }
  if (open) await reopen(run)
  return finishRun(run, open, values.json === true)
}

/** All that is not finished, but what was stopped early; where it is asked for, or its experiment says. */
const resumeSweep = async (
  target: Target,
  asked: Executor | undefined,
  json: boolean,
): Promise<number> => {
  const { executor: stated = 'local', slurm = {} } = readSweep(target.dir).experiment
  const executor = asked ?? stated
  if (executor === 'slurm') requireSlurm()
  const open = target.runs.filter(
    ({ record: { state } }) => state !== 'done' && state !== 'stoppedEarly',
  )
  for (const run of open) await reopen(run)
  const dirs = open.map(({ dir }) => dir)
  const { interrupted } =
    executor === 'slurm'
      ? await trainOnSlurm({ sweepDir: target.dir, dirs, settings: slurm })
      : await trainRuns(dirs)
  if (!interrupted && executor === 'local') await awaitTestScore(target.dir)
  const all = reread(target.runs)
  const records = all.map(({ record }) => record)
  const { test } = readSweep(target.dir)
  const analysis = analyseRuns(all, test)
  if (json) {
    const runs = records.map(({ id, state, metrics }) => ({ run: id, state, metrics }))
    const judged = { ...analysisResult(analysis, records), ...testResult(analysis, test) }
    process.stdout.write(
      `${JSON.stringify({ sweep: path.basename(target.dir), ...judged, runs })}\n`,
    )
  } else {
    const many = records.length > 1
    process.stdout.write(runsTable(records, many ? { analysis } : {}))
    process.stdout.write(testLine(analysis, test))
    if (many) process.stdout.write(answerLines(analysis))
  }
  return interrupted && exitCodeOf(records) !== 0 ? 130 : exitCodeOf(records)
}

const reopen = async ({ dir, record }: SweepRun): Promise<void> => {
  await findModelFolder(record.config.model, path.resolve(dir, record.base))
  reopenRun(dir, record)
}
