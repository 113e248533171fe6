import { metricLabel } from '../../src/core/runs/describe.ts'
import type { GridParameter } from '../../src/core/stats/analysis.ts'
import { Card } from '../ui/card.ts'
import { button } from '../ui/controls.ts'
import { element, setAttribute, setHidden } from '../ui/dom.ts'
import type { Exporter } from '../ui/exporter.ts'
import { type ParallelAxis, ParallelChart, type ParallelLine } from '../ui/parallelChart.ts'
import type { ThemeColors } from '../ui/theme.ts'
import type { Encoding } from './encoding.ts'
import { conditionOn, withCondition } from './query.ts'
import type { Rows } from './rows.ts'
import type { Cell, SweepView } from './sweepView.ts'
import type { View } from './view.ts'
import { formatParameter, parameterName, shortParameterName } from './words.ts'

interface Axis extends ParallelAxis {
  /** As the filter calls it. */
  readonly filterName: string
  /** The condition for a brushed part of the axis; undefined where nothing lies in it. */
  readonly condition: (low: number, high: number) => string | undefined
}

/** So that lines which share a value do not hide one another, in steps of an axis. */
const spread = 0.16

/** Parallel coordinates: one line a cell, from its parameters to its metric; drag an axis to filter. */
export class ParametersTab {
  readonly root: HTMLElement
  private readonly card: Card
  private readonly canvas = element('canvas', { role: 'img', testId: 'chart-parallel' })
  private readonly brushes = element('div', { class: 'brushes' })
  private readonly plot = element('div', { class: 'plot parallel' }, this.canvas, this.brushes)
  private readonly reset: HTMLElement
  private chart: ParallelChart | undefined
  private background = '#fff'

  constructor(
    private readonly view: View,
    exporter: Exporter,
  ) {
    this.reset = button({
      label: 'Clear the filter',
      testId: 'clear-filter',
      onClick: () => view.set({ query: '' }),
    })
    this.card = new Card({
      title: 'Parameters',
      testId: 'parallel',
      controls: [this.reset],
      menu: () => [
        {
          label: 'Copy as PNG',
          run: () => exporter.copyPng(this.chart?.png(this.background) ?? ''),
        },
        {
          label: 'Save as PNG…',
          run: () => exporter.savePng('parameters', this.chart?.png(this.background) ?? ''),
        },
      ],
    })
    this.card.body.append(this.plot)
    this.root = this.card.root
  }

  update(sweep: SweepView, rows: Rows, encoding: Encoding, theme: ThemeColors): void {
    this.background = theme.background
    const cells = sweep.cells.filter(({ mean }) => mean !== null)
    this.card.head(
      'Parameters',
      cells.length === 0
        ? 'no cell is finished yet'
        : 'a line a cell; drag along an axis to filter, or type a range in the runs’ filter',
    )
    setHidden(this.plot, cells.length === 0)
    setHidden(this.reset, this.view.saved.query === '')
    if (cells.length === 0) return
    const axes = axesOf(sweep, cells)
    const kept = new Set(rows.charted.map((run) => run.record.cell))
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
    this.chart ??= new ParallelChart(this.canvas)
    this.chart.draw(axes, lines, theme)
    this.placeBrushes(axes)
  }

  private placeBrushes(axes: readonly Axis[]): void {
    const geometry = this.chart?.geometry()
    if (!geometry) return
    const { top, bottom, axes: places } = geometry
    const nodes = axes.map((axis, at) => {
      const node = element('div', {
        class: 'brush',
        'data-axis': axis.filterName,
        title: `Drag to filter by ${axis.name}; click to clear`,
      })
      const place = places[at] ?? { x: 0, low: 0, high: 1 }
      node.style.left = `${place.x - 12}px`
      node.style.top = `${top}px`
      node.style.height = `${bottom - top}px`
      this.listen(node, axis, place)
      if (conditionOn(this.view.saved.query, axis.filterName)) node.classList.add('on')
      return node
    })
    this.brushes.replaceChildren(...nodes)
  }

  private listen(
    node: HTMLElement,
    axis: Axis,
    range: { readonly low: number; readonly high: number },
  ): void {
    node.addEventListener('pointerdown', (down) => {
      const box = node.getBoundingClientRect()
      const mark = element('div', { class: 'brush-mark' })
      node.replaceChildren(mark)
      node.setPointerCapture(down.pointerId)
      const share = (event: PointerEvent) =>
        Math.max(0, Math.min(1, (event.clientY - box.top) / box.height))
      const from = share(down)
      const move = (event: PointerEvent): void => {
        mark.style.top = `${100 * Math.min(from, share(event))}%`
        mark.style.height = `${100 * Math.abs(share(event) - from)}%`
      }
      const up = (event: PointerEvent): void => {
        node.removeEventListener('pointermove', move)
        node.removeEventListener('pointerup', up)
        const to = share(event)
        const valueAt = (at: number) => range.high - at * (range.high - range.low)
        const condition =
          Math.abs(to - from) * box.height < 4
            ? undefined
            : axis.condition(valueAt(Math.max(from, to)), valueAt(Math.min(from, to)))
        node.replaceChildren()
        this.view.set({ query: withCondition(this.view.saved.query, axis.filterName, condition) })
      }
      node.addEventListener('pointermove', move)
      node.addEventListener('pointerup', up)
    })
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
    },
  ]
}

const parameterAxis = (name: GridParameter, values: readonly number[]): Axis => ({
  name: parameterName(name),
  filterName: shortParameterName(name),
  labels: values.map((value, at) => ({ at, label: formatParameter(name, value) })),
  condition: (from, to) => {
    const inside = values.filter((_, at) => at >= from - spread / 2 && at <= to + spread / 2)
    const [first] = inside
    const last = inside.at(-1)
    if (first === undefined || last === undefined) return undefined
    const short = shortParameterName(name)
    return first === last
      ? `${short}=${formatParameter(name, first)}`
      : `${short}=${formatParameter(name, first)}..${formatParameter(name, last)}`
  },
})
