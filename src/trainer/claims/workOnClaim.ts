import fs from 'node:fs'
import { sealAttempt, sealOf } from '../../core/runs/attemptSeal.ts'
import type { TrainerRecord } from '../../core/runs/records.ts'
import { highestAttempt, layout, writeRun } from '../../core/runs/store.ts'
import { checkpointToResume } from '../earlierAttempts.ts'
import type { InputCheck } from '../inputCheck.ts'
import type { TrainerIo } from '../io.ts'
import { begun, type Engine, train } from '../workOnRun.ts'
import type { Claim } from './cellClaims.ts'
import { attemptModel } from './placeModel.ts'
import { settleAttempt } from './settleAttempt.ts'

const fenceMs = 2000

/** What a trainer works with, from run to run. */
export interface Work {
  readonly io: TrainerIo
  readonly loadEngine: () => Promise<Engine>
  readonly trainer: TrainerRecord
  readonly inputs: InputCheck
  readonly isStopping: () => boolean
  readonly isCancelled: () => boolean
}

/**
 * Trains a claimed run. All that it writes on the way lies in its own attempt's folder; the run's model
 * and record are written once the attempt is sealed, which succeeds only where no successor has taken
 * the run over meanwhile. Else what was written stays where it is and counts no more.
 */
export const workOnClaim = async (claim: Claim, work: Work): Promise<void> => {
  const { runDir, attempt } = claim
  const { io, trainer } = work
  const resumeFrom = inheritCheckpoint(runDir, attempt)
  const running = begun(claim.record, attempt, trainer, resumeFrom !== undefined)
  const isLost = fence(runDir, attempt)
  if (isLost()) return
  writeRun(runDir, running)
  io.enqueue([runDir])
  await io.next()
  io.begin(runDir, attempt)
  const finished = await train(running, runDir, io, work.loadEngine, work.inputs, resumeFrom, {
    modelOut: attemptModel(runDir, attempt),
    isOff: () => work.isStopping() || isLost(),
  })
  await io.finish(finished)
  if (sealAttempt(runDir, attempt, 'owner')) {
    await settleAttempt(runDir, running, finished, Date.now(), work.isCancelled())
    return
  }
  // Its successor may yet find that all was done.
  if (highestAttempt(runDir) > attempt) {
    fs.rmSync(attemptModel(runDir, attempt), { recursive: true, force: true })
  }
  process.stderr.write(
    `${runDir}: attempt ${attempt} was given up as lost and taken over; what it did is set aside.\n`,
  )
}

/**
 * The checkpoint to go on from, moved into this attempt: an orphan that comes back cannot write into it
 * any more.
 */
const inheritCheckpoint = (runDir: string, attempt: number): string | undefined => {
  const from = checkpointToResume(runDir, attempt)
  if (from === undefined) return undefined
  const own = layout.checkpoint(runDir, attempt)
  fs.renameSync(from, own)
  return own
}

/** Whether the attempt was taken over; looks at the files every so often, so may be asked each step. */
const fence = (runDir: string, attempt: number): (() => boolean) => {
  let lost = false
  let looked = Number.NEGATIVE_INFINITY
  return () => {
    if (!lost && performance.now() - looked > fenceMs) {
      looked = performance.now()
      lost = highestAttempt(runDir) !== attempt || sealOf(runDir, attempt) !== undefined
    }
    return lost
  }
}
