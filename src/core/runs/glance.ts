import { type GridParameter, gridParameters, type SweepAnalysis } from '../stats/analysis.ts'
import { type RankedCell, type RankedRun, rankCells } from '../stats/rankCells.ts'
import { describeConfig, selectionScore } from './describe.ts'
import type { SweepRecord } from './records.ts'
import type { DisplayState, RunState } from './runState.ts'
import { type SweepSummary, summarize } from './sweepSummary.ts'

/** A cell of the grid, as far as a small heat map shows it. */
export interface GlanceCell {
  readonly cell: string
  readonly parameters: Readonly<Record<GridParameter, number>>
  /** Mean of the selection metric over finished seeds. */
  readonly mean: number | null
  readonly spread: number | null
  readonly best: boolean
  /** Of its runs the first of: running, queued, else the first one's. */
  readonly state: DisplayState
}

/** A sweep in the side panel: small enough to be sent whole at each change. */
export interface Glance {
  readonly sweepDir: string
  readonly name: string
  readonly summary: SweepSummary
  readonly metric: string
  readonly varying: readonly GridParameter[]
  readonly cells: readonly GlanceCell[]
  /** Best so far. `more`: seeds or cells are still to come. */
  readonly best: {
    readonly what: string
    readonly mean: number
    readonly spread: number | null
    /** How many other cells cannot be told from it; null while nothing is judged. */
    readonly withinNoise: number | null
  } | null
  /** The run at work; its training loss, thinned. */
  readonly live: {
    readonly what: string
    readonly step: number
    readonly totalSteps: number
    readonly loss: readonly number[]
  } | null
}

/** Points of a line that is 300 pixels wide. */
const mostPoints = 150

/** @param analysis the judged cells, where there are any; without it a mean has no ± but of seeds */
export const glanceAt = (
  sweepDir: string,
  record: Pick<SweepRecord, 'name'>,
  runs: readonly RunState[],
  analysis?: SweepAnalysis,
): Glance => {
  const cells = cellsOf(runs, analysis)
  const leader = cells.find(({ best }) => best)
  const example = runs.find((run) => run.record.cell === leader?.cell)
  const live = runs.find(({ state }) => state === 'running' || state === 'stopping')
  return {
    sweepDir,
    name: record.name,
    summary: summarize(runs),
    metric: runs[0]?.record.config.selectionMetric ?? 'accuracy',
    varying: gridParameters.filter(
      (name) => new Set(cells.map((c) => c.parameters[name])).size > 1,
    ),
    cells,
    best:
      leader && example && leader.mean !== null
        ? {
            what: describeConfig(example),
            mean: leader.mean,
            spread: leader.spread,
            withinNoise: analysis?.best === leader.cell ? analysis.withinNoise.length : null,
          }
        : null,
    live: live
      ? {
          what: `${describeConfig(live)} · seed ${live.record.seed}`,
          step: live.step,
          totalSteps: live.totalSteps,
          loss: thin(live.curves.loss),
        }
      : null,
  }
}

const cellsOf = (runs: readonly RunState[], analysis?: SweepAnalysis): GlanceCell[] => {
  const byCell = new Map<string, RunState[]>()
  for (const run of runs) {
    const { cell } = run.record
    byCell.set(cell, [...(byCell.get(cell) ?? []), run])
  }
  const judged = new Map(analysis?.cells.map((cell) => [cell.cell, cell]))
  const cells = [...byCell].map(([cell, own]) => {
    // A metric that is undefined counts 0, as in the analysis.
    const scores = own
      .filter(({ state }) => state === 'done')
      .map((run) => selectionScore(run) ?? 0)
    const mean = scores.length > 0 ? meanOf(scores) : null
    const known = judged.get(cell)
    // An analysis of before the newest seed says something about another mean.
    const spread = known?.finished.length === scores.length ? known.spread?.value : undefined
    return { cell, own, mean, spread: spread ?? deviation(scores) }
  })
  const top = bestOf(runs, analysis)
  return cells.map(({ cell, own, mean, spread }) => ({
    cell,
    parameters: own[0]?.record.config as Record<GridParameter, number>,
    mean,
    spread,
    best: cell === top,
    state: stateOf(own),
  }))
}

/** The analysis knows the dev predictions; without one the best is told by the metrics alone. */
const bestOf = (
  runs: readonly RunState[],
  analysis: SweepAnalysis | undefined,
): string | undefined => {
  const finished = runs.filter(({ state }) => state === 'done').length
  const judged = analysis?.cells.reduce((sum, cell) => sum + cell.finished.length, 0)
  if (analysis?.best && judged === finished) return analysis.best
  return bestSoFar(runs)?.cell
}

/** The best cell among the finished ones, failed runs set apart as in the analysis. */
const bestSoFar = (runs: readonly RunState[]): RankedCell<RankedRun> | undefined =>
  rankCells(runs.map(({ record, state }) => ({ ...record, state }))).ranked[0]

/** The best cell's mean over its finished seeds, and their deviation; no analysis is needed. */
export const bestScore = (
  runs: readonly RunState[],
): { readonly mean: number; readonly spread: number | null } | undefined => {
  const best = bestSoFar(runs)
  if (!best || best.mean === null) return undefined
  return { mean: best.mean, spread: deviation(best.finished.map(({ score }) => score)) }
}

const stateOf = (runs: readonly RunState[]): DisplayState => {
  const states = runs.map(({ state }) => state)
  const first = (['running', 'stopping', 'queued'] as const).find((each) => states.includes(each))
  return first ?? states[0] ?? 'queued'
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length

/** Over seeds, n − 1; null for fewer than two. */
const deviation = (values: readonly number[]): number | null => {
  if (values.length < 2) return null
  const mean = meanOf(values)
  const squares = values.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1))
}

/** Means of equal stretches. */
const thin = (values: readonly number[]): number[] => {
  if (values.length <= mostPoints) return [...values]
  return Array.from({ length: mostPoints }, (_, at) => {
    const from = Math.floor((at * values.length) / mostPoints)
    const to = Math.floor(((at + 1) * values.length) / mostPoints)
    return meanOf(values.slice(from, to))
  })
}
