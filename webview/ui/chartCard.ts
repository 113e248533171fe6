import { button } from './controls.ts'
import { element, setAttribute, setHidden, setText } from './dom.ts'
import { type ChartOptions, LineChart, type Series } from './lineChart.ts'
import type { ThemeColors } from './theme.ts'

export interface ChartCardOptions {
  readonly title: string
  readonly testId: string
  readonly extra?: HTMLElement
  readonly wide?: boolean
}

const mostRows = 200

/** A chart with its title, and the same numbers as a table for who would rather read them. */
export class ChartCard {
  readonly root: HTMLElement
  private readonly subtitle = element('span', { class: 'subtitle' })
  private readonly empty = element('p', { class: 'chart-empty' })
  private readonly canvas: HTMLCanvasElement
  private readonly plot: HTMLElement
  private readonly table = element('div', { class: 'chart-table', tabindex: '0', role: 'region' })
  private readonly toggle: HTMLElement
  private readonly title: HTMLElement
  private chart: LineChart | undefined
  private asTable = false
  private shown: { series: readonly Series[]; options: ChartOptions } | undefined

  constructor(options: ChartCardOptions) {
    this.title = element('h2', {}, options.title)
    this.canvas = element('canvas', { testId: options.testId, role: 'img' })
    this.plot = element('div', { class: 'plot' }, this.canvas, this.empty)
    this.toggle = button({ label: 'Show as table', kind: 'quiet', onClick: () => this.flip() })
    setHidden(this.table, true)
    this.root = element(
      'section',
      { class: options.wide ? 'card wide' : 'card' },
      element(
        'div',
        { class: 'card-head' },
        element('div', { class: 'card-title' }, this.title, this.subtitle),
        this.toggle,
      ),
      this.plot,
      this.table,
      ...(options.extra ? [options.extra] : []),
    )
  }

  update(
    title: string,
    subtitle: string,
    series: readonly Series[],
    options: ChartOptions & { readonly emptyText: string; readonly points: number },
    theme: ThemeColors,
  ): void {
    this.shown = { series, options }
    setText(this.title, title)
    setText(this.subtitle, subtitle)
    setAttribute(this.canvas, 'aria-label', `${title}, ${subtitle}. ${summaryOf(series, options)}`)
    setAttribute(this.canvas, 'data-points', String(options.points))
    setAttribute(this.table, 'aria-label', `${title} as a table`)
    setAttribute(
      this.toggle,
      'aria-label',
      `${title}: ${this.asTable ? 'show as chart' : 'show as table'}`,
    )
    const hasPoints = series.some(({ points }) => points.length > 0)
    setText(this.empty, hasPoints ? '' : options.emptyText)
    setHidden(this.empty, hasPoints)
    this.canvas.classList.toggle('blank', !hasPoints)
    if (this.asTable) {
      this.fillTable()
      return
    }
    this.chart ??= new LineChart(this.canvas)
    this.chart.draw(series, options, theme)
  }

  private flip(): void {
    this.asTable = !this.asTable
    setText(this.toggle, this.asTable ? 'Show as chart' : 'Show as table')
    setHidden(this.plot, this.asTable)
    setHidden(this.table, !this.asTable)
    if (this.asTable) this.fillTable()
    this.root.dispatchEvent(new Event('redraw', { bubbles: true }))
  }

  private fillTable(): void {
    if (!this.shown) return
    const { series, options } = this.shown
    const columns = series.filter(({ faint }) => !faint)
    const rows = new Map<number, (string | undefined)[]>()
    for (const [at, { points }] of columns.entries()) {
      for (const { x, y } of points) {
        const row = rows.get(x) ?? []
        row[at] = options.formatValue(y)
        rows.set(x, row)
      }
    }
    const steps = [...rows.keys()].sort((a, b) => a - b)
    const every = Math.max(1, Math.ceil(steps.length / mostRows))
    const picked = steps.filter((_, at) => at % every === 0 || at === steps.length - 1)
    const head = ['step', ...columns.map(({ name }) => name)]
    this.table.replaceChildren(
      element(
        'table',
        {},
        element(
          'thead',
          {},
          element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text))),
        ),
        element(
          'tbody',
          {},
          ...picked.map((step) =>
            element(
              'tr',
              {},
              element('th', { scope: 'row' }, step.toLocaleString('en-US')),
              ...columns.map((_, at) => element('td', {}, rows.get(step)?.[at] ?? '')),
            ),
          ),
        ),
      ),
    )
  }
}

const summaryOf = (series: readonly Series[], { formatValue }: ChartOptions): string => {
  const main = series.find(({ faint }) => !faint)
  const first = main?.points[0]
  const last = main?.points.at(-1)
  if (!first || !last) return 'No points yet.'
  return `From ${formatValue(first.y)} to ${formatValue(last.y)} at step ${last.x}.`
}
