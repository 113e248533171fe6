import { toCsv } from '../../src/core/export/csv.ts'
import { metricLabel } from '../../src/core/runs/describe.ts'
import type { GridParameter } from '../../src/core/stats/analysis.ts'
import { Card } from '../ui/card.ts'
import { button } from '../ui/controls.ts'
import { element, setAttribute, setHidden } from '../ui/dom.ts'
import type { Exporter } from '../ui/exporter.ts'
import { type ParallelAxis, ParallelChart, type ParallelLine } from '../ui/parallelChart.ts'
import { TableView } from '../ui/tableView.ts'
import type { ThemeColors } from '../ui/theme.ts'
import { AxisBrushes, type BrushedAxis } from './axisBrushes.ts'
import type { Encoding } from './encoding.ts'
import { conditionOn, withCondition } from './query.ts'
import type { Rows } from './rows.ts'
import type { Cell, SweepView } from './sweepView.ts'
import type { View } from './view.ts'
import {
  filterValue,
  formatMean,
  formatParameter,
  formatSpread,
  parameterName,
  shortParameterName,
} from './words.ts'

interface Axis extends ParallelAxis, BrushedAxis {}

/** So that lines which share a value do not hide one another, in steps of an axis. */
const spread = 0.16

/** Parallel coordinates: one line a cell, from its parameters to its metric; drag an axis to filter. */
export class ParametersTab {
  readonly root: HTMLElement
  private readonly card: Card
  private readonly canvas = element('canvas', { role: 'img', testId: 'chart-parallel' })
  private readonly brushes = new AxisBrushes((name, condition) =>
    this.view.set({ query: withCondition(this.view.saved.query, name, condition) }),
  )
  private readonly plot = element('div', { class: 'plot parallel' }, this.canvas, this.brushes.root)
  private readonly reset: HTMLElement
  private readonly table = new TableView(this.plot, 'Parameters', () => this.rows())
  private redraw: () => void = () => undefined
  private shown: { readonly sweep: SweepView; readonly cells: readonly Cell[] } | undefined
  private chart: ParallelChart | undefined
  private axes: readonly Axis[] = []
  private background = '#fff'

  constructor(
    private readonly view: View,
    exporter: Exporter,
  ) {
    this.reset = button({
      label: 'Clear the filter',
      testId: 'clear-filter',
      onClick: () => {
        // The button goes: the keys stay at the axes.
        this.brushes.focus()
        view.set({ query: '' })
      },
    })
    this.card = new Card({
      title: 'Parameters',
      testId: 'parallel',
      controls: [this.reset],
      menu: () => [
        this.table.item(() => this.redraw()),
        {
          label: 'Copy as PNG',
          run: () => exporter.copyPng(this.chart?.png(this.background) ?? ''),
        },
        {
          label: 'Save as PNG…',
          run: () => exporter.savePng('parameters', this.chart?.png(this.background) ?? ''),
        },
        {
          label: 'Save as CSV…',
          run: () => exporter.saveCsv('parameters', toCsv(this.rows())),
        },
      ],
    })
    this.card.body.append(this.plot, this.table.root)
    this.root = this.card.root
  }

  update(sweep: SweepView, rows: Rows, encoding: Encoding, theme: ThemeColors): void {
    this.background = theme.background
    const cells = sweep.cells.filter(({ mean }) => mean !== null)
    this.card.head(
      'Parameters',
      cells.length === 0
        ? 'no cell is finished yet'
        : 'a line a cell, the best in bold; drag along an axis to filter, or type a range in the runs’ filter',
    )
    const kept = new Set(rows.charted.map((run) => run.record.cell))
    this.shown = { sweep, cells: cells.filter(({ key }) => kept.has(key)) }
    this.redraw = () => this.update(sweep, rows, encoding, theme)
    this.table.update(cells.length > 0)
    setHidden(this.reset, this.view.saved.query === '')
    if (cells.length === 0 || this.table.isShown) return
    const axes = axesOf(sweep, cells)
    const lines = cells.map(
      (cell, at): ParallelLine => ({
        id: cell.key,
        values: valuesOf(cell, sweep, cells.length < 2 ? 0 : at / (cells.length - 1) - 0.5),
        color: encoding.style(cell).color,
        width: cell === sweep.best ? 3 : 1.5,
        faded: !kept.has(cell.key),
      }),
    )
    // The last is drawn on top.
    lines.reverse().sort((a, b) => Number(b.faded) - Number(a.faded))
    setAttribute(
      this.canvas,
      'aria-label',
      `Parallel coordinates of ${cells.length} cells: ${axes.map(({ name }) => name).join(', ')}. The runs table holds the same values.`,
    )
    this.axes = axes
    this.chart ??= new ParallelChart(this.canvas, () => this.placeBrushes())
    this.chart.draw(axes, lines, theme)
    this.placeBrushes()
  }

  /** Of the cells that the filter lets through. */
  private rows(): string[][] {
    if (!this.shown) return []
    const { sweep, cells } = this.shown
    return [
      ['cell', ...sweep.varying.map(parameterName), metricLabel(sweep.metric), '±'],
      ...cells.map((cell, at) => [
        String(at + 1),
        ...sweep.varying.map((name) => formatParameter(name, cell.parameters[name])),
        formatMean(cell.mean, cell.spread),
        formatSpread(cell.spread).slice(2),
      ]),
    ]
  }

  private placeBrushes(): void {
    const geometry = this.chart?.geometry()
    if (!geometry) return
    this.brushes.place(
      this.axes.map((axis, at) => ({
        axis,
        left: geometry.axes[at]?.x ?? 0,
        range: geometry.axes[at] ?? { low: 0, high: 1 },
        on: conditionOn(this.view.saved.query, axis.filterName),
      })),
      geometry,
    )
  }
}

/** Values of a parameter at even distances, however far apart they are; the metric as it is. */
const valuesOf = (cell: Cell, sweep: SweepView, offset: number): number[] => [
  ...sweep.varying.map(
    (name) => sweep.valuesOf[name].indexOf(cell.parameters[name]) + offset * spread,
  ),
  (cell.mean ?? 0) * 100,
]

const axesOf = (sweep: SweepView, cells: readonly Cell[]): Axis[] => {
  const means = cells.map(({ mean }) => (mean ?? 0) * 100)
  const low = Math.min(...means)
  const high = Math.max(...means)
  const levels = low === high ? [low] : [low, (low + high) / 2, high]
  return [
    ...sweep.varying.map((name) => parameterAxis(name, sweep.valuesOf[name])),
    {
      name: metricLabel(sweep.metric),
      filterName: sweep.metric,
      labels: levels.map((at) => ({ at, label: at.toFixed(1) })),
      condition: (from, to) => `${sweep.metric}=${from.toFixed(2)}..${to.toFixed(2)}`,
      stops: thresholdsOf(sweep, means),
    },
  ]
}

/** By keyboard, the better part of the cells: half of them, a quarter, … the best. */
const thresholdsOf = ({ metric }: SweepView, means: readonly number[]): string[] => {
  const sorted = [...means].sort((a, b) => a - b)
  const places = [0.5, 0.75, 0.9, 1].map((share) => Math.ceil(share * sorted.length) - 1)
  const values = [...new Set(places)].flatMap((place) => sorted[place] ?? [])
  // Rounded down, so that the cell itself is let through.
  return [
    ...new Set(values.map((value) => `${metric}>=${(Math.floor(value * 100) / 100).toFixed(2)}`)),
  ]
}

const parameterAxis = (name: GridParameter, values: readonly number[]): Axis => ({
  name: parameterName(name),
  filterName: shortParameterName(name),
  labels: values.map((value, at) => ({ at, label: formatParameter(name, value) })),
  stops: values.map((value) => `${shortParameterName(name)}=${filterValue(name, value)}`),
  condition: (from, to) => {
    const inside = values.filter((_, at) => at >= from - spread / 2 && at <= to + spread / 2)
    const [first] = inside
    const last = inside.at(-1)
    if (first === undefined || last === undefined) return undefined
    const short = shortParameterName(name)
    return first === last
      ? `${short}=${filterValue(name, first)}`
      : `${short}=${filterValue(name, first)}..${filterValue(name, last)}`
  },
})
