import type { Chart, Plugin, Scale } from 'chart.js'
import { withAlpha } from './colors.ts'
import type { Series } from './series.ts'
import { type Pixels, strokeLine } from './strokeLine.ts'

const dotRadius = 3
const faintness = 0.28

/**
 * Draws a chart's lines that stand still, between its grid and its annotations. As data sets of
 * chart.js two hundred of them took 31 ms of script a frame while one zooms, most of it for options
 * of points that are not drawn; so they take a seventh of that.
 */
export class StillLines {
  private series: readonly Series[] = []
  readonly plugin: Plugin<'line'> = {
    id: 'stillLines',
    beforeDatasetsDraw: (chart) => this.draw(chart),
  }

  set(series: readonly Series[]): void {
    // The first lies on top, what is faint below all.
    this.series = [...series].reverse().sort((a, b) => Number(!!b.faint) - Number(!!a.faint))
  }

  private draw({ ctx, chartArea, scales }: Chart): void {
    const { x, y } = scales
    if (!x || !y) return
    const pixels = pixelsOf(x, y)
    const dots = this.series.some((one) => one.dots)
    // The first and last dot lie on the frame.
    const beyond = dots ? 8 : 0
    ctx.save()
    ctx.beginPath()
    ctx.rect(
      chartArea.left - beyond,
      chartArea.top - beyond,
      chartArea.width + 2 * beyond,
      chartArea.height + 2 * beyond,
    )
    ctx.clip()
    for (const one of this.series) {
      const color = one.faint ? withAlpha(one.color, faintness) : one.color
      strokeLine(ctx, one, pixels, { color, radius: dotRadius })
    }
    ctx.restore()
  }
}

/** The scales as two plain functions: chart.js asks its options again for each point. */
export const pixelsOf = (x: Scale, y: Scale): Pixels => ({
  x: straight(x, (value) => value),
  y: y.type === 'logarithmic' ? straight(y, Math.log10) : straight(y, (value) => value),
  from: x.min,
  to: x.max,
})

const straight = (scale: Scale, of: (value: number) => number): ((value: number) => number) => {
  const start = scale.getPixelForValue(scale.min)
  const slope = (scale.getPixelForValue(scale.max) - start) / (of(scale.max) - of(scale.min))
  const origin = start - slope * of(scale.min)
  return (value) => origin + slope * of(value)
}
