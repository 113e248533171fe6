import type { MetricName } from '../../src/core/metrics/metrics.ts'
import { selectionScore } from '../../src/core/runs/describe.ts'
import type { Mark, Marks } from '../../src/core/runs/marks.ts'
import type { SweepRecord } from '../../src/core/runs/records.ts'
import type { RunState } from '../../src/core/runs/runState.ts'
import {
  type CellAnalysis,
  type GridParameter,
  gridParameters,
  type Spread,
  type SweepAnalysis,
  type Verdict,
} from '../../src/core/stats/analysis.ts'

/** One configuration of the grid, with its runs and what is known of them. */
export interface Cell {
  readonly key: string
  readonly parameters: Readonly<Record<GridParameter, number>>
  readonly runs: readonly RunState[]
  readonly finished: readonly RunState[]
  /** Mean of the selection metric over the finished seeds. */
  readonly mean: number | null
  /** What there is before the first seed is finished: the last score of one that trains. */
  readonly live: number | null
  readonly spread: Spread | null
  /** Undefined until the analysis has come. */
  readonly verdict: Verdict | undefined
  readonly behind: CellAnalysis['behind']
}

/** All that the parts of the dashboard draw from, worked out once a frame. */
export interface SweepView {
  readonly runs: readonly RunState[]
  /** Best first; what has no score last, in the grid's order. */
  readonly cells: readonly Cell[]
  readonly cellOf: ReadonlyMap<string, Cell>
  readonly best: Cell | undefined
  readonly metric: MetricName
  /** Parameters that differ between cells. */
  readonly varying: readonly GridParameter[]
  readonly valuesOf: Readonly<Record<GridParameter, readonly number[]>>
  /** More than one run of some cell. */
  readonly hasSeeds: boolean
  readonly analysis: SweepAnalysis | undefined
  readonly marks: Marks
  /** The chosen cell's best run, scored on the test data once all were over. */
  readonly test: SweepRecord['test']
}

export const makeSweepView = (
  runs: readonly RunState[],
  marks: Marks,
  analysis: SweepAnalysis | undefined,
  test?: SweepRecord['test'],
): SweepView => {
  const byCell = new Map<string, RunState[]>()
  for (const run of runs) {
    const same = byCell.get(run.record.cell)
    if (same) same.push(run)
    else byCell.set(run.record.cell, [run])
  }
  // Without predictions nothing was judged, whatever stands there.
  const judged = new Map(analysis?.resampled ? analysis.cells.map((cell) => [cell.cell, cell]) : [])
  const cells = [...byCell]
    .map(([key, own]) => cellOf(key, own, judged.get(key)))
    .sort((a, b) => rank(b) - rank(a))
  const [first] = cells
  const valuesOf = Object.fromEntries(
    gridParameters.map((name) => [name, distinct(cells.map((cell) => cell.parameters[name]))]),
  ) as Record<GridParameter, number[]>
  return {
    runs,
    cells,
    cellOf: new Map(cells.flatMap((cell) => cell.runs.map((run) => [run.record.id, cell]))),
    best: first && first.mean !== null && cells.length > 1 ? first : undefined,
    metric: runs[0]?.record.config.selectionMetric ?? 'accuracy',
    varying: gridParameters.filter((name) => valuesOf[name].length > 1),
    valuesOf,
    hasSeeds: cells.some((cell) => cell.runs.length > 1),
    analysis,
    marks,
    test,
  }
}

/** Means first, then those of failed cells, then what is not finished. */
const rank = ({ mean, live, verdict }: Cell): number =>
  mean === null ? (live === null ? -30 : live - 20) : verdict === 'failed' ? mean - 10 : mean

const cellOf = (key: string, runs: readonly RunState[], known: CellAnalysis | undefined): Cell => {
  const finished = runs.filter(({ state }) => state === 'done')
  // A metric that is undefined counts 0, as in the analysis.
  const scores = finished.map((run) => selectionScore(run) ?? 0)
  const mean = scores.length ? scores.reduce((sum, each) => sum + each, 0) / scores.length : null
  const config = runs[0]?.record.config
  // An analysis of fewer seeds than are finished by now speaks of another mean.
  const current = known && known.finished.length === finished.length ? known : undefined
  return {
    key,
    parameters: Object.fromEntries(
      gridParameters.map((name) => [name, config?.[name] ?? Number.NaN]),
    ) as Record<GridParameter, number>,
    runs,
    finished,
    mean,
    live: runs.flatMap((run) => selectionScore(run) ?? []).at(-1) ?? null,
    spread: current?.spread ?? seedSpread(scores),
    verdict: current?.verdict,
    behind: current?.behind ?? null,
  }
}

const seedSpread = (scores: readonly number[]): Spread | null => {
  if (scores.length < 2) return null
  const mean = scores.reduce((sum, each) => sum + each, 0) / scores.length
  const squares = scores.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  return { value: Math.sqrt(squares / (scores.length - 1)), kind: 'seeds' }
}

const distinct = (values: readonly number[]): number[] =>
  [...new Set(values)].filter(Number.isFinite).sort((a, b) => a - b)

const noMark: Mark = {}
export const markOfRun = (marks: Marks, run: string): Mark =>
  Object.hasOwn(marks.runs, run) ? (marks.runs[run] ?? noMark) : noMark

/** What a person calls it, else its id. */
export const nameOfRun = (marks: Marks, run: string): string => markOfRun(marks, run).name ?? run

export const nameOfSweep = (sweep: Pick<SweepRecord, 'name'>, marks: Marks): string =>
  marks.sweep.name ?? sweep.name
