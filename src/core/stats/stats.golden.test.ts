import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random.ts'
import type { GridParameter, ParameterEffect } from './analysis.ts'
import { variance } from './bootstrap.ts'
import { compareCells } from './compareCells.ts'
import { parameterEffects } from './effects.ts'
import { mcnemarP } from './pairedTest.ts'
import { ratioMetric } from './resampledMetric.ts'
import { incompleteBeta, logGamma, tLikeNormal, twoSidedT } from './studentT.ts'

interface Golden {
  readonly tQuantiles: readonly { level: number; df: number; t: number }[]
  readonly tLikeNormal: readonly { normal: number; df: number; t: number }[]
  readonly logGamma: readonly { x: number; value: number }[]
  readonly incompleteBeta: readonly { x: number; a: number; b: number; value: number }[]
  readonly mcnemar: readonly { onlyFirst: number; onlySecond: number; p: number }[]
  readonly effects: readonly {
    readonly name: string
    readonly cells: readonly { parameters: Record<GridParameter, number>; mean: number }[]
    readonly effects: readonly ParameterEffect[]
  }[]
  readonly ranges: readonly { cells: number; q: number }[]
  readonly seedRanges: readonly { cells: number; seeds: number; q: number }[]
}

const file = new URL('../../../test/fixtures/stats/golden.json', import.meta.url)
const golden = JSON.parse(fs.readFileSync(file, 'utf8')) as Golden

/** As far apart as a share of the larger. */
const apart = (a: number, b: number): number =>
  Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), 1e-12)

describe('as SciPy has them', () => {
  it.each(golden.tQuantiles)('t of level $level, df $df', ({ level, df, t }) => {
    expect(apart(twoSidedT(level, df), t)).toBeLessThan(1e-9)
  })

  it.each(golden.tLikeNormal)('t like the normal value $normal, df $df', ({ normal, df, t }) => {
    expect(apart(tLikeNormal(normal, df), t)).toBeLessThan(df < 10 ? 0.05 : 0.01)
  })

  it.each(golden.logGamma)('ln Γ($x)', ({ x, value }) => {
    expect(Math.abs(logGamma(x) - value)).toBeLessThan(1e-12 * Math.max(1, value))
  })

  it.each(golden.incompleteBeta)('I($x; $a, $b)', ({ x, a, b, value }) => {
    expect(Math.abs(incompleteBeta(x, a, b) - value)).toBeLessThan(1e-12)
  })
})

describe('as statsmodels has them', () => {
  it.each(golden.mcnemar)("McNemar's p of $onlyFirst and $onlySecond", (each) => {
    expect(apart(mcnemarP(each.onlyFirst, each.onlySecond), each.p)).toBeLessThan(1e-9)
  })

  it.each(golden.effects)('marginal means: $name', ({ cells, effects }) => {
    const actual = parameterEffects(cells)
    expect(actual.map(({ parameter }) => parameter)).toEqual(effects.map((e) => e.parameter))
    for (const [at, { values }] of effects.entries()) {
      for (const [place, value] of values.entries()) {
        const own = actual[at]!.values[place]!
        expect([own.value, own.cells]).toEqual([value.value, value.cells])
        expect(apart(own.mean, value.mean)).toBeLessThan(1e-9)
        expect(apart(own.low!, value.low!)).toBeLessThan(1e-9)
        expect(apart(own.high!, value.high!)).toBeLessThan(1e-9)
      }
    }
  })
})

describe('Tukey’s studentised range', () => {
  const examples = 1000
  const resamples = 4000
  const normals = (random: { normal(): number }) =>
    Float64Array.from({ length: examples }, () => random.normal())
  const ones = new Float64Array(examples).fill(1)

  // The 4 % tail of 4,000 resamples is known to about 2 % of q.
  it.each(golden.ranges)('is where $cells independent cells tend to', ({ cells, q }) => {
    const random = seededRandom(5, `range ${cells}`)
    const values = Array.from({ length: cells }, () => normals(random))
    const { behind, best } = compareCells(
      values.map((row) => [{ metric: ratioMetric(row, ones), failed: false }]),
      { resamples },
    )
    const other = best === 0 ? 1 : 0
    const gap = behind[other]!
    const squared = variance(values[best]!.map((value, at) => value - values[other]![at]!))
    const actual = (gap.high - gap.mean) / Math.sqrt(squared / examples)
    expect(apart(actual, q)).toBeLessThan(0.04)
  })

  it.each(golden.seedRanges)('with $seeds seeds each, $cells cells', ({ cells, seeds, q }) => {
    const random = seededRandom(6, `seeds ${cells}`)
    // The same error on every example: nothing but the seed moves a run.
    const runs = Array.from({ length: cells }, () =>
      Array.from({ length: seeds }, () => random.normal()),
    )
    const { behind, best } = compareCells(
      runs.map((cell) =>
        cell.map((shift) => ({
          metric: ratioMetric(new Float64Array(examples).fill(shift), ones),
          failed: false,
        })),
      ),
      { resamples },
    )
    const gap = behind[best === 0 ? 1 : 0]!
    const pooled = runs.reduce((sum, cell) => sum + variance(cell), 0) / cells
    const actual = (gap.high - gap.mean) / Math.sqrt((2 * pooled) / seeds)
    expect(apart(actual, q)).toBeLessThan(0.06)
  })
})
