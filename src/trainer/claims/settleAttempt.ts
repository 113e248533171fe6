import type { RunRecord } from '../../core/runs/records.ts'
import { highestAttempt, writeRun } from '../../core/runs/store.ts'
import { ended, type Finished, whenPossible } from '../train.ts'
import { placeModel } from './placeModel.ts'

/**
 * Makes the result of an attempt that its owner has sealed final: model and record. Done by the owner,
 * and again by whoever finds that it died before.
 * @param stoppedAs what a run that was stopped ends as; undefined: it waits for the next trainer
 */
export const settleAttempt = async (
  runDir: string,
  record: RunRecord,
  end: Finished,
  time: number,
  stoppedAs: 'stopped' | 'paused' | undefined,
): Promise<void> => {
  const { attempt } = record
  // Launched anew since.
  if (highestAttempt(runDir) !== attempt) return
  const closed = ended(record, end, time)
  await whenPossible(runDir, () => {
    if (end.state === 'done') placeModel(runDir, attempt)
    writeRun(runDir, end.state === 'stopped' ? stopped(closed, stoppedAs) : closed)
  })
}

const stopped = (record: RunRecord, as: 'stopped' | 'paused' | undefined): RunRecord => {
  if (as !== undefined) return { ...record, state: as }
  const { ended: _ended, seconds: _seconds, ...kept } = record
  return { ...kept, state: 'queued' }
}
