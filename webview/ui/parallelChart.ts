import { CategoryScale, Chart, registry } from 'chart.js'
import { LinearAxis, LineSegment, ParallelCoordinatesController, PCPScale } from 'chartjs-chart-pcp'
import { pngOf } from './barChart.ts'
import { withAlpha } from './colors.ts'
import type { ThemeColors } from './theme.ts'

Chart.register(ParallelCoordinatesController, PCPScale, CategoryScale)
// Its axes are scales by class and elements by use.
registry.addElements(LinearAxis, LineSegment)

/** One upright axis, with what is written on it. */
export interface ParallelAxis {
  readonly name: string
  readonly labels: readonly { readonly at: number; readonly label: string }[]
}

export interface ParallelLine {
  readonly id: string
  /** One for each axis. */
  readonly values: readonly number[]
  readonly color: string
  readonly width: number
  readonly faded: boolean
}

/** Lines across upright axes, one line a cell. */
export class ParallelChart {
  private readonly chart: Chart<'pcp', number[], string>
  private drawn = ''
  private writeLabels: (chart: Chart) => void = () => undefined

  /** `onResize` is told when the axes have moved because the canvas has another size. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly onResize: () => void,
  ) {
    this.chart = new Chart<'pcp', number[], string>(canvas, {
      type: 'pcp',
      data: { labels: [], datasets: [] },
      options: { animation: false } as never,
      plugins: [
        { id: 'labels', afterDatasetsDraw: (chart) => this.writeLabels(chart as unknown as Chart) },
        // The layout follows the new size only after its own `resize` event.
        { id: 'places', resize: () => queueMicrotask(() => this.onResize()) },
      ],
    })
  }

  draw(axes: readonly ParallelAxis[], lines: readonly ParallelLine[], theme: ThemeColors): void {
    const signature = JSON.stringify([axes, lines, theme])
    if (signature === this.drawn) return
    this.drawn = signature
    const font = { family: getComputedStyle(document.body).fontFamily, size: 11 }
    const colors = lines.map(({ color, faded }) => withAlpha(color, faded ? 0.08 : 0.85))
    this.chart.data = {
      labels: lines.map(({ id }) => id),
      datasets: axes.map((axis, at) => ({
        label: axis.name,
        data: lines.map(({ values }) => values[at] ?? Number.NaN),
        borderColor: colors,
        borderWidth: lines.map(({ width }) => width),
        tension: 0,
        // From the least to the greatest value, not to the next round ones.
        bounds: 'data',
        border: { color: withAlpha(theme.foreground, 0.4) },
        grid: { display: false },
        // Written over the lines, which the axis itself would be under.
        ticks: { display: false },
      })) as never,
    }
    this.writeLabels = (chart) => writeLabels(chart, axes, theme, font)
    this.chart.options = {
      animation: false,
      maintainAspectRatio: false,
      responsive: true,
      events: [],
      layout: { padding: { left: 52, right: 52, top: 10 } },
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
      scales: {
        x: {
          type: 'pcp',
          // The outer axes at the edges: what is written beside them has its room in the padding.
          offset: false,
          grid: { display: false },
          border: { display: false },
          ticks: { color: theme.muted, font: { ...font, size: 12 } },
        },
      },
    } as never
    this.chart.update('none')
  }

  /** Where the axes stand, in pixels of the canvas, and the values at their ends. */
  geometry():
    | { readonly top: number; readonly bottom: number; readonly axes: readonly AxisPlace[] }
    | undefined {
    const { top, bottom } = this.chart.chartArea ?? { top: 0, bottom: 0 }
    return bottom > top
      ? { top, bottom, axes: placesOf(this.chart as unknown as Chart) }
      : undefined
  }

  png(background: string): string {
    return pngOf(this.canvas, background)
  }
}

interface AxisPlace {
  readonly x: number
  readonly low: number
  readonly high: number
}

const placesOf = (chart: Chart): AxisPlace[] => {
  const { x } = chart.scales
  return chart.data.datasets.map((_, at) => {
    const scale = chart.getDatasetMeta(at).dataset as unknown as Partial<AxisRange>
    return { x: x?.getPixelForValue(at) ?? 0, low: scale.min ?? 0, high: scale.max ?? 1 }
  })
}

interface AxisRange {
  readonly min: number
  readonly max: number
}

/** Beside what is brushed. */
const labelGap = 16

const writeLabels = (
  chart: Chart,
  axes: readonly ParallelAxis[],
  theme: ThemeColors,
  font: { readonly family: string; readonly size: number },
): void => {
  const { ctx, chartArea } = chart
  ctx.save()
  ctx.font = `${font.size}px ${font.family}`
  ctx.textBaseline = 'middle'
  ctx.lineJoin = 'round'
  ctx.lineWidth = 7
  for (const [at, { x, low, high }] of placesOf(chart).entries()) {
    for (const { at: value, label } of axes[at]?.labels ?? []) {
      const place =
        chartArea.bottom - ((value - low) / (high - low || 1)) * (chartArea.bottom - chartArea.top)
      // Lines of one value lie a little apart, so that the value itself may be past the axis' end.
      const y = Math.max(chartArea.top + 4, Math.min(chartArea.bottom - 2, place))
      const width = ctx.measureText(label).width
      const left = at === 0 ? x - width - labelGap : x + labelGap
      // Lines that cross a label stop short of it.
      ctx.strokeStyle = theme.background
      ctx.strokeText(label, left, y)
      ctx.fillStyle = theme.foreground
      ctx.fillText(label, left, y)
    }
  }
  ctx.restore()
}
