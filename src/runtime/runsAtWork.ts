import path from 'node:path'
import type { RunRecord } from '../core/runs/records.ts'
import { storeOfRun } from '../core/runs/store.ts'
import { jobAtWork } from './slurm/activeJob.ts'
import { isAlive, livingElsewhere, readTrainerRecords } from './trainerRecord.ts'

/**
 * Which of a sweep's runs somebody works on, or will: a trainer of their store, a job of Slurm, or, of
 * what is left of one, a trainer of their own. Ids. Waits where only heartbeats can tell.
 * @param open those that say they are queued or running
 */
export const runsAtWork = async (
  sweepDir: string,
  open: readonly Pick<RunRecord, 'id' | 'trainer'>[],
  listenMs?: number,
): Promise<ReadonlySet<string>> => {
  const ids = (some: typeof open) => new Set(some.map(({ id }) => id))
  if (open.length === 0) return ids([])
  const store = storeOfRun(path.join(sweepDir, 'runs'))
  if (readTrainerRecords(store).some(isAlive)) return ids(open)
  if (await jobAtWork(sweepDir, listenMs)) return ids(open)
  if (await livingElsewhere(store, undefined, listenMs)) return ids(open)
  return ids(open.filter(({ trainer }) => trainer !== undefined && isAlive(trainer)))
}
