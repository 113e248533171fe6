import { describe, expect, it } from 'vitest'
import { type Random, seededRandom } from '../random.ts'
import { compareCells } from './compareCells.ts'
import { shareMetric } from './resampledMetric.ts'

const cells = 18

interface Grid {
  readonly examples: number
  /** Deviation of the examples' difficulty, in logits: what is hard for one is hard for all. */
  readonly difficulty: number
  /** Mean ability of a run, in logits. */
  readonly ability: number
  readonly seeds?: number
  /** Deviation of the runs' ability over seeds. */
  readonly seedDeviation?: number
  /** By how much the last cell's accuracy is worse. */
  readonly handicap?: number
}

/** Each run is right with the odds of its ability less the example's difficulty (Rasch 1960). */
const simulate = (grid: Grid, random: Random) => {
  const { examples, seeds = 1, seedDeviation = 0, handicap = 0 } = grid
  const hard = Array.from({ length: examples }, () => grid.difficulty * random.normal())
  return Array.from({ length: cells }, (_, cell) =>
    Array.from({ length: seeds }, () => {
      const ability = grid.ability + (seedDeviation && seedDeviation * random.normal())
      const right = hard.map((each) => random.uniform() < 1 / (1 + Math.exp(each - ability)))
      const kept = cell === cells - 1 ? 1 - handicap / accuracyOf(right) : 1
      return {
        metric: shareMetric(right.map((each) => each && (kept === 1 || random.uniform() < kept))),
        failed: false,
      }
    }),
  )
}

const accuracyOf = (right: readonly boolean[]): number =>
  right.filter(Boolean).length / right.length

/** Share of the grids in which the best is called better than such a cell. */
const shareFound = (grid: Grid, grids: number, resamples: number, isLast: boolean): number => {
  const random = seededRandom(20181011, JSON.stringify(grid))
  let found = 0
  for (let seed = 0; seed < grids; seed++) {
    const { behind } = compareCells(simulate(grid, random), { resamples, seed })
    const judged = isLast ? behind.slice(-1) : behind
    if (judged.some((difference) => difference !== null && difference.low > 0)) found++
  }
  return found / grids
}

const independent = { difficulty: 0, ability: 1.8 }
/** As good, 86 % on average, and two cells' errors correlated by 0.8, as BERT's were on SST-2. */
const correlated = { difficulty: 8, ability: 8.8 }

// DESIGN §7: of 1,000 grids of 18 equal cells at most 5 % may yield any "better".
describe('false alarms in grids of equal cells', () => {
  it.each([
    ['100 examples, independent errors', { examples: 100, ...independent }],
    ['100 examples, correlated errors', { examples: 100, ...correlated }],
    ['872 examples, independent errors', { examples: 872, ...independent }],
    ['872 examples, correlated errors', { examples: 872, ...correlated }],
  ])('%s', { timeout: 120_000 }, (_, grid) => {
    // Fewer resamples than in use: the rank that is taken keeps its level.
    const resamples = grid.examples > 500 ? 50 : 100
    expect(shareFound(grid, 1000, resamples, false)).toBeLessThanOrEqual(0.05)
  })

  it('three seeds each, which differ themselves', { timeout: 120_000 }, () => {
    const grid = { examples: 200, ...independent, seeds: 3, seedDeviation: 0.15 }
    expect(shareFound(grid, 400, 100, false)).toBeLessThanOrEqual(0.05)
  })
})

describe('power', () => {
  it.each([
    ['independent', independent],
    ['correlated', correlated],
  ])(
    'finds a cell 5 points behind on 2,000 examples, %s errors',
    { timeout: 120_000 },
    (_, grid) => {
      const behind = { examples: 2000, ...grid, handicap: 0.05 }
      expect(shareFound(behind, 40, 100, true)).toBeGreaterThan(0.75)
    },
  )
})
