import { withAlpha } from './colors.ts'
import { type Marker, type Series, valueAt } from './series.ts'
import type { ThemeColors } from './theme.ts'

interface Area {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

interface Scale {
  readonly x: (value: number) => number
  readonly y: (value: number) => number
  readonly describe: (value: number) => string
  readonly describeX: (value: number) => string
}

/** How much of the other lines a veil takes away while some are in front. */
const veil = 0.72
/** Of what is drawn beside the lines that are in front. */
const faintness = 0.4

/**
 * A canvas over a chart's, for the few lines that change: those that still grow, the best, and those
 * the mouse is on, before a veil over all the others. It costs as much as the lines on it, however
 * many lie below.
 */
export class FrontLayer {
  private readonly canvas = document.createElement('canvas')
  private readonly tip = document.createElement('div')
  private theme: ThemeColors | undefined
  private place: number | undefined

  constructor(private readonly below: HTMLCanvasElement) {
    this.canvas.className = 'front'
    this.canvas.setAttribute('aria-hidden', 'true')
    this.tip.className = 'tip'
    this.tip.hidden = true
    below.after(this.canvas, this.tip)
  }

  setTheme(theme: ThemeColors): void {
    this.theme = theme
  }

  /** Where on x the mouse is; undefined where it is on no line. */
  pointAt(x: number | undefined): void {
    this.place = x
  }

  drawOn(context: CanvasRenderingContext2D): void {
    context.drawImage(this.canvas, 0, 0)
  }

  paint(
    series: readonly Series[],
    hovered: ReadonlySet<string>,
    area: Area | undefined,
    scale: Scale,
  ): void {
    const context = this.prepare()
    this.tip.hidden = true
    if (!context || !this.theme || !area) return
    const lit = series.filter(({ id, faint }) => hovered.has(id) && !faint)
    context.save()
    context.beginPath()
    context.rect(
      area.left - 6,
      area.top - 6,
      area.right - area.left + 12,
      area.bottom - area.top + 9,
    )
    context.clip()
    for (const one of series) if (one.front) strokeLine(context, one, scale, one.width)
    if (lit.length > 0) {
      context.fillStyle = withAlpha(this.theme.background, veil)
      context.fillRect(
        area.left + 1,
        area.top - 6,
        area.right - area.left + 5,
        area.bottom - area.top + 5,
      )
      for (const one of series) {
        if (one.faint && one.front === undefined && hovered.has(one.id)) {
          strokeLine(context, { ...one, color: withAlpha(one.color, faintness) }, scale, one.width)
        }
      }
      for (const one of lit) strokeLine(context, one, scale, Math.max(2.5, one.width))
    }
    context.restore()
    const [only] = lit
    if (lit.length === 1 && only && this.place !== undefined)
      this.label(context, only, this.place, area, scale)
  }

  private prepare(): CanvasRenderingContext2D | null {
    const { width, height } = this.below
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width
      this.canvas.height = height
    }
    this.canvas.style.width = this.below.style.width
    this.canvas.style.height = this.below.style.height
    const context = this.canvas.getContext('2d')
    if (!context) return null
    const ratio = width / Math.max(1, this.below.clientWidth)
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, width, height)
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    return context
  }

  private label(
    context: CanvasRenderingContext2D,
    one: Series,
    place: number,
    area: Area,
    scale: Scale,
  ): void {
    const value = valueAt(one, place)
    if (value === undefined) return
    const x = scale.x(place)
    const y = scale.y(value)
    context.fillStyle = one.color
    context.beginPath()
    context.arc(x, y, 4, 0, 2 * Math.PI)
    context.fill()
    this.tip.textContent = `${one.name}\n${scale.describe(value)} at ${scale.describeX(place)}`
    this.tip.hidden = false
    const { offsetWidth, offsetHeight } = this.tip
    const left = x + 12 + offsetWidth > area.right ? x - 12 - offsetWidth : x + 12
    this.tip.style.left = `${Math.max(0, left)}px`
    this.tip.style.top = `${Math.max(0, Math.min(area.bottom - offsetHeight, y - offsetHeight - 8))}px`
  }
}

const strokeLine = (
  context: CanvasRenderingContext2D,
  one: Series,
  scale: Scale,
  width: number,
): void => {
  context.strokeStyle = one.color
  context.fillStyle = one.color
  context.lineWidth = width
  context.lineJoin = 'round'
  context.setLineDash([...one.dash])
  context.beginPath()
  for (let at = 0; at < one.x.length; at++) {
    const x = scale.x(one.x[at] ?? 0)
    const y = scale.y(one.y[at] ?? Number.NaN)
    if (Number.isNaN(y)) continue
    context.lineTo(x, y)
  }
  context.stroke()
  context.setLineDash([])
  if (!one.dots) return
  for (let at = 0; at < one.x.length; at++) {
    drawMarker(context, one.marker, scale.x(one.x[at] ?? 0), scale.y(one.y[at] ?? 0), 4)
  }
}

const corners: Partial<Record<Marker, readonly (readonly [number, number])[]>> = {
  triangle: [
    [0, -1],
    [0.87, 0.5],
    [-0.87, 0.5],
  ],
  rect: [
    [-0.8, -0.8],
    [0.8, -0.8],
    [0.8, 0.8],
    [-0.8, 0.8],
  ],
  rectRot: [
    [0, -1],
    [1, 0],
    [0, 1],
    [-1, 0],
  ],
}

/** Markers of lines through their middle: half of each. */
const strokes: Partial<Record<Marker, readonly (readonly [number, number])[]>> = {
  cross: [
    [1, 0],
    [0, 1],
  ],
  star: [
    [1, 0],
    [0, 1],
    [0.71, 0.71],
    [0.71, -0.71],
  ],
}

/** As chart.js draws them below. */
const drawMarker = (
  context: CanvasRenderingContext2D,
  marker: Marker,
  x: number,
  y: number,
  radius: number,
): void => {
  context.beginPath()
  const lines = strokes[marker]
  if (lines) {
    for (const [dx, dy] of lines) {
      context.moveTo(x - dx * radius, y - dy * radius)
      context.lineTo(x + dx * radius, y + dy * radius)
    }
    context.lineWidth = 2
    context.stroke()
    return
  }
  const shape = corners[marker]
  if (shape) for (const [dx, dy] of shape) context.lineTo(x + dx * radius, y + dy * radius)
  else context.arc(x, y, radius, 0, 2 * Math.PI)
  context.closePath()
  context.fill()
}
