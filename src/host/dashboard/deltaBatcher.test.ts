import { afterEach, describe, expect, it, vi } from 'vitest'
import type { DashboardChange, DashboardMessage } from '../../core/protocol/dashboard.ts'
import { noMarks } from '../../core/runs/markOf.ts'
import type { SweepRecord } from '../../core/runs/records.ts'
import { DeltaBatcher } from './deltaBatcher.ts'

const sweep: SweepRecord = {
  format: 1,
  id: 's',
  name: 'S',
  created: 0,
  head: 'sentence',
  experiment: { head: 'sentence', data: { train: 'train.tsv' } },
  runs: [],
  checksums: {},
  versions: {},
}
const change = (run: string): DashboardChange => ({ type: 'state', run, state: 'running' })

afterEach(() => vi.useRealTimers())

const setUp = () => {
  vi.useFakeTimers()
  const sent: DashboardMessage[] = []
  return { sent, batcher: new DeltaBatcher((message) => sent.push(message), 100) }
}

describe('DeltaBatcher', () => {
  it('sends what came within the interval as one delta, numbered from the snapshot', () => {
    const { sent, batcher } = setUp()
    batcher.snapshot({ sweep, runs: [], marks: noMarks }, true)
    for (const run of ['a', 'b', 'c']) batcher.add(change(run))
    vi.advanceTimersByTime(99)
    expect(sent).toHaveLength(1)
    vi.advanceTimersByTime(1)
    batcher.add(change('d'))
    vi.advanceTimersByTime(100)
    expect(sent.map((message) => message.type)).toEqual(['snapshot', 'delta', 'delta'])
    expect(sent.map((message) => 'seq' in message && message.seq)).toEqual([1, 2, 3])
    expect(sent[1]).toMatchObject({ changes: [change('a'), change('b'), change('c')] })
  })

  it('sends nothing before a snapshot was asked for, and nothing while paused', () => {
    const { sent, batcher } = setUp()
    batcher.add(change('a'))
    vi.advanceTimersByTime(1000)
    expect(sent).toEqual([])
    batcher.snapshot({ sweep, runs: [], marks: noMarks }, true)
    batcher.add(change('b'))
    batcher.pause()
    batcher.add(change('c'))
    vi.advanceTimersByTime(1000)
    expect(sent).toHaveLength(1)
  })

  it('drops what a new snapshot holds already', () => {
    const { sent, batcher } = setUp()
    batcher.snapshot({ sweep, runs: [], marks: noMarks }, true)
    batcher.add(change('a'))
    batcher.snapshot({ sweep, runs: [], marks: noMarks }, true)
    vi.advanceTimersByTime(1000)
    expect(sent.map((message) => message.type)).toEqual(['snapshot', 'snapshot'])
  })
})
