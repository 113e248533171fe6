import path from 'node:path'
import { parseArgs } from 'node:util'
import { InputError, messageOf } from '../core/errors.ts'
import { trainerProtocol } from '../core/protocol/trainer.ts'
import type { TrainerRecord } from '../core/runs/records.ts'
import { ownIdentity } from '../runtime/processIdentity.ts'
import { newSocketPath } from '../runtime/socketPath.ts'
import { claimStore, releaseStore } from './claim.ts'
import type { Work } from './claims/workOnClaim.ts'
import { finishSweep } from './finishSweep.ts'
import { InputCheck } from './inputCheck.ts'
import { TrainerIo } from './io.ts'
import { surviveFullLog } from './log.ts'
import type { Engine } from './train.ts'
import { workOnRun } from './workOnRun.ts'

/**
 * The training process: claims its store, announces itself, works through its queue, ends. Exit
 * code 0 also where another trainer has the store: whoever started this one finds that one.
 */
export const runTrainer = async (
  args: readonly string[],
  ioScript: string,
  loadEngine: () => Promise<Engine>,
): Promise<number> => {
  surviveFullLog()
  const { store, runs, version, seat, gone } = readArgs(args)
  const record: TrainerRecord = {
    process: ownIdentity(),
    socket: newSocketPath(),
    protocol: trainerProtocol,
    version,
    ...(seat === undefined ? {} : { seat }),
  }
  const io = await TrainerIo.start(ioScript, {
    store,
    seat,
    socket: record.socket,
    process: record.process,
    version,
  })
  if (!(await claimStore(store, record, gone))) {
    await io.close()
    return 0
  }
  io.claimed()
  stopOnSignals(io)
  if (runs.length > 0) io.enqueue(runs)
  let engine: Promise<Engine> | undefined
  const loadOnce = () => {
    engine ??= loadEngine()
    return engine
  }
  const work: Work = {
    io,
    loadEngine: loadOnce,
    inputs: new InputCheck(),
    trainer: record,
    isStopping: () => false,
    stoppedAs: () => 'stopped',
  }
  try {
    for (let run = await io.next(); run !== null; run = await io.next()) {
      // One run's fault is not the next one's.
      await workOnRun(run, work)
        .then(() => {
          io.over()
          return finishSweep(run!, loadOnce)
        })
        .catch((error: unknown) => {
          process.stderr.write(`${run}: ${messageOf(error)}\n`)
        })
    }
  } finally {
    releaseStore(store, record)
    await io.close()
  }
  return 0
}

/** First signal: stop at the next step. Second: at once; the run can be resumed. */
const stopOnSignals = (io: TrainerIo): void => {
  let asked = false
  const onSignal = () => {
    if (asked) process.exit(130)
    asked = true
    io.stopAll()
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

const readArgs = (args: readonly string[]) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      store: { type: 'string' },
      run: { type: 'string', multiple: true },
      seat: { type: 'string' },
      gone: { type: 'string', multiple: true },
      'app-version': { type: 'string' },
    },
  })
  if (values.store === undefined) {
    throw new InputError('The trainer needs --store DIR: the folder that holds .headway/.')
  }
  return {
    store: path.resolve(values.store),
    runs: (values.run ?? []).map((run) => path.resolve(run)),
    version: values['app-version'] ?? '0.0.0',
    gone: values.gone ?? [],
    seat: values.seat === undefined ? undefined : Number.parseInt(values.seat, 10),
  }
}
