import path from 'node:path'
import { parseArgs } from 'node:util'
import { InputError, messageOf } from '../../core/errors.ts'
import { trainerProtocol } from '../../core/protocol/trainer.ts'
import type { TrainerRecord } from '../../core/runs/records.ts'
import { storeOfRun } from '../../core/runs/store.ts'
import { runsOfSweep } from '../../core/runs/sweepEnd.ts'
import { ownIdentity } from '../../runtime/processIdentity.ts'
import { cancelledAs } from '../../runtime/slurm/jobFolder.ts'
import { newSocketPath } from '../../runtime/socketPath.ts'
import { finishSweep } from '../finishSweep.ts'
import { InputCheck } from '../inputCheck.ts'
import { TrainerIo } from '../io.ts'
import { surviveFullLog } from '../log.ts'
import type { Engine } from '../train.ts'
import { CellClaims } from './cellClaims.ts'
import { type Work, workOnClaim } from './workOnClaim.ts'

const defaultSilenceSeconds = 60

/**
 * `trainer.js claim --sweep DIR --job DIR`: a task of a job array, one of several trainers that work
 * through one sweep over a shared folder. Claims open runs one after the other until none is left. A
 * signal (time limit, preemption, `scancel`) leaves a checkpoint and puts the run back. The job's mark
 * `cancelled` ends it likewise, also where Slurm cannot be asked to.
 */
export const runClaims = async (
  args: readonly string[],
  ioScript: string,
  loadEngine: () => Promise<Engine>,
): Promise<number> => {
  surviveFullLog()
  const { sweepDir, job, silenceMs, version } = readArgs(args)
  const trainer: TrainerRecord = {
    process: ownIdentity(),
    socket: newSocketPath(),
    protocol: trainerProtocol,
    version,
  }
  const stoppedAs = () => cancelledAs(job)
  const isSignalled = stopSignals()
  const isCancelled = everySoOften(() => stoppedAs() !== undefined)
  const isStopping = () => isSignalled() || isCancelled()
  const claims = new CellClaims(sweepDir, job, silenceMs, stoppedAs)
  // Most tasks of an array come when all is done: they are over before anything is loaded.
  let claim = await claims.next(isStopping)
  let engine: Promise<Engine> | undefined
  const loadOnce = () => {
    engine ??= loadEngine()
    return engine
  }
  const [first] = runsOfSweep(sweepDir)
  const finish = () => (first ? finishSweep(first.dir, loadOnce) : Promise.resolve())
  if (!claim) {
    if (!isStopping()) await finish()
    return 0
  }
  const io = await TrainerIo.start(ioScript, {
    store: storeOfRun(path.join(sweepDir, 'runs')),
    seat: undefined,
    socket: trainer.socket,
    process: trainer.process,
    version,
  })
  const inputs = new InputCheck()
  const work: Work = { io, loadEngine: loadOnce, trainer, inputs, isStopping, stoppedAs }
  for (; claim; claim = await claims.next(isStopping)) {
    const { runDir } = claim
    io.enqueue([runDir])
    await io.next()
    await workOnClaim(claim, work)
      .then(finish)
      .catch((error: unknown) => {
        process.stderr.write(`${runDir}: ${messageOf(error)}\n`)
      })
  }
  await io.close()
  return 0
}

const cancelLookMs = 2000

/** May be asked each step: looks at the files of the shared folder only now and then. */
const everySoOften = (look: () => boolean): (() => boolean) => {
  let seen = false
  let looked = Number.NEGATIVE_INFINITY
  return () => {
    if (!seen && performance.now() - looked > cancelLookMs) {
      looked = performance.now()
      seen = look()
    }
    return seen
  }
}

/** First signal: stop at the next step. Second: at once. */
const stopSignals = (): (() => boolean) => {
  let asked = false
  const onSignal = () => {
    if (asked) process.exit(130)
    asked = true
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  return () => asked
}

const readArgs = (args: readonly string[]) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sweep: { type: 'string' },
      job: { type: 'string' },
      silence: { type: 'string' },
      'app-version': { type: 'string' },
    },
  })
  if (values.sweep === undefined || values.job === undefined) {
    throw new InputError('trainer.js claim needs --sweep DIR and --job DIR.')
  }
  return {
    sweepDir: path.resolve(values.sweep),
    job: path.resolve(values.job),
    silenceMs: 1000 * Number(values.silence ?? defaultSilenceSeconds),
    version: values['app-version'] ?? '0.0.0',
  }
}
