import { describe, expect, it } from 'vitest'
import { TreeChanges } from './treeChanges.ts'

interface Line {
  text: string
  state: string
}

const say = { sweep: (sweep: Line) => ({ ...sweep }), run: (_: Line, run: Line) => ({ ...run }) }

/** A tree of one sweep with two runs, as VS Code has been told of it. */
const painted = () => {
  const [sweep, first, second] = ['12 %', 'running', 'queued'].map(
    (text): Line => ({ text, state: 'running' }),
  )
  if (!sweep || !first || !second) throw new Error('three lines')
  const changes = new TreeChanges<Line, Line>(5000)
  changes.shown('a b')
  for (const line of [sweep, first, second]) changes.painted(line, { ...line })
  return { changes, sweep, first, second }
}

describe('the lines of the tree that are painted anew', () => {
  it('are only those that say something else now', () => {
    const { changes, sweep, first, second } = painted()
    changes.add(sweep, first)
    changes.add(sweep, second)
    first.text = 'running 13 %'
    expect(changes.take('a b', 0, say)).toEqual({
      sweeps: [],
      runs: [{ sweep, run: first }],
      waiting: false,
    })
    expect(changes.take('a b', 0, say)).toMatchObject({ runs: [] })
  })

  it('are a sweep’s own at most every so often, and then for certain', () => {
    const { changes, sweep, first } = painted()
    const step = (text: string, now: number) => {
      sweep.text = text
      changes.add(sweep, first)
      return changes.take('a b', now, say)
    }
    expect(step('13 %', 0)).toMatchObject({ sweeps: [sweep], waiting: false })
    changes.painted(sweep, { ...sweep })
    expect(step('14 %', 1000)).toMatchObject({ sweeps: [], waiting: true })
    // Its end is no mere progress.
    sweep.state = 'done'
    changes.add(sweep, first)
    expect(changes.take('a b', 1500, say)).toMatchObject({ sweeps: [sweep] })
    changes.painted(sweep, { ...sweep })
    expect(step('15 %', 2000)).toMatchObject({ sweeps: [], waiting: true })
    // Nothing more happens; its turn comes all the same.
    expect(changes.take('a b', 6500, say)).toMatchObject({ sweeps: [sweep], waiting: false })
  })

  it('are all where runs came, went, or changed places, or somebody marked some', () => {
    const { changes, sweep, first } = painted()
    changes.add(sweep, first)
    expect(changes.take('b a', 0, say)).toBe('all')
    expect(changes.take('b a', 0, say)).toMatchObject({ sweeps: [], runs: [] })
    changes.addAll()
    expect(changes.take('b a', 0, say)).toBe('all')
  })
})
