import { setTimeout as sleep } from 'node:timers/promises'
import { storeOfRun } from '../core/runs/store.ts'
import { unscoredChoice } from '../core/runs/sweepEnd.ts'
import { launchRuns } from '../runtime/launchTrainer.ts'
import { isAlive, readTrainerRecords } from '../runtime/trainerRecord.ts'
import { launchOptions } from './trainRuns.ts'

const pollMs = 200

/**
 * Waits until a finished sweep's chosen run is scored on the test data, where there are any. The
 * trainer does that after the last run; where it was lost before, another one is started once.
 */
export const awaitTestScore = async (sweepDir: string): Promise<void> => {
  for (let launched = false; ; ) {
    const chosen = unscoredChoice(sweepDir)
    if (!chosen) return
    const store = storeOfRun(chosen.dir)
    if (!readTrainerRecords(store).some(isAlive)) {
      // It may have ended between the two looks.
      if (!unscoredChoice(sweepDir)) return
      if (launched) {
        process.stderr.write('The test data were not scored; trainer.log in .headway says why.\n')
        return
      }
      process.stderr.write('Scoring the chosen run on the test data …\n')
      await launchRuns({ ...(await launchOptions(store)), runs: [chosen.dir] })
      launched = true
    }
    await sleep(pollMs)
  }
}
