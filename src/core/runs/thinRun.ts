import type { RunState } from './runState.ts'
import { thinCurves } from './thinCurves.ts'

/** A run as a webview is sent it: the curves thinned, of the log the end. */
export const thinRun = (run: RunState, limit: number): RunState => ({
  ...run,
  curves: thinCurves(run.curves, limit),
  log: run.log.slice(-5),
})
