import { describe, expect, it } from 'vitest'
import { runRecord } from '../../../test/support/runRecords.ts'
import type { SweepRecord } from '../../core/runs/records.ts'
import { emptyRunState, type RunState } from '../../core/runs/runState.ts'
import { runLabel, statusText, sweepLabel } from './labels.ts'

const run = (changes: Partial<RunState> = {}, id = 'r1'): RunState => ({
  ...emptyRunState(runRecord({ id })),
  phase: 'training',
  step: 42,
  totalSteps: 100,
  trainExamples: 500,
  examplesPerSecond: 10,
  secondsLeft: 70,
  ...changes,
})
const sweep: SweepRecord = {
  format: 1,
  id: 's',
  name: 'Reviews',
  created: 0,
  head: 'sentence',
  experiment: { head: 'sentence', data: { train: 'train.tsv' } },
  runs: [],
  checksums: {},
  versions: {},
}

describe('labels of the side panel', () => {
  it('says state, per cent and time left of a run that trains', () => {
    const label = runLabel(run(), [run()])
    expect(label.description).toBe('running · 42 % · 1:10 left')
    expect(label.contextValue).toBe('run active')
  })

  it('names a run by what differs in its sweep', () => {
    const a = run()
    const b = run({ record: { ...a.record, config: { ...a.record.config, learningRate: 2e-5 } } })
    expect(runLabel(a, [a, b]).label).toBe('5e-5')
    expect(runLabel(a, [a]).label).toBe('run r1')
  })

  it('offers resume for what was stopped, and says so in words', () => {
    const label = runLabel(run({ state: 'stopped' }), [])
    expect(label.contextValue).toBe('run resumable')
    expect(label.description).toContain('stopped · 42 %')
  })

  const scored = (cell: string, accuracy: number, state: RunState['state'] = 'done') =>
    run({ record: runRecord({ cell, metrics: { accuracy } }), state })

  it('shows the best score of a sweep and how many runs are done', () => {
    const label = sweepLabel(sweep, [scored('a', 0.8642), run()])
    expect(label.description).toBe(
      'running · 71 % · 1 of 2 done · best accuracy 86.4 on dev · 1:10 left',
    )
  })

  it('means the best cell’s finished runs, not the luckiest run or one that still trains', () => {
    const runs = [
      ...[scored('lucky', 0.95), scored('lucky', 0.75)],
      ...[scored('steady', 0.87), scored('steady', 0.89)],
      ...[scored('early', 0.99, 'running'), scored('broken', 0.99, 'failed')],
    ]
    expect(sweepLabel(sweep, runs).description).toContain('best accuracy 88.0 ± 1.4 on dev')
    const [early, broken] = runs.slice(4)
    expect(sweepLabel(sweep, [early!, broken!]).description).not.toContain('accuracy')
  })

  it('says why a sweep stands beside one of the same name', () => {
    const apart = { from: 'reviews', changed: ['model' as const] }
    const label = sweepLabel({ ...sweep, name: 'Reviews 2', apart }, [scored('a', 0.9)])
    expect(label.description).toBe('another model · done · accuracy 90.0 on dev')
    expect(label.tooltip).toContain('Not ranked together with reviews: another model.')
  })
})

describe('the status bar', () => {
  it('is gone when nothing trains', () => {
    expect(statusText([[run({ state: 'done' })]])).toBeUndefined()
  })
  it('says per cent and time left', () => {
    expect(statusText([[run()]])).toBe('$(sync~spin) Headway 42 % · 1:10 left')
  })
  it('sums up several runs', () => {
    const queued = run({ state: 'queued', step: 0, secondsLeft: null })
    // 500 examples × 2 epochs at 10 a second after the running one's 70 s.
    expect(statusText([[run(), queued]])).toBe('$(sync~spin) Headway 21 % · 2 runs · 2:50 left')
  })
})
