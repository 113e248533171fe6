import { describe, expect, it } from 'vitest'
import { runRecord } from '../../../test/support/runRecords.ts'
import { noMarks } from '../../core/runs/markOf.ts'
import type { RunRecord } from '../../core/runs/records.ts'
import { emptyRunState } from '../../core/runs/runState.ts'
import { describeListing, listRuns, restoreListing, wholeListing } from './listing.ts'

const run = (id: string, cell: string, state: RunRecord['state'], accuracy?: number) => ({
  state: emptyRunState(
    runRecord({ id, cell, state, ...(accuracy === undefined ? {} : { metrics: { accuracy } }) }),
  ),
})
const runs = [
  run('a1', 'a', 'done', 0.9),
  run('a2', 'a', 'done', 0.7),
  run('b1', 'b', 'done', 0.85),
  run('c1', 'c', 'queued'),
  run('d1', 'd', 'failed'),
  run('e1', 'e', 'running', 0.99),
]
const ids = (changes = {}, marks = noMarks) =>
  listRuns(runs, marks, 'Reviews', { ...wholeListing, ...changes }).map((r) => r.state.record.id)

describe('listRuns', () => {
  it('ranks finished runs by their cell’s mean, the others after them by state', () => {
    expect(ids()).toEqual(['b1', 'a1', 'a2', 'e1', 'c1', 'd1'])
    expect(ids({ order: 'grid' })).toEqual(['a1', 'a2', 'b1', 'c1', 'd1', 'e1'])
  })

  it('filters by kind and words, and leaves archived ones out', () => {
    const marks = { ...noMarks, runs: { a1: { star: true }, b1: { archived: true } } }
    expect(ids({ kind: 'starred' }, marks)).toEqual(['a1'])
    expect(ids({ kind: 'unfinished' })).toEqual(['d1'])
    expect(ids({ text: 'reviews failed' })).toEqual(['d1'])
    expect(ids({}, marks)).not.toContain('b1')
    expect(ids({ archived: true }, marks)).toContain('b1')
  })

  it('says what it leaves out, and takes nothing strange from memory', () => {
    expect(describeListing(wholeListing)).toBeUndefined()
    expect(describeListing({ ...wholeListing, kind: 'active', text: 'x' })).toBe(
      'Shown: active only, “x”',
    )
    expect(restoreListing({ order: 'odd', kind: 3, text: 1 })).toEqual(wholeListing)
  })
})
