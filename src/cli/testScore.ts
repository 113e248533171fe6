import { setTimeout as sleep } from 'node:timers/promises'
import { readSweep, storeOfRun } from '../core/runs/store.ts'
import { testChoice, unscoredChoice } from '../core/runs/sweepEnd.ts'
import { launchRuns } from '../runtime/launchTrainer.ts'
import { isAlive, readTrainerRecords } from '../runtime/trainerRecord.ts'
import { launchOptions } from './trainRuns.ts'

const pollMs = 200

/**
 * Waits until a finished sweep's chosen run is scored on the test data, where there are any. The
 * trainer does that after the last run; where it was lost before, another one is started once. Says
 * so where the chosen cell's weights are gone.
 */
export const awaitTestScore = async (sweepDir: string): Promise<void> => {
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
    }
    await untilScored(sweepDir, store)
  }
}

/** Or until nobody is at work on it. Looks at what is cheap to read. */
const untilScored = async (sweepDir: string, store: string): Promise<void> => {
  const before = readSweep(sweepDir).test?.time
  do await sleep(pollMs)
  while (readSweep(sweepDir).test?.time === before && readTrainerRecords(store).some(isAlive))
}
