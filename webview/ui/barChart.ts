import { BarController, BarElement, CategoryScale, Chart, LinearScale } from 'chart.js'
import { withAlpha } from './colors.ts'
import type { ThemeColors } from './theme.ts'

Chart.register(BarController, BarElement, CategoryScale, LinearScale)

export interface Bar {
  readonly label: string
  readonly value: number
  readonly color: string
}

/** A few bars, one below the other; their labels carry the values. */
export class BarChart {
  private readonly chart: Chart<'bar', number[], string>
  private drawn = ''

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.chart = new Chart(canvas, {
      type: 'bar',
      data: { labels: [], datasets: [] },
      options: { animation: false },
    })
  }

  draw(bars: readonly Bar[], low: number, high: number, theme: ThemeColors): void {
    const signature = JSON.stringify([bars, low, high, theme])
    if (signature === this.drawn) return
    this.drawn = signature
    const font = { family: getComputedStyle(document.body).fontFamily, size: 12 }
    this.chart.data = {
      labels: bars.map(({ label }) => label),
      datasets: [
        {
          data: bars.map(({ value }) => value),
          backgroundColor: bars.map(({ color }) => color),
          barThickness: 14,
          borderWidth: 0,
        },
      ],
    }
    this.chart.options = {
      indexAxis: 'y',
      animation: false,
      maintainAspectRatio: false,
      responsive: true,
      events: [],
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
      scales: {
        x: {
          min: low,
          max: high,
          grid: { color: withAlpha(theme.foreground, 0.08), drawTicks: false },
          border: { display: false },
          ticks: { color: theme.muted, font: { ...font, size: 11 }, maxTicksLimit: 6, padding: 4 },
        },
        y: {
          grid: { display: false },
          border: { display: false },
          ticks: { color: theme.foreground, font, autoSkip: false },
          // Half the width at most is chart.js' own rule, which cuts names off in a narrow column.
          afterFit: (scale) => {
            scale.ctx.font = `${font.size}px ${font.family}`
            const widths = bars.map(({ label }) => scale.ctx.measureText(label).width)
            scale.width = Math.max(scale.width, Math.ceil(Math.max(0, ...widths)) + 12)
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

/** A canvas on the theme's ground, as bytes of a PNG in base64. */
export const pngOf = (canvas: HTMLCanvasElement, background: string): string => {
  const picture = document.createElement('canvas')
  picture.width = canvas.width
  picture.height = canvas.height
  const context = picture.getContext('2d')
  if (context) {
    context.fillStyle = background
    context.fillRect(0, 0, picture.width, picture.height)
    context.drawImage(canvas, 0, 0)
  }
  return picture.toDataURL('image/png').split(',')[1] ?? ''
}
