import fs from 'node:fs'
import { sealAttempt, sealOf } from '../../core/runs/attemptSeal.ts'
import type { RunRecord, TrainerRecord } from '../../core/runs/records.ts'
import { highestAttempt, layout, writeRun } from '../../core/runs/store.ts'
import { checkpointToResume } from '../earlierAttempts.ts'
import { begun, type Tools, train, whenPossible } from '../train.ts'
import { attemptModel } from './placeModel.ts'
import { settleAttempt } from './settleAttempt.ts'

const fenceMs = 2000

/** An attempt that is this trainer's, and the record as it was before. */
export interface Claim {
  readonly runDir: string
  readonly attempt: number
  readonly record: RunRecord
}

export interface Work extends Tools {
  readonly trainer: TrainerRecord
  /** A reason to stop besides those that `io` knows of. */
  readonly isStopping: () => boolean
  /** What a run that is stopped ends as; undefined: it waits for the next trainer. */
  readonly stoppedAs: () => 'stopped' | 'paused' | undefined
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
  io.begin(runDir, attempt)
  const finished = await train(running, runDir, work, {
    resumeFrom,
    modelOut: attemptModel(runDir, attempt),
    isOff: () => work.isStopping() || isLost(),
  })
  await io.finish(finished)
  const isOwn = await whenPossible(runDir, () => sealAttempt(runDir, attempt, 'owner'))
  if (isOwn === undefined) return
  if (isOwn) {
    await settleAttempt(runDir, running, finished, Date.now(), work.stoppedAs())
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
