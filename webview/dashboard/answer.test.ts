import { describe, expect, it } from 'vitest'
import { noMarks } from '../../src/core/runs/markOf.ts'
import type { SweepRecord } from '../../src/core/runs/records.ts'
import { emptyRunState, type RunState } from '../../src/core/runs/runState.ts'
import type { CellAnalysis, SweepAnalysis, Verdict } from '../../src/core/stats/analysis.ts'
import { runRecord } from '../../test/support/runRecords.ts'
import { type Answer, answerFor } from './answer.ts'
import { makeSweepView } from './sweepView.ts'

const run = (
  accuracies: readonly number[],
  state: RunState['state'] = 'running',
  cell = 'c1',
  learningRate = 5e-5,
): RunState => {
  const record = runRecord({ id: `run-${cell}`, cell })
  const config = { ...record.config, learningRate }
  const all = { ...emptyRunState({ ...record, config }), state }
  all.evaluations = accuracies.map((accuracy, at) => ({
    step: 10 * (at + 1),
    epoch: at + 1,
    metrics: { accuracy },
  }))
  const last = accuracies.at(-1)
  if (last !== undefined) all.record.metrics = { accuracy: last }
  return all
}

const answer = (
  runs: readonly RunState[],
  analysis?: SweepAnalysis,
  test?: SweepRecord['test'],
): Answer => answerFor(makeSweepView(runs, noMarks, analysis, test))

const judge = (runs: readonly RunState[], verdicts: readonly Verdict[]): SweepAnalysis => ({
  metric: 'accuracy',
  cells: runs.map(
    ({ record }, at): CellAnalysis => ({
      cell: record.cell,
      parameters: {
        learningRate: record.config.learningRate,
        batchSize: 10,
        epochs: 2,
        maxLength: 128,
        weightDecay: 0.01,
        warmup: 0.1,
        dropout: 0.1,
      },
      runs: [record.id],
      finished: [record.id],
      failedRuns: [],
      mean: record.metrics?.accuracy ?? null,
      spread: { value: 0.012, kind: 'bootstrap' },
      verdict: verdicts[at] ?? 'worse',
      behind: null,
    }),
  ),
  best: runs[0]?.record.cell ?? null,
  withinNoise: [],
  effects: [],
  testScore: null,
  baseline: 0.5,
  resampled: { unit: 'example', count: 872 },
})

const three = [
  run([0.9], 'done', 'c1', 5e-5),
  run([0.895], 'done', 'c2', 3e-5),
  run([0.8], 'done', 'c3', 2e-5),
]

describe('the answer', () => {
  it('has no score before the first evaluation, and says when there will be one', () => {
    expect(answer([run([])])).toMatchObject({
      score: '–',
      sentence: 'The dev set is scored after each epoch.',
    })
  })

  it('says how a run does, and which way it goes', () => {
    expect(answer([run([0.8, 0.85])])).toMatchObject({
      caption: 'So far',
      score: '85.0',
      unit: 'accuracy on dev',
      sentence: 'After epoch 2 of 2, up 5.0 on the one before.',
    })
  })

  it('says why there is none where a run failed before', () => {
    expect(answer([run([], 'failed')]).sentence).toBe(
      'The run failed before the dev set was first scored.',
    )
  })

  it('of several says which is best and by how much, before anything was judged', () => {
    expect(answer(three)).toMatchObject({
      caption: 'Best',
      score: '90.0',
      spread: '',
      unit: 'accuracy, chosen on dev',
      sentence: 'lr 5e-5 is best, +0.5 on the next, of 3 cells with a result.',
      advice: '',
      next: [{ type: 'annotateWith', run: 'run-c1' }],
    })
  })

  it('says that it is noise, and what would tell', () => {
    const said = answer(three, judge(three, ['best', 'withinNoise', 'worse']))
    expect(said).toMatchObject({
      score: '90.0',
      spread: '± 1.2',
      sentence: 'lr 5e-5 is best, +0.5 on the next, but 1 of 2 others is within noise of it.',
      advice: 'More seeds of these would tell whether the difference is real.',
    })
    expect(said.next.at(-1)).toEqual({
      type: 'addSeeds',
      label: 'Run 2 more seeds of these 2',
      cells: ['c1', 'c2'],
      count: 2,
    })
  })

  it('says when it is no noise', () => {
    expect(answer(three, judge(three, ['best', 'worse', 'worse']))).toMatchObject({
      sentence: 'lr 5e-5 is best, +0.5 on the next: more than chance explains.',
      advice: 'It can be used as it is.',
      next: [{ type: 'annotateWith' }],
    })
  })

  it('claims nothing over cells that learnt nothing', () => {
    expect(answer(three, judge(three, ['best', 'failed', 'failed'])).sentence).toBe(
      'lr 5e-5 is best: all 2 others are no better than a guess.',
    )
    expect(answer(three, judge(three, ['best', 'withinNoise', 'failed'])).sentence).toBe(
      'lr 5e-5 is best, +0.5 on the next, which is within noise.',
    )
    expect(answer(three.slice(0, 2), judge(three, ['best', 'failed'])).sentence).toBe(
      'lr 5e-5 is best: the other cell is no better than a guess.',
    )
  })

  it('says when nothing was learnt', () => {
    const analysis = judge(three, ['failed', 'failed', 'failed'])
    expect(answer(three, { ...analysis, best: null })).toMatchObject({
      sentence: 'Even the best cell is no better than a guess (50.0 accuracy).',
      advice: 'Try a smaller learning rate, more epochs, or more data.',
    })
  })

  it('offers nothing while the rest may still change it', () => {
    const runs = [...three.slice(0, 2), run([], 'queued', 'c3', 2e-5)]
    const said = answer(runs, judge(runs, ['best', 'withinNoise', 'unfinished']))
    expect(said).toMatchObject({ caption: 'Best so far', next: [] })
    expect(said.advice).toBe('The rest may still change it.')
  })

  it('says what the best scored on test beside what it was chosen by', () => {
    const test = { run: 'run-c1', metrics: { accuracy: 0.871 }, time: 0 }
    expect(answer(three, undefined, test).unit).toBe('accuracy, chosen on dev; 87.1 on test')
    // Of another cell than the one that is best by now it says nothing.
    expect(answer(three, undefined, { ...test, run: 'run-c2' }).unit).toBe(
      'accuracy, chosen on dev',
    )
    expect(answer(three.slice(0, 1), undefined, test).unit).toBe('accuracy on dev; 87.1 on test')
  })

  it('counts the seeds that are finished', () => {
    const seed = (id: string, accuracies: readonly number[], state: RunState['state']) => {
      const one = run(accuracies, state)
      return { ...one, record: { ...one.record, id } }
    }
    const done = seed('a', [0.8], 'done')
    const live = seed('b', [0.7], 'running')
    expect(answer([done, live]).unit).toBe('accuracy on dev, one of 2 seeds')
    expect(answer([done, seed('c', [0.9], 'done'), live]).unit).toBe(
      'accuracy on dev, mean of 2 seeds',
    )
    expect(answer([live, seed('d', [], 'queued')]).unit).toBe('accuracy on dev')
  })

  it('says that a run was paused, and that an undefined metric counts 0', () => {
    expect(answer([run([], 'paused')]).sentence).toBe(
      'The run was paused before the dev set was first scored.',
    )
    const undefinedMetric = run([], 'done')
    undefinedMetric.record.metrics = { accuracy: null }
    expect(answer([undefinedMetric])).toMatchObject({
      score: '0.0',
      sentence: 'The accuracy is undefined, as where all predictions are alike: it counts 0.',
    })
    const two = [undefinedMetric, run([0.6], 'done', 'c2', 3e-5)]
    expect(makeSweepView(two, noMarks, undefined).cells.map(({ mean }) => mean)).toEqual([0.6, 0])
  })

  it('offers to use a run of the best cell that has its weights, and else nothing', () => {
    const gone = run([0.9], 'done')
    gone.record.weightsDeleted = true
    expect(answer([gone]).next).toEqual([])
    const kept = run([0.88], 'done')
    kept.record.id = 'kept'
    expect(answer([gone, kept]).next).toMatchObject([{ run: 'kept' }])
  })
})
