import { toCsv } from '../../src/core/export/csv.ts'
import type { GridParameter } from '../../src/core/stats/analysis.ts'
import { heatColor } from '../ui/colors.ts'
import { select } from '../ui/controls.ts'
import { element, setText } from '../ui/dom.ts'
import { type Exporter, fileName } from '../ui/exporter.ts'
import { menuButton } from '../ui/menu.ts'
import type { ThemeColors } from '../ui/theme.ts'
import {
  axesOf,
  fitsQuery,
  type Group,
  groupCells,
  type HeatScale,
  heatScale,
  subtitleOf,
  textOf,
  wordOf,
} from './gridCells.ts'
import { heatMapPng } from './gridPicture.ts'
import { conditionOn, withCondition } from './query.ts'
import type { Cell, SweepView } from './sweepView.ts'
import type { View } from './view.ts'
import {
  filterValue,
  formatParameter,
  parameterName,
  parameterPhrase,
  shortParameterName,
} from './words.ts'

/** The grid as heat maps: two parameters on the axes, one map for each value of the others. */
export class GridCard {
  readonly root: HTMLElement
  private readonly subtitle = element('span', { class: 'subtitle' })
  private readonly maps = element('div', { class: 'heat-maps', testId: 'grid' })
  private readonly axes = element('span', { class: 'card-tools' })
  private readonly cells = new Map<string, HTMLButtonElement>()
  private shape = ''
  private sweep: SweepView | undefined
  private theme: ThemeColors | undefined

  constructor(
    private readonly view: View,
    private readonly exporter: Exporter,
  ) {
    const menu = menuButton({
      label: '⋯',
      name: 'Grid: more',
      testId: 'grid-menu',
      items: () => [
        { label: 'Copy as PNG', run: () => this.exporter.copyPng(this.png()) },
        { label: 'Save as PNG…', run: () => this.exporter.savePng('grid', this.png()) },
        { label: 'Save as CSV…', run: () => this.exporter.saveCsv(fileName('grid'), this.csv()) },
      ],
    })
    this.root = element(
      'section',
      { class: 'card grid-card', 'aria-label': 'Grid' },
      element(
        'div',
        { class: 'card-head' },
        element('div', { class: 'card-title' }, element('h2', {}, 'Grid'), this.subtitle),
        element('div', { class: 'card-tools' }, this.axes, menu),
      ),
      this.maps,
    )
    this.maps.addEventListener('keydown', (event) => this.moveFocus(event))
  }

  update(sweep: SweepView, theme: ThemeColors): void {
    this.sweep = sweep
    this.theme = theme
    this.root.hidden = sweep.cells.length < 2 || sweep.varying.length === 0
    if (this.root.hidden) return
    setText(this.subtitle, subtitleOf(sweep))
    this.layOut(sweep)
    const heat = heatScale(sweep)
    for (const cell of sweep.cells) {
      const node = this.cells.get(cell.key)
      if (node) paintCell(node, cell, sweep, heat, fitsQuery(cell, this.view.saved.query))
    }
  }

  highlight(runs: ReadonlySet<string>): void {
    for (const [key, node] of this.cells) {
      const lit = this.cellOf(key)?.runs.some((run) => runs.has(run.record.id)) ?? false
      node.classList.toggle('lit', lit)
    }
  }

  private cellOf(key: string): Cell | undefined {
    return this.sweep?.cells.find((one) => one.key === key)
  }

  private layOut(sweep: SweepView): void {
    const { x, y } = axesOf(sweep, this.view.saved.gridAxes)
    const shape = JSON.stringify([
      x,
      y,
      sweep.varying,
      sweep.valuesOf,
      sweep.cells.map(({ key }) => key).sort(),
    ])
    if (shape === this.shape) return
    this.shape = shape
    this.cells.clear()
    this.axes.replaceChildren(...this.axisPickers(sweep, x, y))
    const groups = groupCells(sweep, x, y)
    const { style } = this.maps
    style.setProperty('--columns', String(sweep.valuesOf[x].length))
    style.setProperty('--together', String(groups.length <= mostTogether ? groups.length : 1))
    style.setProperty('--row-name', rowNameWidth(sweep, y))
    this.maps.replaceChildren(...groups.map((group) => this.map(sweep, group, x, y)))
    const [first] = this.cells.values()
    first?.setAttribute('tabindex', '0')
  }

  private axisPickers(sweep: SweepView, x: GridParameter, y: GridParameter | undefined) {
    // With two parameters or fewer there is nothing to choose.
    if (sweep.varying.length < 3 || y === undefined) return []
    const choices = sweep.varying.map((value) => ({ value, label: shortParameterName(value) }))
    const pick = (label: string, value: GridParameter, other: GridParameter, axis: 'x' | 'y') =>
      select({
        label,
        value,
        choices,
        testId: `grid-${axis}`,
        onChange: (chosen) => {
          const parameter = chosen as GridParameter
          // The same twice: they change places.
          const rest = parameter === other ? value : other
          this.view.set({
            gridAxes: axis === 'x' ? { x: parameter, y: rest } : { x: rest, y: parameter },
          })
        },
      })
    return [pick('→', x, y, 'x'), pick('↓', y, x, 'y')]
  }

  private map(
    sweep: SweepView,
    group: Group,
    x: GridParameter,
    y: GridParameter | undefined,
  ): HTMLElement {
    const columns = sweep.valuesOf[x]
    const rows = y === undefined ? [undefined] : sweep.valuesOf[y]
    const head = element(
      'tr',
      {},
      ...(y === undefined ? [] : [element('td', { class: 'corner' })]),
      ...columns.map((value) => element('th', { scope: 'col' }, formatParameter(x, value))),
    )
    const body = rows.map((rowValue) =>
      element(
        'tr',
        {},
        // Of one parameter a map has one line, which needs no name.
        ...(y === undefined || rowValue === undefined
          ? []
          : [element('th', { scope: 'row' }, formatParameter(y, rowValue))]),
        ...columns.map((value) => {
          const cell = group.cells.find(
            ({ parameters }) =>
              parameters[x] === value && (y === undefined || parameters[y] === rowValue),
          )
          return element('td', {}, ...(cell ? [this.button(cell)] : []))
        }),
      ),
    )
    const caption = group.title === '' ? `${parameterName(x)}` : group.title
    return element(
      'table',
      { class: 'heat-map' },
      element('caption', {}, caption),
      element('thead', {}, head),
      element('tbody', {}, ...body),
    )
  }

  private button(cell: Cell): HTMLButtonElement {
    const node = element(
      'button',
      { class: 'heat', type: 'button', tabindex: '-1', 'data-cell': cell.key },
      element('span', { class: 'heat-value' }),
      ' ',
      element('span', { class: 'heat-spread' }),
      element('span', { class: 'heat-sign', 'aria-hidden': 'true' }),
    )
    // Asked anew each time: seeds may have been added.
    const runs = () => this.cellOf(cell.key)?.runs.map((run) => run.record.id) ?? []
    node.addEventListener('mouseenter', () => this.view.hover(runs()))
    node.addEventListener('mouseleave', () => this.view.hover([]))
    node.addEventListener('focus', () => this.view.hover(runs()))
    node.addEventListener('blur', () => this.view.hover([]))
    node.addEventListener('click', () => this.filterBy(cell))
    this.cells.set(cell.key, node)
    return node
  }

  /** A second click takes the filter away. */
  private filterBy(cell: Cell): void {
    const { sweep } = this
    if (!sweep) return
    const { query } = this.view.saved
    const conditions = sweep.varying.map((name) => ({
      name: shortParameterName(name),
      text: `${shortParameterName(name)}=${filterValue(name, cell.parameters[name])}`,
    }))
    const on = conditions.every(({ name, text }) => conditionOn(query, name) === text)
    this.view.set({
      query: conditions.reduce(
        (text, one) => withCondition(text, one.name, on ? undefined : one.text),
        query,
      ),
    })
  }

  private moveFocus(event: KeyboardEvent): void {
    const step = arrowSteps[event.key]
    const { activeElement } = document
    if (!step || !(activeElement instanceof HTMLButtonElement)) return
    const target = neighbour(activeElement, step[0], step[1])
    if (!target) return
    event.preventDefault()
    activeElement.setAttribute('tabindex', '-1')
    target.setAttribute('tabindex', '0')
    target.focus()
  }

  private csv(): string {
    const { sweep } = this
    if (!sweep) return ''
    return toCsv([
      [...sweep.varying, sweep.metric, 'spread', 'verdict', 'seeds'],
      ...sweep.cells.map((cell) => [
        ...sweep.varying.map((name) => cell.parameters[name]),
        cell.mean,
        cell.spread?.value,
        cell.verdict,
        cell.finished.length,
      ]),
    ])
  }

  private png(): string {
    const { sweep, theme } = this
    if (!sweep || !theme) return ''
    const { x, y } = axesOf(sweep, this.view.saved.gridAxes)
    return heatMapPng(sweep, groupCells(sweep, x, y), x, y, heatScale(sweep), theme)
  }
}

/** More maps than this fill line after line, as many as have room. */
const mostTogether = 3

const rowNameWidth = ({ valuesOf }: SweepView, y: GridParameter | undefined): string => {
  if (y === undefined) return '0px'
  const longest = Math.max(...valuesOf[y].map((value) => formatParameter(y, value).length))
  return `calc(${longest}ch + 6px)`
}

const arrowSteps: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

const neighbour = (from: HTMLElement, dx: number, dy: number): HTMLElement | undefined => {
  const data = from.closest('td')
  const row = data?.parentElement
  const map = from.closest('table')
  if (!data || !row || !map) return undefined
  const column = [...row.children].indexOf(data) + dx
  const lines = [...map.querySelectorAll('tbody tr')]
  const inMap = lines[lines.indexOf(row) + dy]?.children[column]?.querySelector('button')
  if (inMap instanceof HTMLElement) return inMap
  if (dx === 0) return undefined
  // Past the edge: into the next map, on the same line.
  const maps = [...(map.parentElement?.children ?? [])]
  const next = maps[maps.indexOf(map) + dx]
  const buttons = next?.querySelectorAll('tbody tr')[lines.indexOf(row)]?.querySelectorAll('button')
  return buttons?.[dx > 0 ? 0 : buttons.length - 1]
}

const paintCell = (
  node: HTMLButtonElement,
  cell: Cell,
  sweep: SweepView,
  heat: HeatScale,
  fits: boolean,
): void => {
  const { value, below, sign } = textOf(cell, sweep)
  const [top, bottom, corner] = node.children
  if (top) setText(top, value)
  if (bottom) setText(bottom, below)
  if (corner) setText(corner, sign)
  const failed = cell.verdict === 'failed'
  // What the filter leaves out loses its colour, not its contrast.
  const colors = cell.mean === null || failed || !fits ? undefined : heatColor(heat(cell.mean))
  node.style.background = colors?.fill ?? ''
  node.style.color = colors?.text ?? ''
  node.classList.toggle('empty', colors === undefined)
  node.classList.toggle('best', cell === sweep.best)
  node.classList.toggle('faded', !fits)
  const phrase = sweep.varying
    .map((name) => parameterPhrase(name, cell.parameters[name]))
    .join(', ')
  node.setAttribute('aria-label', `${phrase}: ${value} ${below} ${wordOf(cell, sweep)}`.trim())
  node.title = `${phrase}\n${value} ${below} ${wordOf(cell, sweep)}`.trim()
}
