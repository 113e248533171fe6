import { Chart, LinearScale, LineController, LogarithmicScale } from 'chart.js'
import annotation from 'chartjs-plugin-annotation'
import zoom from 'chartjs-plugin-zoom'
import { withAlpha } from './colors.ts'
import { FrontLayer } from './frontLayer.ts'
import { extentOfAll, nearestSeries, type Series } from './series.ts'
import { pixelsOf, StillLines } from './stillLines.ts'
import type { ThemeColors } from './theme.ts'

Chart.register(LineController, LinearScale, LogarithmicScale, annotation, zoom)

export interface Range {
  readonly min: number
  readonly max: number
}

export interface ChartOptions {
  readonly formatValue: (value: number) => string
  /** For the axis, whose round values need fewer digits; left out, as `formatValue`. */
  readonly formatTick?: (value: number) => string
  readonly formatX: (value: number) => string
  readonly endOfX: number
  /** The part of x that is shown; left out, all of it. */
  readonly zoom: Range | undefined
  readonly logarithmic?: boolean
  /** A level line, such as what a guess would score. */
  readonly level?: { readonly value: number; readonly label: string } | undefined
}

export interface ChartEvents {
  /** Undefined where the mouse is near no line. */
  readonly onHover: (id: string | undefined) => void
  readonly onZoom: (range: Range | undefined) => void
}

const reachPixels = 28

/**
 * A line chart by chart.js, and over it a layer for what changes often (see FrontLayer): two hundred
 * lines are drawn once, and neither a new point nor the mouse draws them again.
 */
export class LineChart {
  private readonly chart: Chart<'line'>
  private readonly still = new StillLines()
  private readonly front: FrontLayer
  private series: readonly Series[] = []
  private options: ChartOptions | undefined
  private drawn = ''
  private hovered: ReadonlySet<string> = new Set()
  private beside: readonly Series[] = []

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly events: ChartEvents,
  ) {
    this.chart = new Chart(canvas, {
      type: 'line',
      data: { datasets: [] },
      options: { animation: false },
      plugins: [this.still.plugin],
    })
    this.front = new FrontLayer(canvas)
    canvas.addEventListener('mousemove', (event) => this.point(event))
    canvas.addEventListener('mouseleave', () => this.events.onHover(undefined))
    canvas.addEventListener('dblclick', () => this.events.onZoom(undefined))
  }

  draw(series: readonly Series[], options: ChartOptions, theme: ThemeColors): void {
    this.series = series
    this.options = options
    const behind = series.filter(({ front }) => !front)
    const scales = scalesOf(series, options)
    const signature = JSON.stringify([
      scales,
      theme,
      options.level,
      behind.map(({ id, x, color, dash, width, faint }) => [
        id,
        x.length,
        x[0],
        x.at(-1),
        color,
        dash,
        width,
        faint,
      ]),
      behind.map(({ y }) => [y[y.length >> 1], y.at(-1)]),
    ])
    if (signature !== this.drawn) {
      this.drawn = signature
      this.still.set(behind)
      this.chart.options = chartOptions(options, scales, theme, {
        zoom: (range) => this.events.onZoom(range),
        move: () => this.paintFront(),
        // The canvas has its new size with the next picture.
        resize: () => requestAnimationFrame(() => this.paintFront()),
      }) as Chart<'line'>['options']
      this.chart.update('none')
    }
    this.front.setTheme(theme)
    this.paintFront()
  }

  /** `beside`: what is drawn faintly only while these are in front, such as each step's loss. */
  highlight(ids: ReadonlySet<string>, beside: readonly Series[] = []): void {
    this.hovered = ids
    this.beside = beside
    this.paintFront()
  }

  /** Both layers on the theme's ground, as bytes of a PNG in base64. */
  png(background: string): string {
    const picture = document.createElement('canvas')
    picture.width = this.canvas.width
    picture.height = this.canvas.height
    const context = picture.getContext('2d')
    if (context) {
      context.fillStyle = background
      context.fillRect(0, 0, picture.width, picture.height)
      context.drawImage(this.canvas, 0, 0)
      this.front.drawOn(context)
    }
    return picture.toDataURL('image/png').split(',')[1] ?? ''
  }

  zoomBy(factor: number): void {
    const { min, max } = this.chart.scales.x ?? { min: 0, max: 1 }
    const middle = (min + max) / 2
    const half = (max - min) / 2 / factor
    const end = this.options?.endOfX ?? max
    const range = { min: Math.max(0, middle - half), max: Math.min(end, middle + half) }
    this.events.onZoom(range.min <= 0 && range.max >= end ? undefined : range)
  }

  /** A third of what is seen, towards the start or the end; all of it has nowhere to go. */
  panBy(direction: -1 | 1): void {
    const { min, max } = this.chart.scales.x ?? { min: 0, max: 1 }
    const end = this.options?.endOfX ?? max
    const way = (direction * (max - min)) / 3
    const by = Math.max(-min, Math.min(end - max, way))
    if (by !== 0) this.events.onZoom({ min: min + by, max: max + by })
  }

  private paintFront(): void {
    const { x, y } = this.chart.scales
    if (!x || !y || !this.options) return
    this.front.paint([...this.series, ...this.beside], this.hovered, this.chart.chartArea, {
      ...pixelsOf(x, y),
      describe: (value) => this.options?.formatValue(value) ?? '',
      describeX: (value) => this.options?.formatX(value) ?? '',
    })
  }

  private point(event: MouseEvent): void {
    const { x, y } = this.chart.scales
    if (!x || !y) return
    const place = x.getValueForPixel(event.offsetX) ?? 0
    const found = nearestSeries(
      this.series,
      place,
      event.offsetY,
      (value) => y.getPixelForValue(value),
      reachPixels,
    )
    this.front.pointAt(found === undefined ? undefined : place)
    this.events.onHover(found?.id)
  }
}

interface Scales {
  readonly x: Range
  readonly y: Range
  readonly logarithmic: boolean
}

/** From all lines, so that what grows in front keeps the frame that was drawn for it. */
const scalesOf = (series: readonly Series[], options: ChartOptions): Scales => {
  const { zoom: range, endOfX } = options
  const extent = extentOfAll(series.map(({ y }) => y))
  const { low, high } = extent ?? { low: 0, high: 1 }
  const logarithmic = options.logarithmic === true && low > 0
  const space = (high - low || Math.abs(high) || 1) * 0.04
  return {
    x: range ?? { min: 0, max: Math.max(endOfX, 1e-9) },
    y: logarithmic
      ? {
          min: 10 ** round(Math.log10(low), 0.1, Math.floor),
          max: 10 ** round(Math.log10(high), 0.1, Math.ceil),
        }
      : {
          min: round(low >= 0 ? Math.max(0, low - space) : low - space, space, Math.floor),
          max: round(high + space, space, Math.ceil),
        },
    logarithmic,
  }
}

/** In coarse steps of two figures: a point just outside must not move the axis each time. */
const round = (value: number, step: number, way: (value: number) => number): number => {
  const coarse = 10 ** Math.ceil(Math.log10(step))
  return Number((way(value / coarse) * coarse).toPrecision(12))
}

const chartOptions = (
  options: ChartOptions,
  scales: Scales,
  theme: ThemeColors,
  on: {
    readonly zoom: (range: Range) => void
    /** In the middle of zooming or panning. */
    readonly move: () => void
    readonly resize: () => void
  },
) => {
  const font = { family: getComputedStyle(document.body).fontFamily, size: 11 }
  const ticks = { color: theme.muted, font, maxRotation: 0, padding: 6 }
  const formatTick = options.formatTick ?? options.formatValue
  const finished = ({ chart }: { chart: Chart }) => {
    const { min, max } = chart.scales.x ?? scales.x
    on.zoom({ min, max })
  }
  return {
    animation: false as const,
    maintainAspectRatio: false,
    responsive: true,
    onResize: on.resize,
    events: [],
    layout: { padding: { top: 4, right: 8 } },
    scales: {
      x: {
        type: 'linear' as const,
        ...scales.x,
        grid: { display: false },
        border: { color: withAlpha(theme.foreground, 0.3) },
        ticks: {
          ...ticks,
          maxTicksLimit: 7,
          callback: (value: string | number) => options.formatX(Number(value)),
        },
      },
      y: {
        type: scales.logarithmic ? ('logarithmic' as const) : ('linear' as const),
        ...scales.y,
        grid: { color: withAlpha(theme.foreground, 0.1), drawTicks: false },
        border: { display: false },
        ticks: {
          ...ticks,
          maxTicksLimit: 8,
          includeBounds: false,
          callback: (value: string | number) => formatTick(Number(value)),
        },
      },
    },
    plugins: {
      legend: { display: false },
      tooltip: { enabled: false },
      annotation: {
        annotations: options.level ? { level: levelLine(options.level, theme, font) } : {},
      },
      zoom: {
        limits: { x: { min: 0, max: options.endOfX } },
        pan: {
          enabled: true,
          mode: 'x' as const,
          modifierKey: 'shift' as const,
          onPan: on.move,
          onPanComplete: finished,
        },
        zoom: {
          mode: 'x' as const,
          // A plain wheel scrolls the page.
          wheel: { enabled: true, modifierKey: 'ctrl' as const },
          pinch: { enabled: true },
          drag: {
            enabled: true,
            threshold: 8,
            backgroundColor: withAlpha(theme.foreground, 0.12),
            borderColor: withAlpha(theme.foreground, 0.4),
            borderWidth: 1,
          },
          onZoom: on.move,
          onZoomComplete: finished,
        },
      },
    },
  }
}

const levelLine = (
  { value, label }: { readonly value: number; readonly label: string },
  theme: ThemeColors,
  font: { readonly family: string; readonly size: number },
) => ({
  type: 'line' as const,
  yMin: value,
  yMax: value,
  borderColor: withAlpha(theme.foreground, 0.45),
  borderWidth: 1,
  borderDash: [2, 3],
  label: {
    display: true,
    content: label,
    position: 'end' as const,
    backgroundColor: withAlpha(theme.background, 0.85),
    color: theme.muted,
    font,
    padding: 2,
    yAdjust: -9,
  },
})
