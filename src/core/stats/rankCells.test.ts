import { describe, expect, it } from 'vitest'
import { runConfig } from '../../../test/support/runConfig.ts'
import type { RunConfig } from '../experiment/config.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Predictions } from '../runs/predictions.ts'
import { bestFirst, type RankedRun, rankCells } from './rankCells.ts'

const run = (
  cell: string,
  seed: number,
  metrics: Metrics,
  config: Partial<RunConfig> = {},
  state: RankedRun['state'] = 'done',
): RankedRun => ({
  ...{ id: `${cell}${seed}`, cell, state, metrics, labels: ['no', 'yes'] },
  config: runConfig({ seed, ...config }),
})

const support = (no: number, yes: number): NonNullable<Metrics['byLabel']> => {
  const scores = { precision: 0, recall: 0, f1: 0 }
  return { no: { ...scores, support: no }, yes: { ...scores, support: yes } }
}

const names = (cells: readonly { readonly cell: string }[]) => cells.map(({ cell }) => cell)

describe('rankCells', () => {
  it('ranks by the mean over finished seeds, equal ones in the order given', () => {
    const { ranked, unfinished } = rankCells([
      run('a', 1, { accuracy: 0.9 }),
      run('a', 2, { accuracy: 0.7 }),
      run('b', 1, { accuracy: 0.85 }),
      run('c', 1, { accuracy: 0.8 }),
      run('b', 2, { accuracy: 0.99 }, {}, 'running'),
      run('d', 1, { accuracy: 0.95 }, {}, 'stoppedEarly'),
    ])
    expect(names(ranked)).toEqual(['b', 'a', 'c'])
    expect(ranked.map(({ mean }) => mean)).toEqual([0.85, 0.8, 0.8])
    expect(bestFirst(ranked[1]!).map(({ id }) => id)).toEqual(['a1', 'a2'])
    expect(names(unfinished)).toEqual(['d'])
  })

  it('sets apart a run that says yes to everything, however high its F1', () => {
    const f1 = { selectionMetric: 'f1' } as const
    const { ranked, failed } = rankCells([
      run('all yes', 1, { f1: 0.8, mcc: 0 }, f1),
      run('learnt', 1, { f1: 0.78, mcc: 0.4 }, f1),
    ])
    expect([names(ranked), names(failed)]).toEqual([['learnt'], ['all yes']])
  })

  it('knows the majority class from the metrics by class, and asks for no predictions', () => {
    const byLabel = support(40, 60)
    const { ranked, failed, baseline } = rankCells(
      [run('a', 1, { accuracy: 0.6, byLabel }), run('b', 1, { accuracy: 0.61, byLabel })],
      () => {
        throw new Error('not needed')
      },
    )
    expect(baseline).toBe(0.6)
    expect([names(ranked), names(failed)]).toEqual([['b'], ['a']])
  })

  it('ranks tags by macro F1 against marking nothing', () => {
    const token = { head: 'token', selectionMetric: 'macroF1' } as const
    const tagged = (cell: string, macroF1: number) => ({
      ...run(cell, 1, { macroF1 }, token),
      labels: ['O', 'B-PER', 'I-PER'],
    })
    const gold = ['O', 'O', 'O', 'O', 'B-PER']
    const row = { index: 0, line: 1, words: gold, gold, predicted: gold, probabilities: [] }
    const predictions: Predictions = { kind: 'tokens', rows: [row] }
    const { ranked, failed } = rankCells([tagged('a', 0), tagged('b', 0.3)], () => predictions)
    expect([names(ranked), names(failed)]).toEqual([['b'], ['a']])
  })

  it('asks for predictions where a guess is right by what they say', () => {
    const qa = { head: 'qa', selectionMetric: 'f1' } as const
    const question = (index: number, gold: string[]) => ({
      ...{ index, line: 1, id: String(index), document: 0, question: '?', gold },
      ...{ predicted: '', start: -1, probability: 1, noAnswerScore: 0, nbest: [] },
    })
    const rows = [question(0, []), question(1, ['a'])]
    const runs = [run('silent', 1, { f1: 0.5 }, qa), run('answers', 1, { f1: 0.51 }, qa)]
    expect(names(rankCells(runs, () => ({ kind: 'answers', rows })).failed)).toEqual(['silent'])
  })
})
