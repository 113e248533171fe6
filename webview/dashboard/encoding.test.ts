import { describe, expect, it } from 'vitest'
import { noMarks } from '../../src/core/runs/markOf.ts'
import { emptyRunState } from '../../src/core/runs/runState.ts'
import { darkTheme } from '../../test/support/darkTheme.ts'
import { runRecord } from '../../test/support/runRecords.ts'
import { palettes } from '../ui/theme.ts'
import { makeEncoding, toldApart } from './encoding.ts'
import { makeSweepView } from './sweepView.ts'

describe('the look of a run', () => {
  it('is no other value’s, in colour and marker together, up to 36 values', () => {
    const rates = Array.from({ length: 36 }, (_, at) => (at + 1) * 1e-5)
    const runs = rates.map((learningRate, at) => {
      const record = runRecord({ id: `r${at}`, cell: `c${at}` })
      return emptyRunState({ ...record, config: { ...record.config, learningRate } })
    })
    const encoding = makeEncoding(makeSweepView(runs, noMarks, undefined), darkTheme, {})
    const looks = rates.map((rate) => `${encoding.colorOf(rate)} ${encoding.markerOf(rate)}`)
    expect(new Set(looks).size).toBe(36)
    // The paper's few rates look as they always did.
    expect(looks[0]).toBe(`${palettes.dark[0]} circle`)
  })

  it('is no other run’s among the few that are compared, and else as everywhere', () => {
    const runs = [1, 2, 3, 4].map((seed) =>
      emptyRunState(runRecord({ id: `r${seed}`, cell: seed < 4 ? 'c1' : 'c2', seed })),
    )
    const encoding = makeEncoding(makeSweepView(runs, noMarks, undefined), darkTheme, {})
    const apart = toldApart(encoding, runs)
    const looks = runs.map((run) => apart.styleOfRun(run))
    expect(new Set(looks.map((look) => JSON.stringify([look.color, look.dash]))).size).toBe(4)
    expect(looks[0]).toEqual(encoding.styleOfRun(runs[0]!))
    expect(new Set(looks.map(({ color }) => color)).size).toBe(1)
  })
})
