import type { RunRecord } from '../../core/runs/records.ts'
import { highestAttempt } from '../../core/runs/store.ts'
import { ended, type Finished, writeWhenPossible } from '../workOnRun.ts'
import { placeModel } from './placeModel.ts'

/**
 * Makes the result of an attempt that its owner has sealed final: model and record. Done by the owner,
 * and again by whoever finds that it died before.
 * @param cancelled its person stopped it; else a stopped run waits for the next trainer
 */
export const settleAttempt = async (
  runDir: string,
  record: RunRecord,
  end: Finished,
  time: number,
  cancelled: boolean,
): Promise<void> => {
  const { attempt } = record
  // Launched anew since.
  if (highestAttempt(runDir) !== attempt) return
  if (end.state === 'done') placeModel(runDir, attempt)
  const closed = ended(record, end, time)
  await writeWhenPossible(runDir, end.state === 'stopped' && !cancelled ? waiting(closed) : closed)
}

const waiting = ({ ended: _ended, seconds: _seconds, ...record }: RunRecord): RunRecord => ({
  ...record,
  state: 'queued',
})
