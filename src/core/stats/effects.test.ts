import { describe, expect, it } from 'vitest'
import { runConfig } from '../../../test/support/runConfig.ts'
import { gridParameters } from './analysis.ts'
import { parameterEffects } from './effects.ts'

const cell = (learningRate: number, batchSize: number, mean: number) => {
  const config = runConfig({ learningRate, batchSize })
  const parameters = Object.fromEntries(gridParameters.map((name) => [name, config[name]]))
  return { parameters: parameters as Record<(typeof gridParameters)[number], number>, mean }
}

// Full grids and grids with holes: stats.golden.test.ts.
describe('parameterEffects', () => {
  it('has none where nothing varies', () => {
    expect(parameterEffects([])).toEqual([])
    expect(parameterEffects([cell(2e-5, 16, 0.8)])).toEqual([])
  })

  it('has no interval where no cell is left to tell the scatter', () => {
    expect(parameterEffects([cell(5e-5, 16, 0.9), cell(2e-5, 16, 0.8)])).toEqual([
      {
        parameter: 'learningRate',
        values: [
          { value: 2e-5, mean: 0.8, low: null, high: null, cells: 1 },
          { value: 5e-5, mean: 0.9, low: null, high: null, cells: 1 },
        ].map((value) => expect.objectContaining({ ...value, mean: expect.closeTo(value.mean) })),
      },
    ])
  })

  it('gives plain means where two parameters always vary together', () => {
    const effects = parameterEffects([
      cell(2e-5, 16, 0.7),
      cell(2e-5, 16, 0.8),
      cell(3e-5, 32, 0.9),
    ])
    expect(effects.map(({ values }) => values.map(({ mean }) => mean))).toEqual([
      [0.75, 0.9],
      [0.75, 0.9],
    ])
    expect(effects.every(({ values }) => values.every(({ low }) => low === null))).toBe(true)
  })
})
