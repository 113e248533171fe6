import type { DashboardChange, SweepState } from '../../core/protocol/dashboard.ts'
import { readMarks } from '../../core/runs/marksFile.ts'
import { pointsPerRun, thinCurves } from '../../core/runs/thinCurves.ts'
import { thinRun } from '../../core/runs/thinRun.ts'
import type { FollowedRun } from '../runs/followedRun.ts'
import type { FollowedSweep } from '../runs/storeFollower.ts'

/** A sweep as a dashboard is sent it. The whole curves stay here. */
export const snapshotOf = (sweep: FollowedSweep): SweepState => {
  const limit = pointsPerRun(sweep.runs.length)
  return {
    sweep: sweep.record,
    runs: sweep.runs.map((run) => thinRun(run.state, limit)),
    marks: readMarks(sweep.dir),
  }
}

/** A change as a dashboard is sent it. */
export const thinChange = (change: DashboardChange, sweep: FollowedSweep): DashboardChange =>
  change.type === 'run'
    ? { type: 'run', run: thinRun(change.run, pointsPerRun(sweep.runs.length)) }
    : change

/** Twice as fine as the whole: what is zoomed to fills the screen. */
export const detailOf = (
  sweep: FollowedSweep,
  ids: readonly string[],
  from: number,
  to: number,
) => ({
  from,
  to,
  runs: sweep.runs
    .filter((run) => ids.includes(idOf(run)))
    .map((run) => ({
      run: idOf(run),
      curves: thinCurves(run.state.curves, 2 * pointsPerRun(ids.length), from, to),
    })),
})

export const idOf = (run: FollowedRun): string => run.state.record.id
