import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runConfig } from '../../../test/support/runConfig.ts'
import { runRecord } from '../../../test/support/runRecords.ts'
import { estimateRun, stepsByLength, stepTimeOf } from './estimates.ts'
import type { RunEvent, RunEventBody } from './events.ts'
import { emptyPace } from './pace.ts'
import { applyEvent, emptyRunState, type RunState } from './runState.ts'
import { summarize } from './sweepSummary.ts'

interface RecordedRun {
  readonly batchSize: number
  readonly epochs: number
  readonly started: {
    readonly time: number
    readonly totalSteps: number
    readonly stepsPerEpoch: number
    readonly trainExamples: number
    readonly devExamples: number
    readonly examplesByLength: Record<string, number>
  }
  readonly phases: readonly [number, 'data' | 'weights' | 'training' | 'evaluating' | 'saving'][]
  /** Time, padded length, milliseconds, examples. */
  readonly steps: readonly [number, number, number, number][]
  readonly finished: number
}

const file = new URL('../../../test/fixtures/estimates/sst2.json', import.meta.url)
const recorded = JSON.parse(fs.readFileSync(file, 'utf8')) as RecordedRun

/** The run's events as they came. */
const eventsOf = ({ started, phases, steps, finished }: RecordedRun): RunEvent[] => {
  const { time, ...begin } = started
  const all: { time: number; body: RunEventBody }[] = [
    {
      time,
      body: {
        ...{ type: 'started', attempt: 1, backend: 'tensorflow', precision: 'bf16' },
        ...{ parameters: 1, resumedFrom: 0, ...begin },
      },
    },
    ...phases.map(([at, phase]) => ({ time: at, body: { type: 'phase' as const, phase } })),
    ...steps.map(([at, length, stepMs, examples], index) => ({
      time: at,
      body: {
        ...{ type: 'step' as const, step: index + 1, epoch: (index + 1) / begin.stepsPerEpoch },
        ...{ loss: 1, learningRate: 1e-5, stepMs, examples, length },
      },
    })),
    { time: finished, body: { type: 'finished', state: 'done', seconds: finished / 1000 } },
  ]
  return all
    .sort((a, b) => a.time - b.time)
    .map(({ time: at, body }, index) => ({ seq: index + 1, time: at, ...body }))
}

const config = runConfig({ batchSize: recorded.batchSize, epochs: recorded.epochs })

describe('the time left of a real run', () => {
  it('is within 20 % from the first tenth on', () => {
    const run = emptyRunState(runRecord({ config }))
    const began = recorded.started.time
    const errors: number[] = []
    for (const event of eventsOf(recorded)) {
      applyEvent(run, event)
      const share = (event.time - began) / (recorded.finished - began)
      if (event.type !== 'step' || share < 0.1 || share > 0.95) continue
      errors.push((1000 * run.secondsLeft!) / (recorded.finished - event.time) - 1)
    }
    expect(errors.length).toBeGreaterThan(350)
    expect(Math.max(...errors)).toBeLessThan(0.2)
    expect(Math.min(...errors)).toBeGreaterThan(-0.2)
  })

  it('and of a queued one beside it, as soon as the first is a tenth through', () => {
    const run = emptyRunState(runRecord({ config }))
    const queued = emptyRunState(runRecord({ id: 'r2', config, state: 'queued' }))
    const tenth = recorded.steps[Math.floor(recorded.steps.length / 10)]![0]
    for (const event of eventsOf(recorded)) if (event.time <= tenth) applyEvent(run, event)
    const { secondsLeft } = summarize([run, queued])
    const actual = (recorded.finished - tenth + recorded.finished) / 1000
    expect(Math.abs(secondsLeft! / actual - 1)).toBeLessThan(0.2)
  })
})

describe('stepsByLength', () => {
  it('has full batches of each length, and merges what remains', () => {
    const steps = stepsByLength({ 16: 70, 32: 33, 48: 5, 128: 30 }, 32)
    // 6 and 1 and 5 remain, and 20 of the 30 longest fill a batch; 10 are left.
    expect([...steps]).toEqual([
      [16, 2],
      [32, 1],
      [128, 2],
    ])
    expect([...stepsByLength({}, 32)]).toEqual([])
  })
})

const paced = (batchSize: number, times: Record<number, number>) => ({
  batchSize,
  pace: {
    ...emptyPace(),
    byLength: Object.fromEntries(
      Object.entries(times).map(([length, stepMs]) => [length, { steps: 9, stepMs, firstMs: 900 }]),
    ),
  },
})

describe('stepTimeOf', () => {
  it('takes what was measured, and a line over tokens for the rest', () => {
    const stepMs = stepTimeOf([paced(32, { 16: 112, 32: 212 })])
    expect(stepMs(32, 16)).toBe(112)
    // 12 ms and 100 ms per 512 tokens.
    expect(stepMs(32, 64)).toBeCloseTo(412, 6)
    expect(stepMs(16, 64)).toBeCloseTo(212, 6)
  })

  it('goes through 0 with one length, and knows nothing without any', () => {
    expect(stepTimeOf([paced(32, { 16: 100 })])(32, 64)).toBeCloseTo(400, 6)
    expect(stepTimeOf([])(32, 64)).toBeNull()
  })
})

describe('estimateRun', () => {
  const work = {
    ...{ examplesByLength: { 16: 64, 32: 32 }, batchSize: 32, epochs: 2 },
    ...{ evaluationMs: 1000, overheadMs: 3000 },
  }

  it('adds up steps, evaluations and what is around them', () => {
    const stepMs = (_: number, length: number) => length * 10
    // 2 × (2 · 160 + 320 + 1000) + 3000 ms
    expect(estimateRun({ ...work, stepMs })).toBeCloseTo(6.28, 6)
  })

  it('is unknown before a step was measured', () => {
    expect(estimateRun({ ...work, stepMs: () => null })).toBeNull()
  })
})

describe('the time left of a sweep', () => {
  const running = (id: string, seconds: number): RunState => ({
    ...emptyRunState(runRecord({ id, state: 'running' })),
    ...{ secondsLeft: seconds, examplesPerSecond: 10, trainExamples: 100 },
  })
  const queued = (id: string) => emptyRunState(runRecord({ id, state: 'queued' }))

  it('is at the running one’s speed where nothing better is known', () => {
    // Two epochs of 100 examples at 10 a second.
    expect(summarize([running('a', 5), queued('b')]).secondsLeft).toBe(25)
  })

  it('shares the queue among runs that go on at the same time', () => {
    expect(summarize([running('a', 5), running('b', 15), queued('c')]).secondsLeft).toBe(20)
    expect(summarize([running('a', 5), running('b', 30)]).secondsLeft).toBe(30)
    expect(summarize([queued('a')]).secondsLeft).toBeNull()
  })
})
