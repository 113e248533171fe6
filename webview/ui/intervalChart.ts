import { Chart, LinearScale, PointElement } from 'chart.js'
import { PointWithErrorBar, ScatterWithErrorBarsController } from 'chartjs-chart-error-bars'
import annotation from 'chartjs-plugin-annotation'
import { pngOf } from './barChart.ts'
import { withAlpha } from './colors.ts'
import type { Marker } from './series.ts'
import type { ThemeColors } from './theme.ts'

Chart.register(
  ScatterWithErrorBarsController,
  PointWithErrorBar,
  LinearScale,
  PointElement,
  annotation,
)

const leastSpan = 0.004

/** One line of the chart: a value with its interval. */
export interface Interval {
  readonly label: string
  readonly value: number
  readonly low: number
  readonly high: number
  readonly color: string
  readonly marker: Marker
  /** A gap above it: another group begins. */
  readonly first?: boolean
}

/** Values with intervals, one below the other, along one axis. */
export class IntervalChart {
  private readonly chart: Chart
  private drawn = ''

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.chart = new Chart(canvas, {
      type: 'scatterWithErrorBars',
      data: { datasets: [] },
      options: { animation: false },
    })
  }

  draw(
    intervals: readonly Interval[],
    middle: number | undefined,
    format: (value: number) => string,
    theme: ThemeColors,
  ): void {
    const signature = JSON.stringify([intervals, middle, theme])
    if (signature === this.drawn) return
    this.drawn = signature
    const places = placesOf(intervals)
    const labels = new Map(intervals.map(({ label }, at) => [places[at], label]))
    this.chart.data.datasets = intervals.map((one, at) => ({
      data: [{ x: one.value, y: places[at] ?? 0, xMin: one.low, xMax: one.high }],
      backgroundColor: one.color,
      borderColor: one.color,
      pointStyle: one.marker,
      pointRadius: 5,
      errorBarColor: one.color,
      errorBarWhiskerColor: one.color,
      errorBarLineWidth: 2,
      errorBarWhiskerLineWidth: 2,
      errorBarWhiskerSize: 8,
    })) as never
    const font = { family: getComputedStyle(document.body).fontFamily, size: 11 }
    this.chart.options = {
      animation: false,
      maintainAspectRatio: false,
      responsive: true,
      events: [],
      plugins: {
        legend: { display: false },
        tooltip: { enabled: false },
        annotation: {
          annotations: middle === undefined ? {} : { middle: middleLine(middle, theme) },
        },
      },
      scales: {
        x: {
          type: 'linear',
          ...boundsOf(intervals),
          grid: { color: withAlpha(theme.foreground, 0.08), drawTicks: false },
          border: { display: false },
          ticks: {
            color: theme.muted,
            font,
            padding: 6,
            maxTicksLimit: 6,
            includeBounds: false,
            maxRotation: 0,
            callback: (value) => format(Number(value)),
          },
        },
        y: {
          type: 'linear',
          reverse: true,
          min: -0.6,
          max: (places.at(-1) ?? 0) + 0.6,
          grid: { display: false },
          border: { display: false },
          afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
            axis.ticks = places.map((value) => ({ value }))
          },
          ticks: {
            autoSkip: false,
            color: theme.foreground,
            font,
            padding: 8,
            callback: (value) => labels.get(Number(value)) ?? '',
          },
        },
      },
    }
    this.chart.update('none')
  }

  png(background: string): string {
    return pngOf(this.canvas, background)
  }
}

const placesOf = (intervals: readonly Interval[]): number[] => {
  let place = -1
  return intervals.map(({ first }, at) => {
    place += at > 0 && first ? 1.6 : 1
    return place
  })
}

const boundsOf = (intervals: readonly Interval[]): { min: number; max: number } => {
  const low = Math.min(...intervals.map((one) => one.low))
  const high = Math.max(...intervals.map((one) => one.high))
  // What is all alike is not blown up until it looks different.
  const span = Math.max(high - low, leastSpan)
  const middle = (low + high) / 2
  return { min: middle - 0.56 * span, max: middle + 0.56 * span }
}

const middleLine = (value: number, theme: ThemeColors) => ({
  type: 'line' as const,
  xMin: value,
  xMax: value,
  borderColor: withAlpha(theme.foreground, 0.4),
  borderWidth: 1,
  borderDash: [2, 3],
})
