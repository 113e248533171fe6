import { describeConfig, formatRate, isActive, scoreCurve } from '../../src/core/runs/describe.ts'
import type { Curves, RunState } from '../../src/core/runs/runState.ts'
import type { Series } from '../ui/series.ts'
import type { Encoding } from './encoding.ts'
import { smooth } from './smooth.ts'
import type { SweepView } from './sweepView.ts'
import type { XAxis } from './view.ts'

/** Raw losses of many runs over each other are a grey cloud. */
const mostRunsWithRaw = 4

export type CurveName = 'loss' | 'learningRate' | 'speed'

export interface SeriesContext {
  readonly view: SweepView
  readonly encoding: Encoding
  readonly xAxis: XAxis
  /** Finer curves of what is zoomed to, by run. */
  readonly detail: ReadonlyMap<string, Curves>
}

interface Line {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** Lines of the charts from the runs; only those of runs that still train are worked out again. */
export class SeriesMaker {
  private readonly cache = new WeakMap<Curves, Map<string, Line & { readonly length: number }>>()

  /** Smoothed losses; with few runs also each step's, faint. */
  loss(runs: readonly RunState[], weight: number, context: SeriesContext): Series[] {
    const smoothed = this.curve(runs, 'loss', weight, context)
    if (weight === 0 || !this.hasRaw(runs)) return smoothed
    const raw = this.raw(runs, context).map((one) => ({ ...one, front: false }))
    return [...raw, ...smoothed]
  }

  hasRaw(runs: readonly RunState[]): boolean {
    return runs.length <= mostRunsWithRaw
  }

  /** Each step's loss, of the few runs that are in front among many. */
  rawBeside(runs: readonly RunState[], weight: number, context: SeriesContext): Series[] {
    return weight === 0 || !this.hasRaw(runs) ? [] : this.raw(runs, context)
  }

  private raw(runs: readonly RunState[], context: SeriesContext): Series[] {
    return this.curve(runs, 'loss', 0, context).map(({ front: _, ...one }) => ({
      ...one,
      name: `${one.name}, each step`,
      width: 1,
      dash: [],
      faint: true,
    }))
  }

  curve(
    runs: readonly RunState[],
    name: CurveName,
    weight: number,
    context: SeriesContext,
  ): Series[] {
    return runs.map((run) => {
      const curves = context.detail.get(run.record.id) ?? run.curves
      return { ...baseOf(run, context), ...this.line(run, curves, name, weight, context.xAxis) }
    })
  }

  score(runs: readonly RunState[], context: SeriesContext): Series[] {
    return runs.map((run) => {
      const points = scoreCurve(run, run.record.config.selectionMetric)
      return {
        ...baseOf(run, context),
        x: points.map(({ x }) => positionOf(run, run.curves, x, context.xAxis)),
        y: points.map(({ y }) => y),
        dots: true,
      }
    })
  }

  private line(run: RunState, curves: Curves, name: CurveName, weight: number, xAxis: XAxis): Line {
    const key = `${name} ${weight} ${xAxis} ${run.totalSteps}`
    const { length } = curves.step
    const known = this.cache.get(curves)?.get(key)
    if (known && known.length === length) return known
    const line = { length, x: positionsOf(run, curves, xAxis), y: valuesOf(curves, name, weight) }
    const lines = this.cache.get(curves) ?? new Map<string, Line & { readonly length: number }>()
    // A slider leaves a line at each of its places.
    if (lines.size > 12) lines.clear()
    lines.set(key, line)
    this.cache.set(curves, lines)
    return line
  }
}

const baseOf = (run: RunState, { view, encoding }: SeriesContext) => {
  const isBest = view.best !== undefined && view.cellOf.get(run.record.id) === view.best
  return {
    id: run.record.id,
    name: nameOf(run, view),
    ...encoding.styleOfRun(run),
    width: isBest ? 2.5 : view.runs.length > 30 ? 1.25 : 1.75,
    front: isBest || (isActive(run.state) && run.step > 0),
  }
}

const nameOf = (run: RunState, view: SweepView): string => {
  if (view.runs.length === 1) return `lr ${formatRate(run.record.config.learningRate)}`
  return view.hasSeeds ? `${describeConfig(run)} · seed ${run.record.seed}` : describeConfig(run)
}

const valuesOf = (curves: Curves, name: CurveName, weight: number): readonly number[] => {
  if (name === 'learningRate') return curves.learningRate
  if (name === 'speed') return smooth(stepTimes(curves), weight, curves.step)
  if (weight === 0) return curves.loss
  const means = curves.loss.map((loss, at) => curves.mean?.[at] ?? loss)
  return smooth(means, weight, curves.step)
}

/** Milliseconds a step, between each point and the one before. */
const stepTimes = ({ step, seconds }: Curves): number[] =>
  seconds.map((time, at) => {
    const before = at === 0 ? 0 : (seconds[at - 1] ?? 0)
    const steps = at === 0 ? (step[0] ?? 1) : (step[at] ?? 0) - (step[at - 1] ?? 0)
    return (1000 * (time - before)) / Math.max(1, steps)
  })

const positionsOf = (run: RunState, curves: Curves, xAxis: XAxis): readonly number[] => {
  if (xAxis === 'step') return curves.step
  if (xAxis === 'time') return curves.seconds
  const share = stepShare(run, xAxis)
  return curves.step.map((step) => step * share)
}

/** What one step is on the axis. */
const stepShare = (run: RunState, xAxis: XAxis): number => {
  const epochsPerStep = run.record.config.epochs / Math.max(1, run.totalSteps)
  if (xAxis === 'epoch') return epochsPerStep
  return xAxis === 'examples' ? epochsPerStep * Math.max(1, run.trainExamples) : 1
}

export const positionOf = (run: RunState, curves: Curves, step: number, xAxis: XAxis): number => {
  if (xAxis !== 'time') return step * stepShare(run, xAxis)
  const after = curves.step.findIndex((one) => one >= step)
  return curves.seconds[after < 0 ? curves.seconds.length - 1 : after] ?? 0
}

/** Where a run will end on the axis; of time, where it is. */
export const endOf = (run: RunState, xAxis: XAxis): number =>
  xAxis === 'time'
    ? (run.curves.seconds.at(-1) ?? 0)
    : Math.max(run.totalSteps, run.step) * stepShare(run, xAxis)

/** The steps that a part of the axis holds, of this run. */
export const stepsBetween = (
  run: RunState,
  xAxis: XAxis,
  min: number,
  max: number,
): { readonly from: number; readonly to: number } => {
  if (xAxis !== 'time') {
    const share = stepShare(run, xAxis)
    return { from: Math.floor(min / share), to: Math.ceil(max / share) }
  }
  const { seconds, step } = run.curves
  const first = Math.max(0, seconds.findIndex((time) => time >= min) - 1)
  const last = seconds.findIndex((time) => time > max)
  return { from: step[first] ?? 0, to: step[last < 0 ? step.length - 1 : last] ?? 0 }
}
