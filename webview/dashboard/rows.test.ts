import { describe, expect, it } from 'vitest'
import { noMarks } from '../../src/core/runs/markOf.ts'
import { emptyRunState, type RunState } from '../../src/core/runs/runState.ts'
import { runRecord } from '../../test/support/runRecords.ts'
import { makeRows } from './rows.ts'
import { makeSweepView } from './sweepView.ts'
import { defaultView, type SavedView } from './view.ts'

const run = (
  id: string,
  cell: string,
  accuracy: number | undefined,
  learningRate = 5e-5,
): RunState => {
  const record = runRecord({ id, cell, state: accuracy === undefined ? 'queued' : 'done' })
  return {
    ...emptyRunState({
      ...record,
      config: { ...record.config, learningRate },
      ...(accuracy === undefined ? {} : { metrics: { accuracy, f1: accuracy - 0.01 } }),
    }),
  }
}
const runs = [run('a', 'c1', 0.8), run('b', 'c2', 0.9, 3e-5), run('c', 'c3', undefined, 2e-5)]
const keys = (saved: Partial<SavedView>, marks = noMarks, of = runs): string[] =>
  makeRows(makeSweepView(of, marks, undefined), { ...defaultView, ...saved }).rows.map(
    ({ key }) => key,
  )

describe('the table’s rows', () => {
  it('come best first, what has no score last', () => {
    expect(keys({})).toEqual(['b', 'a', 'c'])
  })

  it('are sorted by any column, either way, with what has no value last', () => {
    expect(keys({ sort: { column: 'lr', descending: false } })).toEqual(['c', 'b', 'a'])
    expect(keys({ sort: { column: 'f1', descending: false } })).toEqual(['a', 'b', 'c'])
    expect(keys({ sort: { column: 'run', descending: true } })).toEqual(['c', 'b', 'a'])
  })

  it('are filtered by text and by ranges', () => {
    expect(keys({ query: 'queued' })).toEqual(['c'])
    expect(keys({ query: 'accuracy>85' })).toEqual(['b'])
    expect(keys({ query: 'lr=2e-5..3e-5' })).toEqual(['b', 'c'])
  })

  it('keep what is pinned on top, and leave out what is archived', () => {
    expect(keys({ pinned: ['c'] })).toEqual(['c', 'b', 'a'])
    expect(keys({}, { ...noMarks, runs: { b: { archived: true } } })).toEqual(['a', 'c'])
  })

  it('gather the seeds of a cell, and show them below it', () => {
    const seeds = [run('a', 'c1', 0.8), run('a2', 'c1', 0.84), run('b', 'c2', 0.9, 3e-5)]
    expect(keys({}, noMarks, seeds)).toEqual(['b', 'cell c1'])
    expect(keys({ expanded: ['cell c1'] }, noMarks, seeds)).toEqual(['b', 'cell c1', 'a', 'a2'])
    const view = makeSweepView(seeds, noMarks, undefined)
    const cell = makeRows(view, defaultView).rows[1]
    expect(cell?.cell.mean).toBeCloseTo(0.82)
    expect(cell?.cell.spread?.value).toBeCloseTo(0.0283, 3)
  })

  it('say which runs the charts show: not those that are hidden or filtered out', () => {
    const marks = { ...noMarks, runs: { a: { hidden: true } } }
    const rows = makeRows(makeSweepView(runs, marks, undefined), {
      ...defaultView,
      query: 'accuracy>10',
    })
    expect(rows.charted.map(({ record }) => record.id)).toEqual(['b'])
  })
})
