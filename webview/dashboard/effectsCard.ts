import { toCsv } from '../../src/core/export/csv.ts'
import { metricLabel } from '../../src/core/runs/describe.ts'
import { Card } from '../ui/card.ts'
import { element, setAttribute } from '../ui/dom.ts'
import type { Exporter } from '../ui/exporter.ts'
import { type Interval, IntervalChart } from '../ui/intervalChart.ts'
import { TableView } from '../ui/tableView.ts'
import type { ThemeColors } from '../ui/theme.ts'
import type { Encoding } from './encoding.ts'
import type { SweepView } from './sweepView.ts'
import { formatParameter, parameterName, parameterPhrase } from './words.ts'

/** What each setting does: the mean over all cells that have it, with its 95 % interval. */
export class EffectsCard {
  private readonly card: Card
  private readonly canvas = element('canvas', { role: 'img', testId: 'chart-effects' })
  private readonly plot = element('div', { class: 'plot effects' }, this.canvas)
  private readonly table = new TableView(this.plot, 'What each setting does', () => this.texts())
  private redraw: () => void = () => undefined
  private chart: IntervalChart | undefined
  private sweep: SweepView | undefined
  private background = '#fff'

  constructor(private readonly exporter: Exporter) {
    this.card = new Card({
      title: 'What each setting does',
      testId: 'effects',
      menu: () => [
        this.table.item(() => this.redraw()),
        {
          label: 'Copy as PNG',
          run: () => this.exporter.copyPng(this.chart?.png(this.background) ?? ''),
        },
        {
          label: 'Save as PNG…',
          run: () => this.exporter.savePng('effects', this.chart?.png(this.background) ?? ''),
        },
        { label: 'Save as CSV…', run: () => this.exporter.saveCsv('effects', toCsv(this.rows())) },
      ],
    })
    this.card.body.append(this.plot, this.table.root)
  }

  get root(): HTMLElement {
    return this.card.root
  }

  update(sweep: SweepView, encoding: Encoding, theme: ThemeColors): void {
    this.sweep = sweep
    this.redraw = () => this.update(sweep, encoding, theme)
    this.background = theme.background
    const effects = sweep.analysis?.effects ?? []
    this.card.hidden = effects.length === 0
    if (effects.length === 0) return
    this.card.head(
      'What each setting does',
      `mean ${metricLabel(sweep.metric)} of the cells that have it, 95 % interval`,
    )
    const intervals = effects.flatMap(({ parameter, values }) =>
      values.map(
        (one, at): Interval => ({
          label: parameterPhrase(parameter, one.value),
          value: one.mean,
          low: one.low ?? one.mean,
          high: one.high ?? one.mean,
          first: at === 0,
          color: parameter === encoding.colorBy ? encoding.colorOf(one.value) : theme.muted,
          marker: parameter === encoding.colorBy ? encoding.markerOf(one.value) : 'circle',
        }),
      ),
    )
    this.plot.style.height = `${40 + 22 * intervals.length + 12 * effects.length}px`
    setAttribute(this.canvas, 'aria-label', `What each setting does. ${summaryOf(sweep)}`)
    this.table.update(true)
    if (this.table.isShown) return
    this.chart ??= new IntervalChart(this.canvas)
    const means = sweep.cells.flatMap(({ mean }) => (mean === null ? [] : [mean]))
    const middle = means.reduce((sum, each) => sum + each, 0) / Math.max(1, means.length)
    const span =
      Math.max(...intervals.map(({ high }) => high)) - Math.min(...intervals.map(({ low }) => low))
    const digits = span < 0.01 ? 2 : 1
    this.chart.draw(intervals, middle, (value) => (value * 100).toFixed(digits), theme)
  }

  private texts(): string[][] {
    return this.rows().map((row) =>
      row.map((value) => (typeof value === 'number' ? (value * 100).toFixed(1) : (value ?? '–'))),
    )
  }

  private rows(): (string | number | null)[][] {
    return [
      ['setting', 'mean', 'low', 'high'],
      ...(this.sweep?.analysis?.effects ?? []).flatMap(({ parameter, values }) =>
        values.map(({ value, mean, low, high }) => [
          `${parameterName(parameter)} ${formatParameter(parameter, value)}`,
          mean,
          low,
          high,
        ]),
      ),
    ]
  }
}

const summaryOf = ({ analysis }: SweepView): string =>
  (analysis?.effects ?? [])
    .map(({ parameter, values }) => {
      const best = [...values].sort((a, b) => b.mean - a.mean)[0]
      return best
        ? `Best ${parameterName(parameter)}: ${formatParameter(parameter, best.value)}.`
        : ''
    })
    .join(' ')
