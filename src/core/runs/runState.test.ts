import { describe, expect, it } from 'vitest'
import { runRecord } from '../../../test/support/runRecords.ts'
import { applyEvent, emptyRunState } from './runState.ts'
import { thinCurves } from './thinCurves.ts'

const step = (seq: number, at: number, loss: number) =>
  ({
    type: 'step',
    seq,
    time: seq,
    step: at,
    epoch: 0,
    loss,
    learningRate: 1e-5,
    stepMs: 10,
    examples: 8,
  }) as const

describe('a run that is resumed', () => {
  it('drops what came after its checkpoint, of thinned curves the means too', () => {
    const run = emptyRunState(runRecord())
    for (let at = 1; at <= 300; at++) applyEvent(run, step(at, at, 2))
    run.curves = thinCurves(run.curves, 120)
    applyEvent(run, {
      type: 'started',
      seq: 301,
      time: 301,
      attempt: 2,
      totalSteps: 400,
      stepsPerEpoch: 100,
      trainExamples: 800,
      devExamples: 80,
      backend: 'cpu',
      precision: 'fp32',
      parameters: 1,
      resumedFrom: 100,
    })
    const kept = run.curves.step.length
    for (let at = 101; at <= 200; at++) applyEvent(run, step(201 + at, at, 1))
    expect(run.curves.step.at(kept)).toBe(101)
    expect(run.curves.mean).toHaveLength(kept)
    // What is smoothed: means where there are some, else the losses.
    expect(run.curves.loss.map((loss, at) => run.curves.mean?.[at] ?? loss).at(kept)).toBe(1)
  })
})
