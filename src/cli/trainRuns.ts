import path from 'node:path'
import type { RunRecord, TrainerRecord } from '../core/runs/records.ts'
import { highestAttempt, readRun, storeOfRun } from '../core/runs/store.ts'
import { installProgress } from '../runtime/installProgress.ts'
import { launchRuns } from '../runtime/launchTrainer.ts'
import { requireTrainerNode } from '../runtime/node.ts'
import { TrainerClient } from '../runtime/trainerClient.ts'
import { isAlive, readTrainerRecord } from '../runtime/trainerRecord.ts'
import { followRuns, Wake } from './followRuns.ts'
import { programDir } from './program.ts'
import { type RunProgress, runProgress } from './runProgress.ts'

export interface TrainedRuns {
  /** In the order of the folders given. */
  readonly records: readonly RunRecord[]
  /** The user stopped them (Ctrl+C). */
  readonly interrupted: boolean
}

/**
 * Hands runs of one store to its trainer and follows them to their end, with progress on stderr.
 * Ctrl+C stops them at the next step; a second one does not wait for that.
 */
export const trainRuns = async (dirs: readonly string[]): Promise<TrainedRuns> => {
  const [first] = dirs
  if (first === undefined) return { records: [], interrupted: false }
  const store = storeOfRun(path.resolve(first))
  const toFollow = dirs.map((dir) => ({ dir, after: pastAttempts(dir, store) }))
  const progress = runProgress(dirs.length)
  const trainer = await launch(store, dirs)
  const wake = new Wake()
  const client = await connect(trainer, wake)
  const stopper = stopOnInterrupt(client, dirs, progress)
  try {
    const records = await followRuns(toFollow, trainer, progress, wake)
    return { records, interrupted: stopper.interrupted() }
  } finally {
    stopper.dispose()
    client?.dispose()
    progress.end()
  }
}

/** A run that a living trainer works on is joined; else the next attempt is waited for. */
const pastAttempts = (dir: string, store: string): number => {
  const trainer = readTrainerRecord(store)
  const isAtWork = readRun(dir).state === 'running' && trainer !== undefined && isAlive(trainer)
  return highestAttempt(dir) - (isAtWork ? 1 : 0)
}

const launch = async (store: string, dirs: readonly string[]): Promise<TrainerRecord> => {
  const install = installProgress()
  const node = await requireTrainerNode(install.report)
  install.end()
  return launchRuns({
    store,
    runs: dirs,
    trainerScript: path.join(programDir, 'trainer.js'),
    node,
  })
}

/** Undefined where it cannot be reached: the files tell all, only stopping needs it. */
const connect = async (trainer: TrainerRecord, wake: Wake): Promise<TrainerClient | undefined> => {
  try {
    const client = await TrainerClient.connect(trainer)
    client.onMessage((message) => {
      if (message.type === 'event') wake.now()
    })
    return client
  } catch {
    return undefined
  }
}

const interruptedCode = 130

const stopOnInterrupt = (
  client: TrainerClient | undefined,
  dirs: readonly string[],
  progress: RunProgress,
) => {
  let count = 0
  const onInterrupt = () => {
    count++
    if (count > 1 || !client) {
      progress.end()
      const what = count > 1 && client ? 'stops at its next step' : 'goes on'
      process.stderr.write(`The trainer ${what}; "headway runs" shows how far it is.\n`)
      process.exit(interruptedCode)
    }
    progress.say('Stopping after this step (Ctrl+C again: do not wait for it) …')
    for (const dir of dirs) client.stop(path.resolve(dir)).catch(() => {})
  }
  process.on('SIGINT', onInterrupt)
  return {
    interrupted: () => count > 0,
    dispose: () => process.off('SIGINT', onInterrupt),
  }
}
