import type { RunState } from '../../src/core/runs/runState.ts'
import { type Column, columnsFor, filterableOf, filterNames, type Row } from './columns.ts'
import { parseQuery, type Query } from './query.ts'
import { type Cell, markOfRun, type SweepView } from './sweepView.ts'
import type { SavedView } from './view.ts'

/** What the table shows and, with it, which runs the charts do. */
export interface Rows {
  readonly columns: readonly Column[]
  /** Filtered and sorted; runs of an expanded cell follow it. */
  readonly rows: readonly Row[]
  readonly query: Query
  /** Runs that fit the filter and are neither hidden nor archived. */
  readonly charted: readonly RunState[]
  /** How many rows there would be without the filter. */
  readonly all: number
}

export const makeRows = (sweep: SweepView, saved: SavedView): Rows => {
  const columns = columnsFor(sweep)
  const query = parseQuery(saved.query, filterNames(columns, sweep))
  const cells = sweep.cells.filter(({ runs }) => runs.some((run) => !isArchived(run, sweep)))
  const top = cells.map((cell) => topRow(cell, sweep))
  const fitting = top.filter(
    (row) => query.isEmpty || query.fits(filterableOf(row, columns, sweep)),
  )
  const sorted = sortRows(fitting, columns, saved)
  const rows = sorted.flatMap((row) =>
    row.kind === 'cell' && saved.expanded.includes(row.key)
      ? [row, ...row.runs.map((run) => runRow(run, row.cell, sweep, true))]
      : [row],
  )
  const charted = fitting
    .flatMap(({ runs }) => runs)
    .filter((run) => !markOfRun(sweep.marks, run.record.id).hidden && !isArchived(run, sweep))
  return { columns, rows, query, charted, all: top.length }
}

const isArchived = (run: RunState, sweep: SweepView): boolean =>
  markOfRun(sweep.marks, run.record.id).archived === true

const topRow = (cell: Cell, sweep: SweepView): Row => {
  const [only] = cell.runs
  if (cell.runs.length === 1 && only) return runRow(only, cell, sweep, false)
  return {
    key: `cell ${cell.key}`,
    kind: 'cell',
    cell,
    runs: cell.runs,
    isBest: cell === sweep.best,
    nested: false,
  }
}

const runRow = (run: RunState, cell: Cell, sweep: SweepView, nested: boolean): Row => ({
  key: run.record.id,
  kind: 'run',
  cell,
  runs: [run],
  isBest: !nested && cell === sweep.best,
  nested,
})

const sortRows = (rows: readonly Row[], columns: readonly Column[], saved: SavedView): Row[] => {
  const { column: name, descending } = saved.sort
  const column = columns.find((one) => one.name === name)
  const isPinned = (row: Row) => row.runs.some((run) => saved.pinned.includes(run.record.id))
  return rows
    .map((row) => ({ row, value: column?.value(row), pinned: isPinned(row) }))
    .sort(
      (a, b) => Number(b.pinned) - Number(a.pinned) || compareValues(a.value, b.value, descending),
    )
    .map(({ row }) => row)
}

/** What has no value comes last, whichever way the rest goes. */
const compareValues = (
  a: number | string | undefined,
  b: number | string | undefined,
  descending: boolean,
): number => {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  const order =
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : String(a).localeCompare(String(b), 'en')
  return descending ? -order : order
}
