import { bestRun, describeConfig, formatRate, scoreCurve } from '../../src/core/runs/describe.ts'
import type { RunState } from '../../src/core/runs/runState.ts'
import type { Series } from '../ui/lineChart.ts'
import type { ThemeColors } from '../ui/theme.ts'
import { smooth } from './smooth.ts'
import { type Point, thin } from './thin.ts'

/** More points than a screen has pixels cost time and show nothing. */
const mostPoints = 2000
/** Raw losses of many runs over each other are a grey cloud. */
const mostRunsWithRaw = 3

type CurveName = 'loss' | 'learningRate'
interface Cached {
  readonly length: number
  readonly weight: number
  readonly points: readonly Point[]
}

/** One colour, one meaning: colour is the learning rate, dashes the batch size, bold the best. */
export class SeriesMaker {
  private readonly cache = new WeakMap<RunState, Map<string, Cached>>()

  loss(runs: readonly RunState[], weight: number, theme: ThemeColors): Series[] {
    const style = this.styles(runs, theme)
    const smoothed = runs.map((run) => ({
      ...style(run),
      points: this.curve(run, 'loss', weight),
    }))
    if (weight === 0 || runs.length > mostRunsWithRaw) return smoothed
    const raw = runs.map((run) => ({
      ...style(run),
      name: `${style(run).name}, each step`,
      points: this.curve(run, 'loss', 0),
      width: 1,
      faint: true,
    }))
    return [...raw, ...smoothed]
  }

  learningRate(runs: readonly RunState[], theme: ThemeColors): Series[] {
    const style = this.styles(runs, theme)
    return runs.map((run) => ({ ...style(run), points: this.curve(run, 'learningRate', 0) }))
  }

  score(runs: readonly RunState[], theme: ThemeColors): Series[] {
    const style = this.styles(runs, theme)
    return runs.map((run) => ({
      ...style(run),
      points: scoreCurve(run, run.record.config.selectionMetric),
      dots: true,
    }))
  }

  private styles(runs: readonly RunState[], theme: ThemeColors) {
    const rates = distinct(runs.map((run) => run.record.config.learningRate))
    const batches = distinct(runs.map((run) => run.record.config.batchSize))
    const best = runs.length > 1 ? bestRun(runs) : undefined
    return (run: RunState): Omit<Series, 'points'> => {
      const { learningRate, batchSize } = run.record.config
      const color = theme.series[rates.indexOf(learningRate) % theme.series.length]
      const isBest = run === best
      return {
        name: runs.length === 1 ? `lr ${formatRate(learningRate)}` : describeConfig(run),
        color: isBest ? theme.foreground : (color ?? theme.foreground),
        width: isBest ? 2.5 : 1.75,
        onTop: isBest,
        ...(batches.indexOf(batchSize) > 0 ? { dash: [5, 4] } : {}),
      }
    }
  }

  /** Only the curves of runs that still train change; the rest is drawn from memory. */
  private curve(run: RunState, name: CurveName, weight: number): readonly Point[] {
    const values = run.curves[name]
    const key = `${name} ${weight}`
    const known = this.cache.get(run)?.get(key)
    if (known && known.length === values.length) return known.points
    const shown = weight > 0 ? smooth(values, weight) : values
    const points = thin(
      shown.map((y, at) => ({ x: run.curves.step[at] ?? 0, y })),
      mostPoints,
    )
    const curves = this.cache.get(run) ?? new Map<string, Cached>()
    curves.set(key, { length: values.length, weight, points })
    this.cache.set(run, curves)
    return points
  }
}

const distinct = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b)
