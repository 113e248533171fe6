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
    marks: { format: 1, sweep: {}, runs: {} },
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

  it('takes a run that is new, and marks', () => {
    const state = new DashboardState()
    state.receive(snapshot(1))
    const marks = { format: 1 as const, sweep: {}, runs: { r2: { star: true } } }
    const run = emptyRunState(runRecord({ id: 'r2' }))
    state.receive({
      type: 'delta',
      seq: 2,
      changes: [
        { type: 'run', run },
        { type: 'marks', marks },
      ],
    })
    expect(state.receive(stateDelta(3, 'r2'))).toBe('changed')
    if (state.page.type !== 'sweep') throw new Error('no sweep')
    expect(state.page.state.runs.map(({ record }) => record.id)).toEqual(['r1', 'r2'])
    expect(state.page.state.marks).toEqual(marks)
  })

  it('does not grow with every step of a long night', () => {
    const state = new DashboardState()
    state.receive(snapshot(1))
    for (let step = 1; step <= 10_000; step++) {
      const event = {
        type: 'step' as const,
        seq: step,
        time: step,
        step,
        epoch: 0,
        loss: step === 7777 ? 50 : 1,
        learningRate: 1e-5,
        stepMs: 1,
        examples: 8,
      }
      state.receive({
        type: 'delta',
        seq: step + 1,
        changes: [{ type: 'event', run: 'r1', event }],
      })
    }
    if (state.page.type !== 'sweep') throw new Error('no sweep')
    const curves = state.page.state.runs[0]?.curves
    expect(curves?.step.length).toBeLessThan(5000)
    expect(curves?.step.at(-1)).toBe(10_000)
    expect(Math.max(...(curves?.loss ?? []))).toBe(50)
  })

  it('lets what is zoomed to grow with the run, until that is resumed', () => {
    const state = new DashboardState()
    state.receive(snapshot(1))
    const curves = { step: [5, 6], loss: [1, 1], learningRate: [1, 1], seconds: [1, 2] }
    state.receive({ type: 'curves', detail: { from: 5, to: 9, runs: [{ run: 'r1', curves }] } })
    const step = (seq: number, at: number): DashboardMessage => ({
      type: 'delta',
      seq,
      changes: [
        {
          type: 'event',
          run: 'r1',
          event: {
            type: 'step',
            seq,
            time: 0,
            step: at,
            epoch: 0,
            loss: 0.5,
            learningRate: 1,
            stepMs: 1000,
            examples: 8,
          },
        },
      ],
    })
    // The detail held this one already.
    state.receive(step(2, 6))
    state.receive(step(3, 7))
    expect(state.detail?.runs[0]?.curves).toMatchObject({ step: [5, 6, 7], seconds: [1, 2, 3] })
    const started = {
      type: 'started',
      seq: 4,
      time: 0,
      attempt: 2,
      totalSteps: 20,
      stepsPerEpoch: 10,
      trainExamples: 80,
      devExamples: 8,
      backend: 'cpu',
      precision: 'fp32',
      parameters: 1,
      resumedFrom: 5,
    } as const
    state.receive({
      type: 'delta',
      seq: 4,
      changes: [{ type: 'event', run: 'r1', event: started }],
    })
    expect(state.detail?.runs).toEqual([])
  })
})
