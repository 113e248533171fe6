import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InputError } from '../../core/errors.ts'
import { reopenRun } from '../../core/launch/place.ts'
import type { TrainerRecord } from '../../core/runs/records.ts'
import { runKey } from '../../core/runs/runKey.ts'
import { storeOfRun } from '../../core/runs/store.ts'
import { launchRuns } from '../../runtime/launchTrainer.ts'
import { haltLost } from '../../runtime/restartRuns.ts'
import { jobAtWork } from '../../runtime/slurm/activeJob.ts'
import { lastJob, markCancelled, type SlurmJob } from '../../runtime/slurm/jobFolder.ts'
import { TrainerClient } from '../../runtime/trainerClient.ts'
import { isAlive, livingElsewhere, readTrainerRecords } from '../../runtime/trainerRecord.ts'
import { findTarget, isOpen, requiredTarget, reread, type Target } from '../findTarget.ts'
import { parseFlags } from '../flags.ts'
import { userDir } from '../program.ts'
import { endOnSlurm } from '../slurm/endOnSlurm.ts'
import { launchOptions } from '../trainRuns.ts'

const pollMs = 100
/** A step of a large model on a slow machine, and its checkpoint. */
const patienceMs = 120_000

/** `headway stop RUN|SWEEP`: running ones at their next step, queued ones at once. */
export const stopCommand = (args: readonly string[]): Promise<number> => halt('stop', args)

/** `headway pause RUN|SWEEP`: likewise, recorded as paused: `headway resume` goes on. */
export const pauseCommand = (args: readonly string[]): Promise<number> => halt('pause', args)

/** `headway first RUN`: next in line, after the run at work. */
export const firstCommand = async (args: readonly string[]): Promise<number> => {
  const { positionals } = parseFlags('first', args, {} as const, 1)
  const target = findTarget(requiredTarget('first', positionals[0]), userDir())
  const [run] = target.runs
  if (target.kind !== 'run' || !run) throw new InputError('headway first: name one run.')
  if (run.record.state === 'done') throw new InputError(`Run ${run.record.id} is done already.`)
  reopenRun(run.dir, run.record)
  // Where no trainer is at work, it is the first anyway.
  await launchRuns({ ...(await launchOptions(target.store)), runs: [run.dir] })
  await eachTrainer(target, (client) => client.first(path.resolve(run.dir)))
  process.stderr.write(`Run ${run.record.id} is next.\n`)
  return 0
}

const halt = async (how: 'stop' | 'pause', args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseFlags(how, args, { json: 'boolean' } as const, 1)
  const target = findTarget(requiredTarget(how, positionals[0]), userDir())
  const open = target.runs.filter(({ record }) => isOpen(record))
  const dirs = open.map(({ dir }) => path.resolve(dir))
  const { sweepDir } = target
  const job = sweepDir === undefined ? undefined : await jobAtWork(sweepDir)
  if (job && sweepDir !== undefined) {
    if (target.kind === 'run') throw onSlurm(sweepDir, job)
    await endOnSlurm('cancel', sweepDir, job, how === 'pause' ? 'paused' : 'stopped')
  } else if (open.length > 0) {
    const working = new Set<string>()
    const asked = await eachTrainer(target, async (client) => {
      await client.stop(dirs, how)
      // One that ends with this has recorded what it had.
      const { running, queued } = await client.status().catch(() => nothingLeft)
      for (const run of [running, ...queued]) if (run !== null) working.add(runKey(run))
    })
    if (asked > 0) {
      haltForgotten(target, how, working)
      await untilHalted(target)
    }
    // Also where the trainer died before it could do so.
    if (!readTrainerRecords(target.store).some(isAlive)) recordAsHalted(target, how)
  }
  const states = reread(open).map(({ record }) => ({ run: record.id, state: record.state }))
  if (values.json) process.stdout.write(`${JSON.stringify({ runs: states })}\n`)
  else for (const { run, state } of states) process.stdout.write(`${run}  ${state}\n`)
  if (open.length === 0) process.stderr.write('Nothing of it is queued or running.\n')
  return 0
}

const onSlurm = (sweepDir: string, { job }: SlurmJob): InputError =>
  new InputError(
    `Slurm job ${job} is at work on the whole sweep: "headway cancel ${path.basename(sweepDir)}" ends it.`,
  )

/** @returns how many answered */
const eachTrainer = async (
  { store }: Target,
  ask: (client: TrainerClient) => Promise<void>,
): Promise<number> => {
  const away = await livingElsewhere(store)
  if (away) {
    throw new InputError(`The trainer is at work on ${away.process.host}: do that there.`)
  }
  const living = readTrainerRecords(store).filter(isAlive)
  for (const record of living) await askOne(record, ask)
  return living.length
}

const askOne = async (
  record: TrainerRecord,
  ask: (client: TrainerClient) => Promise<void>,
): Promise<void> => {
  const client = await TrainerClient.connect(record)
  try {
    await ask(client)
  } finally {
    client.dispose()
  }
}

/** Nobody works on them: what they were left as is only said. */
const recordAsHalted = ({ kind, sweepDir, runs }: Target, how: 'stop' | 'pause'): void => {
  const state = how === 'pause' ? 'paused' : 'stopped'
  const job = kind === 'sweep' && sweepDir !== undefined ? lastJob(sweepDir) : undefined
  // Where Slurm does not answer, tasks of it may still be in line.
  if (job) markCancelled(job.dir, state)
  for (const { dir } of openOf(runs)) haltLost(storeOfRun(dir), dir, how)
}

const nothingLeft = { running: null, queued: [] }

/** What no trainer has, though one of the store is at work: left by an earlier one. */
const haltForgotten = (
  target: Target,
  how: 'stop' | 'pause',
  working: ReadonlySet<string>,
): void => {
  for (const { dir, record } of openOf(target.runs)) {
    const isLost = record.state === 'queued' || (record.trainer && !isAlive(record.trainer))
    if (isLost && !working.has(runKey(dir))) haltLost(target.store, dir, how)
  }
}

const openOf = (runs: Target['runs']) => reread(runs).filter(({ record }) => isOpen(record))

const untilHalted = async (target: Target): Promise<void> => {
  const deadline = performance.now() + patienceMs
  while (openOf(target.runs).length > 0) {
    if (!readTrainerRecords(target.store).some(isAlive)) return
    if (performance.now() > deadline) {
      throw new Error('The trainer has not stopped yet; it will at its next step.')
    }
    await sleep(pollMs)
  }
}
