import path from 'node:path'
import { parseExperiment } from '../../core/experiment/parse.ts'
import { defaultModel, type PlannedRun, planRuns } from '../../core/experiment/resolve.ts'
import { roughly } from '../../core/runs/describe.ts'
import { estimateQueued } from '../../core/runs/queueEstimate.ts'
import { emptyRunState } from '../../core/runs/runState.ts'
import type { FollowedRun } from '../runs/followedRun.ts'
import type { FollowedSweep } from '../runs/storeFollower.ts'

/** What stands above an experiment file. */
export interface ExperimentLenses {
  readonly run: string
  /** Folder and name of the sweep that was launched from it, where there is one. */
  readonly sweep: { readonly dir: string; readonly name: string } | undefined
}

/** Runs whose events are read for an estimate: the newest tell as much as all of them. */
const mostHistories = 4

/**
 * `Run sweep (18 runs, about 24 min)`: how long follows from earlier runs on the same data with the
 * same model; without any, the number of runs alone.
 */
export const describeLenses = (
  text: string,
  file: string,
  sweeps: readonly FollowedSweep[],
): ExperimentLenses => {
  const [sweep] = sweeps.filter(
    ({ dir, record }) => record.file !== undefined && path.resolve(dir, record.file) === file,
  )
  const link = sweep && { dir: sweep.dir, name: sweep.record.name }
  try {
    const planned = planRuns(parseExperiment(text, file), { backend: 'wasm', precision: 'fp32' })
    return { run: describeRuns(planned, file, sweep, sweeps), sweep: link }
  } catch {
    // What is wrong with it, the schema's own checks say where it stands.
    return { run: 'Run experiment', sweep: link }
  }
}

const describeRuns = (
  planned: readonly PlannedRun[],
  file: string,
  sweep: FollowedSweep | undefined,
  sweeps: readonly FollowedSweep[],
): string => {
  const open = planned.filter((run) => !isDone(run, sweep))
  if (open.length === 0) {
    return planned.length === 1 ? 'Run (done already)' : `Run sweep (all ${planned.length} done)`
  }
  const left = open.length < planned.length ? ` of ${planned.length}` : ''
  const count = planned.length === 1 ? '' : `${open.length}${left} runs`
  const seconds = estimate(open, file, sweeps)
  const time = seconds === null ? '' : `about ${roughly(seconds)}`
  const said = [count, time].filter(Boolean).join(', ')
  return `${planned.length === 1 ? 'Run' : 'Run sweep'}${said === '' ? '' : ` (${said})`}`
}

/** As far as can be told without reading the data: launching looks at their checksums too. */
const isDone = ({ cell, config }: PlannedRun, sweep: FollowedSweep | undefined): boolean =>
  sweep?.runs.some(
    ({ state: { state, record } }) =>
      state === 'done' &&
      record.cell === cell &&
      record.seed === config.seed &&
      record.config.model === config.model,
  ) ?? false

const estimate = (
  open: readonly PlannedRun[],
  file: string,
  sweeps: readonly FollowedSweep[],
): number | null => {
  const [first] = open
  if (!first) return null
  const runs = likeRuns(first, file, sweeps)
  const [like] = runs
  if (!like) return null
  for (const run of runs) run.loadHistory()
  const queued = open.map(({ config }) =>
    emptyRunState({ ...like.state.record, config: { ...like.state.record.config, ...config } }),
  )
  return estimateQueued(
    queued,
    runs.map(({ state }) => state),
  )
}

/** Finished runs on the same training data with the same model, newest first. */
const likeRuns = (
  { config }: PlannedRun,
  file: string,
  sweeps: readonly FollowedSweep[],
): FollowedRun[] => {
  const train = path.resolve(path.dirname(file), config.data.train)
  return sweeps
    .flatMap(({ runs }) => runs)
    .filter(({ dir, state: { state, record } }) => {
      const { data, head, model = defaultModel } = record.config
      if (state !== 'done' || head !== config.head || model !== config.model) return false
      return path.resolve(dir, record.base, data.train) === train
    })
    .sort((a, b) => (b.state.record.ended ?? 0) - (a.state.record.ended ?? 0))
    .slice(0, mostHistories)
}
