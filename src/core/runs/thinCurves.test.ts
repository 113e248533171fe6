import { describe, expect, it } from 'vitest'
import type { Curves } from './runState.ts'
import { pointsPerRun, thinCurves } from './thinCurves.ts'

const wave = (count: number): Curves => {
  const step = Array.from({ length: count }, (_, at) => at + 1)
  return {
    step,
    loss: step.map((at) => Math.sin(at / 50)),
    learningRate: step.map((at) => at * 1e-6),
    seconds: step.map((at) => at * 0.5),
  }
}

describe('thinned curves', () => {
  it('are the curves themselves where they are short', () => {
    const curves = wave(2000)
    expect(thinCurves(curves, 2000)).toBe(curves)
  })

  it('keep at most the limit, both ends, the order and the columns together', () => {
    const thin = thinCurves(wave(123_457), 500)
    expect(thin.step.length).toBeLessThanOrEqual(500)
    expect(thin.step[0]).toBe(1)
    expect(thin.step.at(-1)).toBe(123_457)
    expect(thin.step.every((step, at) => at === 0 || step > (thin.step[at - 1] ?? 0))).toBe(true)
    expect(thin.seconds.every((seconds, at) => seconds === (thin.step[at] ?? 0) / 2)).toBe(true)
  })

  it('never lose a spike, up or down', () => {
    const curves = wave(50_000)
    curves.loss[31_234] = 99
    curves.loss[31_240] = -99
    const { loss } = thinCurves(curves, 200)
    expect(Math.max(...loss)).toBe(99)
    expect(Math.min(...loss)).toBe(-99)
  })

  it('carry the mean of the steps between two points', () => {
    const curves = wave(10_000)
    const { mean = [], step } = thinCurves(curves, 100)
    const total = mean.reduce(
      (sum, value, at) => sum + value * ((step[at] ?? 0) - (step[at - 1] ?? 0)),
      0,
    )
    expect(total).toBeCloseTo(
      curves.loss.reduce((sum, value) => sum + value, 0),
      1,
    )
  })

  it('of a stretch hold nothing else, and all of it where it fits', () => {
    const { step } = thinCurves(wave(5000), 400, 101, 300)
    expect(step[0]).toBe(101)
    expect(step).toHaveLength(200)
  })

  it('share a budget among many runs', () => {
    expect(pointsPerRun(1)).toBe(2000)
    expect(pointsPerRun(200) * 200).toBeLessThanOrEqual(40_000)
  })
})
