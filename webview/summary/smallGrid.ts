import { stateWord } from '../../src/core/runs/describe.ts'
import type { Glance, GlanceCell } from '../../src/core/runs/glance.ts'
import type { GridParameter } from '../../src/core/stats/analysis.ts'
import {
  digitsFor,
  filterValue,
  formatParameter,
  parameterPhrase,
  shortParameterName,
} from '../dashboard/words.ts'
import { heatColor } from '../ui/colors.ts'
import { element } from '../ui/dom.ts'
import { replaceKeepingFocus } from '../ui/focus.ts'

/** Beyond these a side panel shows no heat map that could be read. */
const mostCells = 120
/** Smaller differences must not look like large ones. */
const leastSpan = 0.02

/** The grid as small heat maps; a cell is a button that opens its runs. */
export class SmallGrid {
  readonly root = element('div', { class: 'maps', testId: 'grid' })
  private drawn = ''

  constructor(private readonly open: (query: string) => void) {}

  update(glance: Glance): void {
    const { cells, varying } = glance
    const shown = varying.length > 0 && cells.length > 1 && cells.length <= mostCells
    const drawn = JSON.stringify(shown ? [varying, cells] : [])
    // Its buttons keep the focus while nothing changes.
    if (drawn === this.drawn) return
    this.drawn = drawn
    const [x, y, ...rest] = varying
    if (!shown || x === undefined) {
      this.root.replaceChildren()
      return
    }
    const groups = new Map<string, GlanceCell[]>()
    for (const cell of cells) {
      const title = rest.map((name) => parameterPhrase(name, cell.parameters[name])).join(' · ')
      groups.set(title, [...(groups.get(title) ?? []), cell])
    }
    const heat = heatOf(cells)
    replaceKeepingFocus(
      this.root,
      ...[...groups].map(([title, own]) => this.map(title, own, x, y, varying, heat)),
    )
  }

  private map(
    title: string,
    cells: readonly GlanceCell[],
    x: GridParameter,
    y: GridParameter | undefined,
    varying: readonly GridParameter[],
    heat: Heat,
  ): HTMLElement {
    const columns = valuesOf(cells, x)
    const rows = y === undefined ? [undefined] : valuesOf(cells, y)
    const head = columns.map((value) => element('th', { scope: 'col' }, formatParameter(x, value)))
    const body = rows.map((row) =>
      element(
        'tr',
        {},
        // Of one parameter a map has one line, which needs no name.
        ...(y === undefined || row === undefined
          ? []
          : [element('th', { scope: 'row' }, formatParameter(y, row))]),
        ...columns.map((column) => {
          const cell = cells.find(
            ({ parameters: all }) => all[x] === column && (y === undefined || all[y] === row),
          )
          return element('td', {}, ...(cell ? [this.button(cell, varying, heat)] : []))
        }),
      ),
    )
    const axes =
      y === undefined
        ? shortParameterName(x)
        : `${shortParameterName(x)} × ${shortParameterName(y)}`
    return element(
      'table',
      {},
      element('caption', {}, title === '' ? axes : title),
      element('thead', {}, element('tr', {}, ...(y === undefined ? [] : [element('td')]), ...head)),
      element('tbody', {}, ...body),
    )
  }

  private button(cell: GlanceCell, varying: readonly GridParameter[], heat: Heat) {
    const { mean, spread, best, state, parameters } = cell
    const what = varying.map((name) => parameterPhrase(name, parameters[name])).join(', ')
    const score = mean === null ? stateWord(state) : formatCell(mean, spread)
    const said = `${what}: ${score}${best ? ', best' : ''}`
    const sign =
      mean === null ? (signs[state] ?? '·') : (100 * mean).toFixed(digitsFor(spread ?? undefined))
    const classes = ['cell', best ? 'is-best' : '', `state-${state}`].filter(Boolean).join(' ')
    const query = varying
      .map((name) => `${shortParameterName(name)}=${filterValue(name, parameters[name])}`)
      .join(' ')
    const button = element(
      'button',
      { class: classes, type: 'button', title: said, 'aria-label': said, 'data-key': query },
      sign,
    )
    if (mean !== null) {
      const { fill, text } = heatColor(heat(mean))
      button.style.backgroundColor = fill
      button.style.color = text
    }
    button.addEventListener('click', () => this.open(query))
    return button
  }
}

type Heat = (mean: number) => number

const signs: Partial<Record<GlanceCell['state'], string>> = {
  running: '▶',
  stopping: '▶',
  failed: '✕',
  diverged: '✕',
  paused: '‖',
  stopped: '■',
  stoppedEarly: '■',
}

const formatCell = (mean: number, spread: number | null): string => {
  const digits = digitsFor(spread ?? undefined)
  const around = spread === null ? '' : ` ± ${(100 * spread).toFixed(digits)}`
  return `${(100 * mean).toFixed(digits)}${around}`
}

const valuesOf = (cells: readonly GlanceCell[], name: GridParameter): number[] =>
  [...new Set(cells.map(({ parameters }) => parameters[name]))].sort((a, b) => a - b)

/** The best at the warm end, as on the dashboard. */
const heatOf = (cells: readonly GlanceCell[]): Heat => {
  const means = cells.flatMap(({ mean }) => mean ?? [])
  const high = Math.max(...means)
  const span = Math.max(high - Math.min(...means), leastSpan)
  return (mean) => 1 - (high - mean) / span
}
