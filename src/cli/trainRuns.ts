import path from 'node:path'
import type { RunRecord } from '../core/runs/records.ts'
import { highestAttempt, readRun, storeOfRun } from '../core/runs/store.ts'
import { installProgress } from '../runtime/installProgress.ts'
import { type LaunchOptions, launchRuns } from '../runtime/launchTrainer.ts'
import { requireTrainerNode } from '../runtime/node.ts'
import { restartRuns } from '../runtime/restartRuns.ts'
import { isAlive, readTrainerRecord, readTrainerRecords } from '../runtime/trainerRecord.ts'
import { FollowedRun, followRuns, Wake } from './followRuns.ts'
import { programDir } from './program.ts'
import { type RunProgress, runProgress } from './runProgress.ts'
import { Trainers } from './trainers.ts'

export interface TrainedRuns {
  /** In the order of the folders given. */
  readonly records: readonly RunRecord[]
  /** The user stopped them (Ctrl+C). */
  readonly interrupted: boolean
}

/**
 * Hands runs of one store to its trainer and follows them to their end, with progress on stderr. A
 * trainer that is lost on the way is replaced, also where others are still at work. Ctrl+C stops the
 * runs at the next step; a second one does not wait for that.
 * @param parallel trainers that work through them side by side
 */
export const trainRuns = async (dirs: readonly string[], parallel = 1): Promise<TrainedRuns> => {
  const [first] = dirs
  if (first === undefined) return { records: [], interrupted: false }
  const store = storeOfRun(path.resolve(first))
  const runs = dirs.map((dir) => new FollowedRun(dir, pastAttempts(dir, store)))
  const progress = runProgress(dirs.length)
  const options = { ...(await launchOptions(store)), parallel }
  await launchRuns({ ...options, runs: dirs })
  const wake = new Wake()
  const trainers = new Trainers(store, dirs, wake)
  const stopper = stopOnInterrupt(trainers, progress)
  const isAtWork = () =>
    readTrainerRecords(store).some(isAlive) && !runs.some(({ isLost }) => isLost)
  try {
    for (;;) {
      await trainers.connect()
      // It came while another trainer was started.
      if (stopper.interrupted()) await trainers.stop()
      await followRuns(runs, isAtWork, progress, wake)
      const left = runs.filter(({ over }) => !over)
      if (left.length === 0 || stopper.interrupted()) break
      progress.say('The trainer is gone; another one takes over.')
      for (const run of left) run.noteRestart()
      await restartRuns({ ...options, runs: left.map(({ dir }) => dir) })
    }
    return { records: runs.map(({ record }) => record), interrupted: stopper.interrupted() }
  } finally {
    stopper.dispose()
    trainers.dispose()
    progress.end()
  }
}

/** A run that a living trainer works on is joined; else the next attempt is waited for. */
const pastAttempts = (dir: string, store: string): number => {
  const trainer = readTrainerRecord(store)
  const isAtWork = readRun(dir).state === 'running' && trainer !== undefined && isAlive(trainer)
  return highestAttempt(dir) - (isAtWork ? 1 : 0)
}

/** What every launch from the command line has in common; finds or installs Node. */
export const launchOptions = async (store: string): Promise<Omit<LaunchOptions, 'runs'>> => {
  const install = installProgress()
  const node = await requireTrainerNode(install.report)
  install.end()
  return { store, trainerScript: path.join(programDir, 'trainer.js'), node }
}

const interruptedCode = 130

const stopOnInterrupt = (trainers: Trainers, progress: RunProgress) => {
  let count = 0
  let asked = false
  const leave = () => {
    progress.end()
    const what = asked ? 'stops at its next step' : 'goes on'
    process.stderr.write(`The trainer ${what}; "headway runs" shows how far it is.\n`)
    process.exit(interruptedCode)
  }
  const onInterrupt = async () => {
    count++
    if (count > 1) leave()
    asked = await trainers.stop()
    if (!asked) leave()
    progress.say('Stopping after this step (Ctrl+C again: do not wait for it) …')
  }
  process.on('SIGINT', onInterrupt)
  return {
    interrupted: () => count > 0,
    dispose: () => process.off('SIGINT', onInterrupt),
  }
}
