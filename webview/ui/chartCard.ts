import { type CsvValue, toCsv } from '../../src/core/export/csv.ts'
import { CalmRows, type Rows } from './calmRows.ts'
import { element, setAttribute, setHidden, setText } from './dom.ts'
import { type Exporter, fileName } from './exporter.ts'
import { type ChartEvents, type ChartOptions, LineChart } from './lineChart.ts'
import { type MenuItem, menuButton } from './menu.ts'
import type { Series } from './series.ts'
import type { ThemeColors } from './theme.ts'

export interface ChartCardOptions {
  readonly title: string
  readonly testId: string
  /** Controls, beside the title. */
  readonly controls?: readonly HTMLElement[]
  readonly exporter: Exporter
  readonly events: ChartEvents
}

export interface ChartContent extends ChartOptions {
  readonly title: string
  readonly subtitle: string
  readonly series: readonly Series[]
  readonly xName: string
  readonly emptyText: string
  /** How many points there are, of which the lines show what fits. */
  readonly points: number
}

const mostRows = 200

/** A chart of lines with its title, and the same numbers as a table for who would rather read them. */
export class ChartCard {
  readonly root: HTMLElement
  private readonly subtitle = element('span', { class: 'subtitle' })
  private readonly empty = element('p', { class: 'chart-empty' })
  private readonly canvas: HTMLCanvasElement
  private readonly plot: HTMLElement
  private readonly table = element('div', { class: 'chart-table', tabindex: '0', role: 'region' })
  private readonly calm = new CalmRows(
    () => this.texts(),
    (rows) => this.fillTable(rows),
  )
  private readonly title: HTMLElement
  private chart: LineChart | undefined
  private asTable = false
  private inView = false
  private shown: { content: ChartContent; theme: ThemeColors } | undefined

  constructor(private readonly options: ChartCardOptions) {
    // A chart that nobody sees is not drawn; it is when it comes near.
    const observer = new IntersectionObserver(
      (entries) => {
        // The newest is the last.
        this.inView = entries.at(-1)?.isIntersecting ?? true
        if (this.inView && this.shown) this.update(this.shown.content, this.shown.theme)
      },
      { rootMargin: '150px' },
    )
    this.title = element('h2', {}, options.title)
    this.canvas = element('canvas', { testId: options.testId, role: 'img' })
    this.plot = element('div', { class: 'plot' }, this.canvas, this.empty)
    setHidden(this.table, true)
    observer.observe(this.plot)
    const menu = menuButton({
      label: '⋯',
      name: `${options.title}: more`,
      testId: `${options.testId}-menu`,
      items: () => this.menuItems(),
    })
    this.root = element(
      'section',
      { class: 'card' },
      element(
        'div',
        { class: 'card-head' },
        element('div', { class: 'card-title' }, this.title, this.subtitle),
        element('div', { class: 'card-tools' }, ...(options.controls ?? []), menu),
      ),
      this.plot,
      this.table,
    )
  }

  update(content: ChartContent, theme: ThemeColors): void {
    this.shown = { content, theme }
    const { title, subtitle, series } = content
    setText(this.title, title)
    setText(this.subtitle, subtitle)
    setAttribute(
      this.canvas,
      'aria-label',
      `${title}, ${subtitle}. ${partOf(content)}${summaryOf(content)}`,
    )
    setAttribute(this.canvas, 'data-points', String(content.points))
    setAttribute(this.canvas, 'data-lines', String(series.filter(({ faint }) => !faint).length))
    setAttribute(this.canvas, 'data-zoomed', String(content.zoom !== undefined))
    setAttribute(this.table, 'aria-label', `${title} as a table`)
    const hasPoints = series.some(({ x }) => x.length > 0)
    setText(this.empty, hasPoints ? '' : content.emptyText)
    setHidden(this.empty, hasPoints)
    this.canvas.classList.toggle('blank', !hasPoints)
    if (this.asTable) {
      this.calm.update(headOf(content))
      return
    }
    if (!this.inView || (!hasPoints && !this.chart)) return
    this.chart ??= new LineChart(this.canvas, this.options.events)
    this.chart.draw(series, content, theme)
  }

  highlight(ids: ReadonlySet<string>, beside: readonly Series[] = []): void {
    if (!this.asTable) this.chart?.highlight(ids, beside)
  }

  private menuItems(): MenuItem[] {
    const { exporter, events } = this.options
    const name = fileName(this.shown?.content.title ?? this.options.title)
    const png = () => this.chart?.png(this.shown?.theme.background ?? '#fff') ?? ''
    const pictures: MenuItem[] = [
      { label: 'Zoom in', run: () => this.chart?.zoomBy(2) },
      { label: 'Zoom out', run: () => this.chart?.zoomBy(0.5) },
      ...(this.shown?.content.zoom === undefined
        ? []
        : [
            { label: 'Earlier', run: () => this.chart?.panBy(-1) },
            { label: 'Later', run: () => this.chart?.panBy(1) },
          ]),
      { label: 'Show all', run: () => events.onZoom(undefined) },
      { label: 'Copy as PNG', run: () => exporter.copyPng(png()) },
      { label: 'Save as PNG…', run: () => exporter.savePng(name, png()) },
    ]
    return [
      { label: this.asTable ? 'Show as chart' : 'Show as table', run: () => this.flip() },
      ...(this.asTable ? [] : pictures),
      { label: 'Save as CSV…', run: () => exporter.saveCsv(name, toCsv(this.rows(Infinity))) },
    ]
  }

  private flip(): void {
    this.asTable = !this.asTable
    setHidden(this.plot, this.asTable)
    setHidden(this.table, !this.asTable)
    if (!this.asTable) this.calm.pause()
    if (this.shown) this.update(this.shown.content, this.shown.theme)
  }

  /** A head, then a row for each x that any line has a point at, at most `limit` of them. */
  private rows(limit: number): CsvValue[][] {
    if (!this.shown) return []
    const { content } = this.shown
    const columns = columnsOf(content)
    const byX = new Map<number, CsvValue[]>()
    for (const [at, { x, y }] of columns.entries()) {
      for (const [place, value] of x.entries()) {
        const row = byX.get(value) ?? columns.map(() => undefined)
        row[at] = y[place]
        byX.set(value, row)
      }
    }
    const places = [...byX.keys()].sort((a, b) => a - b)
    const every = Math.max(1, Math.ceil(places.length / limit))
    const picked = places.filter((_, at) => at % every === 0 || at === places.length - 1)
    return [headOf(content), ...picked.map((place) => [place, ...(byX.get(place) ?? [])])]
  }

  /** What the table says. */
  private texts(): string[][] {
    if (!this.shown) return []
    const { formatX, formatValue } = this.shown.content
    const [head = [], ...rows] = this.rows(mostRows)
    return [
      head.map(String),
      ...rows.map(([x, ...values]) => [
        formatX(Number(x)),
        ...values.map((value) => (typeof value === 'number' ? formatValue(value) : '')),
      ]),
    ]
  }

  private fillTable([head = [], ...rows]: Rows): void {
    const header = element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text)))
    const body = rows.map(([x = '', ...values]) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, x),
        ...values.map((value) => element('td', {}, value)),
      ),
    )
    this.table.replaceChildren(
      element('table', {}, element('thead', {}, header), element('tbody', {}, ...body)),
    )
  }
}

const columnsOf = ({ series }: ChartContent): Series[] => series.filter(({ faint }) => !faint)

const headOf = (content: ChartContent): string[] => [
  content.xName,
  ...columnsOf(content).map(({ name }) => name),
]

/** Which part of x a zoom shows. */
const partOf = ({ zoom, formatX, xName }: ChartContent): string =>
  zoom ? `${formatX(zoom.min)} to ${formatX(zoom.max)} on the axis ${xName}. ` : ''

const summaryOf = ({ series, formatValue, formatX }: ChartContent): string => {
  const lines = series.filter(({ faint, x }) => !faint && x.length > 0)
  const [main] = lines
  if (!main) return 'No points yet.'
  if (lines.length > 1) return `${lines.length} runs; the table below holds their results.`
  const last = main.x.length - 1
  return `From ${formatValue(main.y[0] ?? 0)} to ${formatValue(main.y[last] ?? 0)} at ${formatX(main.x[last] ?? 0)}.`
}
