import { describe, expect, it } from 'vitest'
import { runConfig } from '../../../test/support/runConfig.ts'
import type { RunConfig } from '../experiment/config.ts'
import { seededRandom } from '../random.ts'
import type { ClassPrediction, Predictions } from '../runs/predictions.ts'
import { type AnalysedRun, analyseSweep } from './analyseSweep.ts'
import { answerParts, answerSentence } from './answerSentence.ts'

const labels = ['no', 'yes']
const examples = 1000

interface Sketch {
  readonly cell: string
  readonly seed?: number
  readonly accuracy: number
  readonly state?: AnalysedRun['state']
  readonly config?: Partial<RunConfig>
  readonly predictions?: boolean
}

/** Runs that err independently: 60 % of the gold labels are "yes". */
const sweepOf = (sketches: readonly Sketch[]) => {
  const all = new Map<string, Predictions>()
  const runs = sketches.map((sketch, at): AnalysedRun => {
    const { cell, seed = 1, accuracy, state = 'done', config = {}, predictions = true } = sketch
    const random = seededRandom(at, 'sketch')
    const wrong = new Set(
      random
        .shuffle(Array.from({ length: examples }, (_, index) => index))
        .slice(Math.round(accuracy * examples)),
    )
    const rows = Array.from({ length: examples }, (_, index): ClassPrediction => {
      const gold = labels[index % 5 < 3 ? 1 : 0]!
      const predicted = wrong.has(index) ? labels.find((label) => label !== gold)! : gold
      return { index, line: index + 1, gold, predicted, probabilities: [0.5, 0.5] }
    })
    const id = `r${at}`
    if (predictions) all.set(id, { kind: 'classes', rows })
    return {
      ...{ id, cell, seed, state, labels },
      config: runConfig({ seed, ...config }),
      ...(state === 'done' ? { metrics: { accuracy } } : {}),
    }
  })
  return { runs, predictionsOf: (id: string) => all.get(id) }
}

const analyse = (sketches: readonly Sketch[], options = {}) => {
  const { runs, predictionsOf } = sweepOf(sketches)
  return analyseSweep(runs, predictionsOf, options)
}

const verdicts = (sketches: readonly Sketch[]) =>
  Object.fromEntries(analyse(sketches).cells.map(({ cell, verdict }) => [cell, verdict]))

describe('analyseSweep', () => {
  it('ranks cells and says which cannot be told from the best', () => {
    const analysis = analyse([
      { cell: 'far', accuracy: 0.75 },
      { cell: 'best', accuracy: 0.88 },
      { cell: 'near', accuracy: 0.87 },
    ])
    expect(analysis.cells.map(({ cell }) => cell)).toEqual(['best', 'near', 'far'])
    expect(analysis.best).toBe('best')
    expect(analysis.cells.map(({ verdict }) => verdict)).toEqual(['best', 'withinNoise', 'worse'])
    expect(analysis.withinNoise).toEqual(['near'])
    expect(analysis.resampled).toEqual({ unit: 'example', count: examples })
    expect(analysis.baseline).toBe(0.6)
    const [best, near, far] = analysis.cells
    expect(best!.behind).toBeNull()
    expect(near!.behind!.mean).toBeCloseTo(0.01, 10)
    expect(near!.behind!.low).toBeLessThan(0)
    expect(far!.behind!.low).toBeGreaterThan(0)
    // √(p (1 − p) / n), to the few percent of 1,000 resamples.
    expect(best!.spread!.kind).toBe('bootstrap')
    expect(best!.spread!.value / Math.sqrt((0.88 * 0.12) / examples)).toBeCloseTo(1, 1)
  })

  it('is the same each time', () => {
    const cells = [
      { cell: 'a', accuracy: 0.8 },
      { cell: 'b', accuracy: 0.81 },
    ]
    expect(analyse(cells)).toEqual(analyse(cells))
  })

  it('takes the mean over seeds, and their deviation', () => {
    const { cells } = analyse([
      { cell: 'a', seed: 1, accuracy: 0.8 },
      { cell: 'a', seed: 2, accuracy: 0.84 },
      { cell: 'b', seed: 1, accuracy: 0.83 },
      { cell: 'b', seed: 2, accuracy: 0.83, state: 'running' },
    ])
    const [b, a] = cells
    expect([a?.cell, a?.mean, a?.spread?.kind]).toEqual(['a', 0.8200000000000001, 'seeds'])
    expect(a?.spread?.value).toBeCloseTo(Math.hypot(0.02, 0.02), 10)
    expect([b?.cell, b?.runs, b?.finished]).toEqual(['b', ['r2', 'r3'], ['r2']])
  })

  it('does not call a cell worse by what its seeds differ', () => {
    const seeds = (cell: string, ...accuracies: number[]) =>
      accuracies.map((accuracy, at) => ({ cell, seed: at + 1, accuracy }))
    expect(
      verdicts([...seeds('steady', 0.9, 0.9, 0.9), ...seeds('other', 0.8, 0.8, 0.8)]),
    ).toMatchObject({ other: 'worse' })
    expect(
      verdicts([...seeds('wild', 0.99, 0.8, 0.91), ...seeds('other', 0.7, 0.9, 0.8)]),
    ).toMatchObject({ other: 'withinNoise' })
  })

  it('sets failed, unfinished and stopped cells apart', () => {
    const analysis = analyse([
      { cell: 'guess', accuracy: 0.6 },
      { cell: 'good', accuracy: 0.8 },
      { cell: 'queued', accuracy: 0.9, state: 'queued' },
      { cell: 'early', accuracy: 0.9, state: 'stoppedEarly' },
      { cell: 'mixed', seed: 1, accuracy: 0.79 },
      { cell: 'mixed', seed: 2, accuracy: 0.59 },
    ])
    expect(analysis.cells.map(({ cell, verdict }) => [cell, verdict])).toEqual([
      ['good', 'best'],
      ['mixed', 'withinNoise'],
      ['guess', 'failed'],
      ['queued', 'unfinished'],
      ['early', 'unfinished'],
    ])
    expect(analysis.cells[1]!.failedRuns).toEqual(['r5'])
    expect(analysis.cells[2]!.spread).not.toBeNull()
    expect(analysis.cells[3]!.mean).toBeNull()
  })

  it('ranks, but does not judge, where predictions are missing', () => {
    const analysis = analyse([
      { cell: 'a', accuracy: 0.9, predictions: false },
      { cell: 'b', accuracy: 0.7 },
    ])
    expect(analysis.cells.map(({ verdict }) => verdict)).toEqual(['best', 'withinNoise'])
    expect(analysis.cells.every(({ behind }) => behind === null)).toBe(true)
    expect(analysis.resampled).toBeNull()
    const other = analyse([
      { cell: 'a', accuracy: 0.9 },
      { cell: 'b', accuracy: 0.7, predictions: false },
      { cell: 'c', accuracy: 0.7 },
    ])
    expect(other.cells.map(({ verdict }) => verdict)).toEqual(['best', 'withinNoise', 'worse'])
  })

  it('takes predictions of other examples for missing ones', () => {
    const { runs, predictionsOf } = sweepOf([
      { cell: 'a', accuracy: 0.9 },
      { cell: 'b', accuracy: 0.7 },
    ])
    const fewer = (id: string): Predictions => {
      const own = predictionsOf(id) as Extract<Predictions, { kind: 'classes' }>
      return id === 'r1' ? { ...own, rows: own.rows.slice(1) } : own
    }
    expect(analyseSweep(runs, fewer).cells[1]).toMatchObject({
      verdict: 'withinNoise',
      behind: null,
    })
  })

  it('has no best where all failed or none is finished', () => {
    expect(analyse([{ cell: 'a', accuracy: 0.5 }])).toMatchObject({ best: null, effects: [] })
    expect(analyse([{ cell: 'a', accuracy: 0.5, state: 'running' }]).best).toBeNull()
    expect(analyseSweep([], () => undefined)).toMatchObject({ best: null, cells: [] })
  })

  it('says where the best score comes from', () => {
    const cells = [
      { cell: 'a', accuracy: 0.9 },
      { cell: 'b', accuracy: 0.7 },
    ]
    const scored = (run: string) => analyse(cells, { test: { run, metrics: { accuracy: 0.88 } } })
    expect(analyse(cells)).toMatchObject({ testScore: null })
    expect(scored('r0')).toMatchObject({ testScore: 0.88 })
    // The best cell of before: of another cell's run the score says nothing.
    expect(scored('r1')).toMatchObject({ testScore: null })
    expect(answerSentence(scored('r0'))).toMatch(/90\.0 ± 1\.0 on dev, 88\.0 on the test data;/)
  })
})

describe('answerSentence', () => {
  const cell = (learningRate: number, accuracy: number, state?: AnalysedRun['state']) => ({
    ...{ cell: `lr${learningRate}`, accuracy, config: { learningRate, batchSize: 32, epochs: 3 } },
    ...(state ? { state } : {}),
  })
  const sentence = (...cells: Sketch[]) => answerSentence(analyse(cells))

  it('says which cell is best, by how much, and whether that is noise', () => {
    expect(sentence(cell(5e-5, 0.86), cell(3e-5, 0.855), cell(2e-5, 0.7))).toMatch(
      /^lr 5e-5 · batch 32 · 3 epochs is best with 86\.0 ± 1\.\d \(chosen on dev\); 1 cell is within noise; add seeds to separate them\.$/,
    )
    expect(sentence(cell(5e-5, 0.86), cell(3e-5, 0.76), cell(2e-5, 0.7))).toMatch(
      /is best with 86\.0 ± 1\.\d \(chosen on dev\); better than all 2 others by more than chance\.$/,
    )
    expect(sentence(cell(5e-5, 0.86))).toMatch(/is best with 86\.0 ± 1\.\d \(chosen on dev\)\.$/)
  })

  it('says that all failed, or that nothing is finished', () => {
    expect(sentence(cell(5e-5, 0.6), cell(3e-5, 0.5))).toBe(
      'no cell is better than a guess (60.0); try a smaller learning rate, or look at the data.',
    )
    expect(sentence(cell(5e-5, 0.6, 'running'))).toBe('no run has finished yet.')
  })

  it('says what ± is, and names a parameter that varies', () => {
    const dropout = (value: number, accuracy: number): Sketch => ({
      ...cell(5e-5, accuracy),
      cell: `dropout${value}`,
      config: { dropout: value },
    })
    const parts = answerParts(analyse([dropout(0.1, 0.8), dropout(0.2, 0.9)]))
    expect(parts.cell).toMatch(/ · dropout 0\.2$/)
    expect(parts.spreadOf).toBe('standard error over the dev examples (bootstrap)')
  })
})
