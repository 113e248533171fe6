import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { sealAttempt, sealOf } from '../core/runs/attemptSeal.ts'
import type { RunRecord, TrainerRecord } from '../core/runs/records.ts'
import { highestAttempt, layout, readRun, storeOfRun, tryClaimAttempt } from '../core/runs/store.ts'
import { overStates } from '../core/runs/sweepEnd.ts'
import { isAlive, readTrainerRecords } from '../runtime/trainerRecord.ts'
import { settleAttempt } from './claims/settleAttempt.ts'
import { type Claim, type Work, workOnClaim } from './claims/workOnClaim.ts'
import { endOfAttempt } from './earlierAttempts.ts'

/** Works on one run in a new attempt, from wherever an earlier one left it. */
export const workOnRun = async (runDir: string, work: Work): Promise<void> => {
  const claim = await takeRun(runDir, work.trainer)
  if (claim) await workOnClaim(claim, work)
}

/**
 * The next attempt of a run that is nobody's: undefined where it is over, or another trainer of this
 * store (`--parallel`) has it. The attempt before is sealed, so that its trainer, should it be alive
 * after all on another machine, can make nothing final any more.
 */
export const takeRun = async (runDir: string, own: TrainerRecord): Promise<Claim | undefined> => {
  const record = readRun(runDir)
  const { state, trainer, attempt: last } = record
  if (overStates.includes(state)) return undefined
  const isOther = (other: TrainerRecord) => other.socket !== own.socket && isAlive(other)
  const isShared = readTrainerRecords(storeOfRun(runDir)).some(isOther)
  if (isShared && state === 'running' && trainer && isOther(trainer)) return undefined
  seal(runDir, last)
  if (state === 'running' && (await settleLost(runDir, record))) return undefined
  const attempt = isShared ? await nextOfShared(runDir, last) : nextAttempt(runDir)
  return attempt === undefined ? undefined : { runDir, attempt, record: readRun(runDir) }
}

/** Its trainer was killed between the last event and the record. */
const settleLost = async (runDir: string, record: RunRecord): Promise<boolean> => {
  const end = endOfAttempt(runDir, record.attempt)
  if (end?.state !== 'done' && end?.state !== 'stoppedEarly') return false
  await settleAttempt(runDir, record, end, end.time, 'stopped')
  return true
}

const seal = (runDir: string, attempt: number): void => {
  if (!fs.existsSync(layout.attempt(runDir, attempt))) return
  if (sealOf(runDir, attempt) === undefined) sealAttempt(runDir, attempt, 'successor')
}

const nextAttempt = (runDir: string): number => {
  for (let last = highestAttempt(runDir); ; last++) {
    seal(runDir, last)
    if (tryClaimAttempt(runDir, last + 1)) return last + 1
  }
}

/** A trainer writes the record right after it has made an attempt's folder, unless it was killed. */
const recordMs = 5000
const pollMs = 50

/** The trainers of one store work on one list: the first one gets each run. */
const nextOfShared = async (runDir: string, last: number): Promise<number | undefined> => {
  if (tryClaimAttempt(runDir, last + 1)) return last + 1
  const deadline = performance.now() + recordMs
  while (performance.now() < deadline) {
    if (readRun(runDir).attempt > last) return undefined
    await sleep(pollMs)
  }
  seal(runDir, last + 1)
  return tryClaimAttempt(runDir, last + 2) ? last + 2 : undefined
}
