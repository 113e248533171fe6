import {
  Chart,
  type ChartConfiguration,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js'
import type { ThemeColors } from './theme.ts'

Chart.register(LineController, LineElement, PointElement, LinearScale, Tooltip)

export interface Series {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
  readonly color: string
  readonly width: number
  readonly dash?: readonly number[]
  readonly faint?: boolean
  readonly onTop?: boolean
  /** Few points, each a measurement: drawn as dots on the line. */
  readonly dots?: boolean
}

export interface ChartOptions {
  readonly formatValue: (value: number) => string
  /** For the axis, whose round values need fewer digits; left out, as `formatValue`. */
  readonly formatTick?: (value: number) => string
  readonly endOfX: number
}

/** A line chart by step; the one place that knows chart.js. */
export class LineChart {
  private readonly chart: Chart<'line', Series['points'][number][]>

  constructor(canvas: HTMLCanvasElement) {
    this.chart = new Chart(canvas, baseConfiguration())
  }

  draw(series: readonly Series[], options: ChartOptions, theme: ThemeColors): void {
    this.chart.data.datasets = series.map((one) => ({
      label: one.name,
      // chart.js only reads them.
      data: one.points as { x: number; y: number }[],
      borderColor: one.faint ? withAlpha(one.color, 0.28) : one.color,
      backgroundColor: one.color,
      borderWidth: one.width,
      borderDash: [...(one.dash ?? [])],
      borderJoinStyle: 'round' as const,
      pointRadius: one.dots ? 3 : 0,
      pointHoverRadius: one.faint ? 0 : 4,
      pointHitRadius: 6,
      // The first and last dot lie on the frame.
      clip: (one.dots ? 8 : 0) as number,
      order: one.onTop ? -1 : one.faint ? 1 : 0,
      tension: 0,
    }))
    this.chart.options = chartOptions(options, theme, series) as Chart<'line'>['options']
    this.chart.update('none')
  }
}

const baseConfiguration = (): ChartConfiguration<'line', { x: number; y: number }[]> => ({
  type: 'line',
  data: { datasets: [] },
  options: { animation: false },
})

const chartOptions = (
  { formatValue, formatTick = formatValue, endOfX }: ChartOptions,
  theme: ThemeColors,
  series: readonly Series[],
) => {
  const font = { family: getComputedStyle(document.body).fontFamily, size: 11 }
  const ticks = { color: theme.muted, font, maxRotation: 0 }
  const grid = { color: withAlpha(theme.foreground, 0.1), drawTicks: false }
  return {
    animation: false as const,
    parsing: false as const,
    normalized: true,
    maintainAspectRatio: false,
    responsive: true,
    interaction: { mode: 'nearest' as const, axis: 'x' as const, intersect: false },
    layout: { padding: { top: 4, right: 8 } },
    scales: {
      x: {
        type: 'linear' as const,
        min: 0,
        max: Math.max(endOfX, 1),
        grid: { ...grid, display: false },
        border: { color: withAlpha(theme.foreground, 0.3) },
        ticks: { ...ticks, maxTicksLimit: 7, padding: 6, precision: 0 },
      },
      y: {
        type: 'linear' as const,
        grid,
        border: { display: false },
        ticks: {
          ...ticks,
          maxTicksLimit: 6,
          padding: 6,
          callback: (value: string | number) => formatTick(Number(value)),
        },
      },
    },
    plugins: {
      tooltip: {
        backgroundColor: theme.background,
        titleColor: theme.foreground,
        bodyColor: theme.foreground,
        borderColor: theme.grid,
        borderWidth: 1,
        titleFont: font,
        bodyFont: font,
        boxWidth: 8,
        boxHeight: 8,
        filter: ({ datasetIndex }: { datasetIndex: number }) => !series[datasetIndex]?.faint,
        callbacks: {
          title: (items: { parsed: { x: number | null } }[]) => {
            const x = items[0]?.parsed.x
            return x === null || x === undefined ? '' : `step ${x.toLocaleString('en-US')}`
          },
          label: (item: { dataset: { label?: string }; parsed: { y: number | null } }) =>
            `${item.dataset.label ?? ''}: ${formatValue(item.parsed.y ?? 0)}`,
        },
      },
    },
  }
}

/** Themes give colours as hex or rgb(): the browser's own parser reads both. */
const parsed = new Map<string, string>()
export const withAlpha = (color: string, alpha: number): string => {
  const key = `${color} ${alpha}`
  const known = parsed.get(key)
  if (known) return known
  const context = document.createElement('canvas').getContext('2d')
  if (!context) return color
  context.fillStyle = color
  const solid = String(context.fillStyle)
  const mixed = solid.startsWith('#')
    ? `${solid}${Math.round(alpha * 255)
        .toString(16)
        .padStart(2, '0')}`
    : solid.replace(/, [\d.]+\)$/, `, ${alpha})`)
  parsed.set(key, mixed)
  return mixed
}
