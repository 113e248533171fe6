import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../core/errors.ts'
import type { TrainerRecord } from '../core/runs/records.ts'
import { readSweep, storeOfRun, sweepDirOf } from '../core/runs/store.ts'
import { testChoice, unscoredChoice } from '../core/runs/sweepEnd.ts'
import { launchRuns } from '../runtime/launchTrainer.ts'
import { TrainerClient } from '../runtime/trainerClient.ts'
import { isAlive, readTrainerRecords } from '../runtime/trainerRecord.ts'
import { launchOptions } from './trainRuns.ts'

const pollMs = 200
/** How often it is asked what the trainer is at. */
const lookAgainMs = 5000

/**
 * Waits until a finished sweep's chosen run is scored on the test data, where there are any. The
 * trainer does that after the last run; where it was lost before, another one is started once. Says
 * so where it is not scored: the chosen cell's weights are gone, or the trainer is at other work by now.
 */
export const awaitTestScore = async (sweepDir: string): Promise<void> => {
  try {
    await scored(sweepDir)
  } catch (error) {
    // What was trained is there all the same.
    process.stderr.write(`The test data were not scored: ${messageOf(error)}\n`)
  }
}

const scored = async (sweepDir: string): Promise<void> => {
  for (let launched = false; ; ) {
    const choice = testChoice(sweepDir)
    if (choice?.kind === 'noWeights') {
      process.stderr.write(
        `The test data were not scored: the weights of the best cell were deleted. "headway resume ${choice.run.record.id}" trains them again.\n`,
      )
    }
    if (choice?.kind !== 'score') return
    const store = storeOfRun(choice.run.dir)
    if (!readTrainerRecords(store).some(isAlive)) {
      // It may have ended between the two looks.
      if (!unscoredChoice(sweepDir)) return
      if (launched) {
        process.stderr.write('The test data were not scored; trainer.log in .headway says why.\n')
        return
      }
      process.stderr.write('Scoring the chosen run on the test data …\n')
      await launchRuns({ ...(await launchOptions(store)), runs: [choice.run.dir] })
      launched = true
    } else if (!(await isAtWorkOn(sweepDir, store)) && unscoredChoice(sweepDir)) {
      process.stderr.write(
        'The test data are not scored yet, and the trainer is at work on other runs: call this again when they are done.\n',
      )
      return
    }
    await untilScored(sweepDir, store)
  }
}

/** For a while, or until nobody is at work in the store. Looks at what is cheap to read. */
const untilScored = async (sweepDir: string, store: string): Promise<void> => {
  const before = readSweep(sweepDir).test?.time
  const until = performance.now() + lookAgainMs
  do await sleep(pollMs)
  while (
    performance.now() < until &&
    readSweep(sweepDir).test?.time === before &&
    readTrainerRecords(store).some(isAlive)
  )
}

/** A trainer scores its sweep before it goes on to another's run; one that does not answer may be at it. */
const isAtWorkOn = async (sweepDir: string, store: string): Promise<boolean> => {
  for (const record of readTrainerRecords(store).filter(isAlive)) {
    const running = await runningOf(record).catch(() => null)
    if (running === null || sweepDirOf(running) === sweepDir) return true
  }
  return false
}

const runningOf = async (record: TrainerRecord): Promise<string | null> => {
  const client = await TrainerClient.connect(record)
  try {
    return (await client.status()).running
  } finally {
    client.dispose()
  }
}
