import { describe, expect, it } from 'vitest'
import type { DashboardMessage } from '../../src/core/protocol/dashboard.ts'
import { emptyRunState } from '../../src/core/runs/runState.ts'
import { runRecord } from '../../test/support/runRecords.ts'
import { DashboardState } from './dashboardState.ts'

const snapshot = (seq: number): DashboardMessage => ({
  type: 'snapshot',
  seq,
  trusted: true,
  state: {
    sweep: {
      format: 1,
      id: 's',
      name: 'S',
      created: 0,
      head: 'sentence',
      experiment: { head: 'sentence', data: { train: 'train.tsv' } },
      runs: ['r1'],
      checksums: {},
      versions: {},
    },
    runs: [emptyRunState(runRecord())],
  },
})
const stateDelta = (seq: number, run = 'r1'): DashboardMessage => ({
  type: 'delta',
  seq,
  changes: [{ type: 'state', run, state: 'stopping' }],
})
const stateOf = (state: DashboardState) =>
  state.page.type === 'sweep' ? state.page.state.runs[0]?.state : undefined

describe('DashboardState', () => {
  it('applies deltas in order', () => {
    const state = new DashboardState()
    state.receive(snapshot(4))
    expect(state.receive(stateDelta(5))).toBe('changed')
    expect(stateOf(state)).toBe('stopping')
  })

  it('asks for a snapshot when one is missing, and goes on from it', () => {
    const state = new DashboardState()
    state.receive(snapshot(4))
    expect(state.receive(stateDelta(6))).toBe('gap')
    expect(stateOf(state)).toBe('running')
    state.receive(snapshot(7))
    expect(state.receive(stateDelta(8))).toBe('changed')
  })

  it('asks for a snapshot when a delta speaks of a run it does not know', () => {
    const state = new DashboardState()
    state.receive(snapshot(1))
    expect(state.receive(stateDelta(2, 'r2'))).toBe('gap')
  })

  it('takes no delta before a snapshot', () => {
    expect(new DashboardState().receive(stateDelta(1))).toBe('gap')
  })
})
