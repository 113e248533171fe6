import { withAlpha } from './colors.ts'
import { type Series, valueAt } from './series.ts'
import { type Pixels, strokeLine } from './strokeLine.ts'
import type { ThemeColors } from './theme.ts'

interface Area {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

interface Scale extends Pixels {
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
    for (const one of series) if (one.front) strokeLine(context, one, scale)
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
          strokeLine(context, one, scale, { color: withAlpha(one.color, faintness) })
        }
      }
      for (const one of lit) {
        strokeLine(context, one, scale, { width: Math.max(2.5, one.width) })
      }
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
