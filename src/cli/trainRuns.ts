import path from 'node:path'
import type { RunRecord } from '../core/runs/records.ts'
import { highestAttempt, readRun, storeOfRun } from '../core/runs/store.ts'
import { installProgress } from '../runtime/installProgress.ts'
import { type LaunchOptions, launchRuns } from '../runtime/launchTrainer.ts'
import { requireTrainerNode } from '../runtime/node.ts'
import { restartRuns } from '../runtime/restartRuns.ts'
import { TrainerClient } from '../runtime/trainerClient.ts'
import { isAlive, readTrainerRecord, readTrainerRecords } from '../runtime/trainerRecord.ts'
import { FollowedRun, followRuns, Wake } from './followRuns.ts'
import { programDir } from './program.ts'
import { type RunProgress, runProgress } from './runProgress.ts'

export interface TrainedRuns {
  /** In the order of the folders given. */
  readonly records: readonly RunRecord[]
  /** The user stopped them (Ctrl+C). */
  readonly interrupted: boolean
}

/**
 * Hands runs of one store to its trainer and follows them to their end, with progress on stderr. A
 * trainer that is lost on the way is replaced. Ctrl+C stops the runs at the next step; a second one
 * does not wait for that.
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
  const trainers = new Trainers(store, wake)
  const stopper = stopOnInterrupt(trainers, dirs, progress)
  const isAtWork = () => readTrainerRecords(store).some(isAlive)
  try {
    for (;;) {
      await trainers.connect()
      await followRuns(runs, isAtWork, progress, wake)
      const left = runs.filter(({ over }) => !over)
      if (left.length === 0 || stopper.interrupted()) break
      progress.say('The trainer is gone; another one takes over.')
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

/** Connections to a store's trainers. The files tell all: only stopping needs them. */
class Trainers {
  private clients: TrainerClient[] = []

  constructor(
    private readonly store: string,
    private readonly wake: Wake,
  ) {}

  async connect(): Promise<void> {
    this.dispose()
    for (const record of readTrainerRecords(this.store).filter(isAlive)) {
      const client = await TrainerClient.connect(record).catch(() => undefined)
      if (!client) continue
      this.clients.push(client)
      client.onMessage((message) => {
        if (message.type === 'event') this.wake.now()
      })
    }
  }

  /** @returns whether there is anybody to ask */
  stop(dirs: readonly string[]): boolean {
    for (const client of this.clients) client.stop(dirs).catch(() => {})
    return this.clients.length > 0
  }

  dispose(): void {
    for (const client of this.clients) client.dispose()
    this.clients = []
  }
}

const interruptedCode = 130

const stopOnInterrupt = (trainers: Trainers, dirs: readonly string[], progress: RunProgress) => {
  let count = 0
  const onInterrupt = () => {
    count++
    const stops = trainers.stop(dirs.map((dir) => path.resolve(dir)))
    if (count > 1 || !stops) {
      progress.end()
      const what = stops ? 'stops at its next step' : 'goes on'
      process.stderr.write(`The trainer ${what}; "headway runs" shows how far it is.\n`)
      process.exit(interruptedCode)
    }
    progress.say('Stopping after this step (Ctrl+C again: do not wait for it) …')
  }
  process.on('SIGINT', onInterrupt)
  return {
    interrupted: () => count > 0,
    dispose: () => process.off('SIGINT', onInterrupt),
  }
}
