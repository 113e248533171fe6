import { describe, expect, it } from 'vitest'
import { darkTheme } from '../../test/support/darkTheme.ts'
import { generateSweep, paperShape } from '../../test/support/finishedSweep.ts'
import { stateOf } from '../../test/support/sweepStates.ts'
import { SeriesMaker } from './curveSeries.ts'
import { makeEncoding } from './encoding.ts'
import { makeSweepView } from './sweepView.ts'

describe('losses', () => {
  const { runs, marks } = stateOf(generateSweep({ ...paperShape, trainExamples: 200 }))
  const view = makeSweepView(runs, marks, undefined)
  const encoding = makeEncoding(view, darkTheme, {})
  const context = { view, encoding, xAxis: 'step', detail: new Map() } as const
  const maker = new SeriesMaker()
  const few = runs.slice(0, 2)

  it('of few runs stand with each step’s, faint', () => {
    expect(maker.loss(few, 0.8, context).map(({ faint }) => faint === true)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it('of many are smoothed alone; each step’s come with the run that is in front', () => {
    expect(maker.loss(runs, 0.8, context)).toHaveLength(18)
    const [beside] = maker.rawBeside(runs.slice(3, 4), 0.8, context)
    expect(beside).toMatchObject({ id: runs[3]?.record.id, faint: true, y: runs[3]?.curves.loss })
    // Nothing is smoothed: the line itself is that of each step.
    expect(maker.rawBeside(runs.slice(3, 4), 0, context)).toEqual([])
  })
})
