import { describe, expect, it } from 'vitest'
import { generateSweep, paperShape } from '../../../test/support/finishedSweep.ts'
import { glanceAt } from './glance.ts'
import { applyEvent, emptyRunState } from './runState.ts'

const statesOf = (unfinished: number, seeds = [1]) => {
  const { runs } = generateSweep({ ...paperShape, seeds, unfinished })
  return runs.map(({ record, events }) => {
    const state = emptyRunState(record)
    for (const event of events) applyEvent(state, event)
    return state
  })
}

describe('glanceAt', () => {
  it('says how far a sweep is, the best cell so far and the run at work', () => {
    const runs = statesOf(10)
    const glance = glanceAt('dir', { name: 'Sweep' }, runs)
    expect(glance.summary.finished).toBe(8)
    expect(glance.cells).toHaveLength(18)
    expect(glance.varying).toEqual(['learningRate', 'batchSize', 'epochs'])
    const means = glance.cells.flatMap(({ mean }) => mean ?? [])
    expect(means).toHaveLength(8)
    expect(glance.best?.mean).toBe(Math.max(...means))
    expect(glance.best?.spread).toBeNull()
    expect(glance.live?.loss.length).toBe(150)
    expect(glance.cells.filter(({ state }) => state === 'running')).toHaveLength(1)
  })

  it('takes the deviation over seeds, and is small however long the runs are', () => {
    const glance = glanceAt('dir', { name: 'Sweep' }, statesOf(0, [1, 2, 3]))
    expect(glance.cells).toHaveLength(18)
    expect(glance.live).toBeNull()
    expect(glance.cells.every(({ spread }) => spread !== null && spread > 0)).toBe(true)
    expect(JSON.stringify(glance).length).toBeLessThan(20_000)
  })

  it('passes over a cell that learnt nothing, as the analysis does', () => {
    const runs = statesOf(16)
    const [first, second] = runs
    const byLabel = { a: { precision: 1, recall: 1, f1: 1, support: 9 } }
    // Nine of ten are of one class: 0.9 is what a guess has.
    const other = { a: byLabel.a, b: { ...byLabel.a, support: 1 } }
    first!.record.metrics = { accuracy: 0.9, byLabel: other }
    second!.record.metrics = { accuracy: 0.91, byLabel: other }
    expect(glanceAt('dir', { name: 'Sweep' }, runs).best?.mean).toBe(0.91)
    second!.record.metrics = { accuracy: 0.5, byLabel: other }
    expect(glanceAt('dir', { name: 'Sweep' }, runs).best).toBeNull()
  })

  it('has nothing to say of an empty sweep', () => {
    expect(glanceAt('dir', { name: 'Sweep' }, []).best).toBeNull()
  })

  it('counts a metric that is undefined as 0', () => {
    const runs = statesOf(0)
    const [first] = runs
    if (!first) throw new Error('no run')
    first.record.metrics = { accuracy: null }
    const cell = glanceAt('dir', { name: 'Sweep' }, runs).cells.find(
      (one) => one.cell === first.record.cell,
    )
    expect(cell).toMatchObject({ mean: 0, state: 'done' })
  })
})
