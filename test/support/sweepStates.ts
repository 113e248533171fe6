import type { SweepState } from '../../src/core/protocol/dashboard.ts'
import { noMarks } from '../../src/core/runs/markOf.ts'
import { applyEvent, emptyRunState, type RunState } from '../../src/core/runs/runState.ts'
import { pointsPerRun } from '../../src/core/runs/thinCurves.ts'
import { thinRun } from '../../src/core/runs/thinRun.ts'
import { analyseSweep } from '../../src/core/stats/analyseSweep.ts'
import type { SweepAnalysis } from '../../src/core/stats/analysis.ts'
import type { GeneratedSweep } from './finishedSweep.ts'

/** What a dashboard is sent of such a sweep. */
export const stateOf = ({ sweep, runs }: GeneratedSweep): SweepState => ({
  sweep,
  marks: noMarks,
  runs: runs.map(({ record, events }) => {
    const state = emptyRunState(structuredClone(record))
    for (const event of events) applyEvent(state, event)
    return thinRun(state, pointsPerRun(runs.length))
  }),
})

export const analysisOf = ({ runs }: GeneratedSweep): SweepAnalysis =>
  analyseSweep(
    runs.map(({ record }) => record),
    (id) => {
      const rows = runs.find(({ record }) => record.id === id)?.predictions ?? []
      return rows.length > 0 ? { kind: 'classes', rows } : undefined
    },
    { resamples: 200 },
  )

/** `count` runs with curves of `points` steps each, without the detour over files. */
export const largeState = (generated: GeneratedSweep, points: number): SweepState => {
  const state = stateOf({
    ...generated,
    runs: generated.runs.map((run) => ({ ...run, events: [] })),
  })
  const limit = pointsPerRun(generated.runs.length)
  return { ...state, runs: state.runs.map((run, at) => thinRun(longRun(run, at, points), limit)) }
}

const longRun = (run: RunState, at: number, points: number): RunState => {
  const step = Array.from({ length: points }, (_, index) => index + 1)
  const noise = (index: number) => Math.sin(index * 12.9898 + at * 78.233) * 0.05
  return {
    ...run,
    step: points,
    // So that one of them can go on.
    totalSteps: Math.round(1.2 * points),
    trainExamples: 67_349,
    devExamples: 872,
    evaluations: [1, 2, 3].map((epoch) => ({
      step: Math.round((points * epoch) / 3),
      epoch,
      metrics: { accuracy: 0.8 + 0.01 * epoch + (at % 30) / 1000 },
    })),
    curves: {
      step,
      loss: step.map((index) => 0.15 + 0.5 * Math.exp(-index / (400 + at)) + noise(index)),
      learningRate: step.map((index) => run.record.config.learningRate * (1 - index / points)),
      seconds: step.map((index) => index * 0.3),
    },
  }
}
