import { isActive } from '../../core/runs/describe.ts'
import type { RunRecord, TrainerRecord } from '../../core/runs/records.ts'
import { readRun } from '../../core/runs/store.ts'
import { sameProcess } from '../../runtime/processIdentity.ts'
import type { FollowedRun } from './followedRun.ts'
import { outlived } from './liveness.ts'
import type { TrainerQueues } from './trainerQueues.ts'

/** Folders of runs, in the order in which they are to go on. */
export interface LeftRuns {
  readonly open: readonly string[]
  /** Those that somebody had asked it to end, and how. */
  readonly asked: readonly { readonly dir: string; readonly how: 'stop' | 'pause' }[]
}

/**
 * What a trainer that died leaves: what it had in line, as far as it said so, else what waited while it
 * lived, and what its runs' records say it had begun. Whether a run is over its record on disk says: a
 * trainer may die between a run's last event and that.
 */
export const runsLeftBy = (
  trainer: TrainerRecord,
  runs: readonly FollowedRun[],
  queues: TrainerQueues,
): LeftRuns => {
  const { seat = 0 } = trainer
  const records = new Map(
    runs.flatMap((run) => {
      const { record: known } = run.state
      const mayBe = isActive(known.state) || isProcessOf(trainer, known)
      const record = mayBe ? openRecord(run.dir) : undefined
      return record ? [[run, record] as const] : []
    }),
  )
  const dirs = [...records.keys()].map(({ dir }) => dir)
  const inLine = queues.inLine(seat, dirs)
  const others = [...records].filter(([run, record]) =>
    record.state === 'queued'
      ? !queues.hasToldOf(seat) && outlived(trainer, run)
      : isProcessOf(trainer, record),
  )
  const begun = others.filter(([, { state }]) => state === 'running').map(([{ dir }]) => dir)
  const waiting = others.filter(([, { state }]) => state === 'queued').map(([{ dir }]) => dir)
  const left = [...new Set([...begun, ...inLine, ...waiting])]
  const asked = runs.flatMap(({ dir, asked: how }) =>
    how !== undefined && left.includes(dir) ? [{ dir, how }] : [],
  )
  return { open: left.filter((dir) => !asked.some((each) => each.dir === dir)), asked }
}

const openRecord = (dir: string): RunRecord | undefined => {
  try {
    const record = readRun(dir)
    return isActive(record.state) ? record : undefined
  } catch {
    return undefined
  }
}

const isProcessOf = ({ process }: TrainerRecord, { trainer }: RunRecord): boolean =>
  trainer !== undefined && sameProcess(trainer.process, process)
