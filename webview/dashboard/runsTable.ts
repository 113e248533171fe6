import { toCsv } from '../../src/core/export/csv.ts'
import { element, setAttribute, setText } from '../ui/dom.ts'
import type { Exporter } from '../ui/exporter.ts'
import { type Column, type Row, shownColumns } from './columns.ts'
import type { Encoding } from './encoding.ts'
import type { Rows } from './rows.ts'
import { RunsToolbar, type TableActions } from './runsToolbar.ts'
import { markOfRun, type SweepView } from './sweepView.ts'
import type { View } from './view.ts'
import { VirtualRows } from './virtualRows.ts'

const help =
  'Arrow keys move. Space chooses a run to compare, S stars it, P pins it, H hides it from the charts, C changes its colour, Enter opens the seeds of a cell.'

/** Every cell and run in one table: the rows in view alone exist; all of it works by keyboard. */
export class RunsTable {
  readonly root: HTMLElement
  private readonly subtitle = element('span', { class: 'subtitle', testId: 'runs-count' })
  private readonly head = element('tr', { 'aria-rowindex': '1' })
  private readonly table = element('table', {
    testId: 'runs',
    role: 'grid',
    class: 'runs',
    'aria-label': 'Runs',
    'aria-describedby': 'runs-help',
  })
  private readonly frame: HTMLElement
  private readonly virtual: VirtualRows<Row>
  private readonly toolbar: RunsToolbar
  private rows: Rows | undefined
  private columns: readonly Column[] = []
  private sweep: SweepView | undefined
  private encoding: Encoding | undefined
  private current = 0
  private currentKey = ''
  private headShape = ''

  constructor(
    private readonly view: View,
    private readonly actions: TableActions,
    exporter: Exporter,
  ) {
    this.frame = element('div', { class: 'table-scroll', tabindex: '-1' }, this.table)
    this.virtual = new VirtualRows(this.frame, {
      make: (row) => this.make(row),
      paint: (node, row, at) => this.paint(node, row, at),
      current: () => this.current,
    })
    this.table.append(element('thead', {}, this.head), this.virtual.body)
    this.toolbar = new RunsToolbar(view, actions, {
      target: () => this.targets(),
      csv: () => this.csv(),
      exporter,
    })
    this.root = element(
      'section',
      { class: 'card runs-card', 'aria-label': 'Runs' },
      element(
        'div',
        { class: 'card-head' },
        element('div', { class: 'card-title' }, element('h2', {}, 'Runs'), this.subtitle),
        this.toolbar.menu,
      ),
      this.toolbar.root,
      element('p', { class: 'visually-hidden', id: 'runs-help' }, help),
      this.frame,
    )
    this.table.addEventListener('keydown', (event) => this.key(event))
    this.table.addEventListener('mouseleave', () => this.view.hover([]))
  }

  update(sweep: SweepView, rows: Rows, encoding: Encoding): void {
    this.sweep = sweep
    this.rows = rows
    this.encoding = encoding
    const { saved } = this.view
    this.columns = shownColumns(rows.columns, saved.columnOrder, saved.hiddenColumns)
    const followed = this.indexOf(this.currentKey)
    // Sorted anew, the keys still mean the run that one is on.
    this.current =
      followed >= 0 ? followed : Math.min(this.current, Math.max(0, rows.rows.length - 1))
    this.currentKey = rows.rows[this.current]?.key ?? ''
    this.paintHead()
    setText(this.subtitle, countOf(rows))
    this.toolbar.update(sweep, rows)
    // Lines that open are a tree's.
    setAttribute(this.table, 'role', sweep.hasSeeds ? 'treegrid' : 'grid')
    setAttribute(this.table, 'aria-rowcount', String(rows.rows.length + 1))
    this.virtual.update(rows.rows)
  }

  highlight(runs: ReadonlySet<string>): void {
    for (const row of this.rows?.rows ?? []) {
      const node = this.virtual.nodeOf(row.key)
      node?.classList.toggle(
        'lit',
        row.runs.some((run) => runs.has(run.record.id)),
      )
    }
  }

  private paintHead(): void {
    const { sort } = this.view.saved
    const shape = JSON.stringify([this.columns.map(({ label }) => label), sort])
    if (shape === this.headShape) return
    const sameColumns =
      this.headShape !== '' &&
      JSON.parse(this.headShape)[0].join() === this.columns.map(({ label }) => label).join()
    this.headShape = shape
    if (!sameColumns) this.virtual.reset()
    const focused = document.activeElement?.closest('th')?.dataset.column
    this.head.replaceChildren(
      element(
        'th',
        { scope: 'col', class: 'tools' },
        element('span', { class: 'visually-hidden' }, 'Choose and star'),
      ),
      ...this.columns.map((column) => this.headCell(column)),
    )
    if (focused)
      this.head
        .querySelector<HTMLElement>(`th[data-column="${CSS.escape(focused)}"] button`)
        ?.focus()
  }

  private headCell({ name, label, numeric }: Column): HTMLElement {
    const { sort } = this.view.saved
    const sorted = sort.column === name
    const sorter = element(
      'button',
      { type: 'button', class: 'sorter', title: 'Sort. Alt and an arrow key move the column.' },
      label,
      element(
        'span',
        { 'aria-hidden': 'true', class: 'arrow' },
        sorted ? (sort.descending ? ' ↓' : ' ↑') : '',
      ),
    )
    sorter.addEventListener('click', () =>
      this.view.set({ sort: { column: name, descending: sorted ? !sort.descending : numeric } }),
    )
    sorter.addEventListener('keydown', (event) => {
      if (!event.altKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return
      event.preventDefault()
      event.stopPropagation()
      this.moveColumn(name, event.key === 'ArrowLeft' ? -1 : 1)
    })
    const head = element(
      'th',
      {
        scope: 'col',
        class: numeric ? 'number' : 'word',
        'data-column': name,
        draggable: 'true',
        'aria-sort': sorted ? (sort.descending ? 'descending' : 'ascending') : 'none',
      },
      sorter,
    )
    head.addEventListener('dragstart', (event) => event.dataTransfer?.setData('text/plain', name))
    head.addEventListener('dragover', (event) => event.preventDefault())
    head.addEventListener('drop', (event) => {
      event.preventDefault()
      const moved = event.dataTransfer?.getData('text/plain')
      if (moved !== undefined) this.placeColumn(moved, name)
    })
    return head
  }

  private moveColumn(name: string, by: number): void {
    const names = this.columns.map((column) => column.name)
    const at = names.indexOf(name)
    const target = Math.max(0, Math.min(names.length - 1, at + by))
    names.splice(at, 1)
    names.splice(target, 0, name)
    this.view.set({ columnOrder: names })
  }

  private placeColumn(moved: string, before: string): void {
    const names = this.columns.map(({ name }) => name)
    if (moved === before || !names.includes(moved)) return
    names.splice(names.indexOf(moved), 1)
    names.splice(names.indexOf(before), 0, moved)
    this.view.set({ columnOrder: names })
  }

  private make(row: Row): HTMLTableRowElement {
    const node = element('tr', {
      'data-row': row.key,
      ...(row.kind === 'run' ? { 'data-run': row.key } : {}),
    })
    const box = element('input', { type: 'checkbox', tabindex: '-1' })
    const star = element('button', { type: 'button', class: 'star', tabindex: '-1' })
    if (row.kind === 'run') {
      box.addEventListener('change', () => this.view.toggle('selected', row.key))
      star.addEventListener('click', () => this.actions.star(row.key))
      node.append(element('td', { class: 'tools' }, box, star))
    } else {
      const opener = element('button', { type: 'button', class: 'expander', tabindex: '-1' })
      opener.addEventListener('click', () => this.view.toggle('expanded', row.key))
      node.append(element('td', { class: 'tools' }, opener))
    }
    for (const { name, numeric } of this.columns) {
      if (name === 'run') {
        const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' })
        node.append(element('th', { scope: 'row', class: 'word id' }, swatch, element('span')))
      } else if (name === 'state') {
        node.append(element('td', { class: 'word' }, element('span', { class: 'badge small' })))
      } else node.append(element('td', { class: numeric ? 'number' : 'word' }))
    }
    node.addEventListener('mouseenter', () => this.view.hover(this.runsOf(row.key)))
    node.addEventListener('focus', () => {
      // A screen reader moves the focus without keys.
      this.goTo(this.indexOf(row.key), false)
      this.view.hover(this.runsOf(row.key))
    })
    node.addEventListener('mousedown', () => this.goTo(this.indexOf(row.key), false))
    return node
  }

  /** Asked anew each time: seeds may have been added to a cell. */
  private runsOf(key: string): string[] {
    const row = this.rows?.rows[this.indexOf(key)]
    return row?.runs.map((run) => run.record.id) ?? []
  }

  private indexOf(key: string): number {
    return this.rows?.rows.findIndex((row) => row.key === key) ?? -1
  }

  private paint(node: HTMLTableRowElement, row: Row, at: number): void {
    const { saved } = this.view
    setAttribute(node, 'tabindex', at === this.current ? '0' : '-1')
    setAttribute(node, 'aria-rowindex', String(at + 2))
    if (this.sweep?.hasSeeds) setAttribute(node, 'aria-level', row.nested ? '2' : '1')
    else node.removeAttribute('aria-level')
    const hidden = row.runs.every((run) => this.markOf(run.record.id).hidden)
    setAttribute(
      node,
      'class',
      [
        row.isBest ? 'best' : '',
        row.nested ? 'nested' : '',
        hidden ? 'off' : '',
        row.runs.some((run) => this.view.hovered.has(run.record.id)) ? 'lit' : '',
        saved.selected.includes(row.key) ? 'chosen' : '',
      ]
        .filter(Boolean)
        .join(' '),
    )
    this.paintTools(node, row)
    for (const [index, column] of this.columns.entries()) {
      const cell = node.children[index + 1]
      if (cell) this.paintValue(cell, column, row)
    }
  }

  private paintTools(node: HTMLTableRowElement, row: Row): void {
    const [first, star] = node.firstElementChild?.children ?? []
    if (row.kind === 'cell') {
      const open = this.view.saved.expanded.includes(row.key)
      if (first) {
        setText(first, open ? '▾' : '▸')
        setAttribute(first, 'aria-label', open ? 'Hide the seeds' : 'Show the seeds')
        setAttribute(node, 'aria-expanded', String(open))
      }
      return
    }
    const name = row.key
    if (first instanceof HTMLInputElement) {
      first.checked = this.view.saved.selected.includes(row.key)
      setAttribute(first, 'aria-label', `Compare ${name}`)
    }
    if (star) {
      const starred = this.markOf(row.key).star === true
      setText(star, starred ? '★' : '☆')
      setAttribute(star, 'aria-label', starred ? `Unstar ${name}` : `Star ${name}`)
      setAttribute(star, 'aria-pressed', String(starred))
    }
  }

  private paintValue(cell: Element, column: Column, row: Row): void {
    const text = column.text(row)
    if (column.name === 'state') {
      const badge = cell.firstElementChild
      if (!badge) return
      setText(badge, text)
      setAttribute(badge, 'data-state', row.runs[0]?.state ?? '')
      return
    }
    if (column.name !== 'run') {
      setText(cell, text)
      return
    }
    const [swatch, name] = cell.children
    const [run] = row.runs
    if (swatch instanceof HTMLElement && run && this.encoding)
      swatch.style.background = this.encoding.styleOfRun(run).color
    const pinned = row.runs.some(({ record }) => this.view.saved.pinned.includes(record.id))
    if (name) setText(name, pinned ? `⌅ ${text}` : text)
    setAttribute(cell, 'title', text)
  }

  private markOf(run: string) {
    return this.sweep ? markOfRun(this.sweep.marks, run) : {}
  }

  private goTo(at: number, focus: boolean): void {
    const rows = this.rows?.rows ?? []
    if (rows.length === 0) return
    const before = rows[this.current]
    this.current = Math.max(0, Math.min(rows.length - 1, at))
    if (before) this.virtual.nodeOf(before.key)?.setAttribute('tabindex', '-1')
    const row = rows[this.current]
    this.currentKey = row?.key ?? ''
    const node = focus ? this.virtual.reveal(this.current) : row && this.virtual.nodeOf(row.key)
    node?.setAttribute('tabindex', '0')
    if (focus) node?.focus({ preventScroll: true })
  }

  private key(event: KeyboardEvent): void {
    if (
      event.altKey ||
      event.ctrlKey ||
      event.metaKey ||
      !(event.target instanceof HTMLTableRowElement)
    )
      return
    const page = Math.max(1, Math.floor(this.frame.clientHeight / 27) - 2)
    const moves: Record<string, number> = {
      ArrowDown: this.current + 1,
      ArrowUp: this.current - 1,
      PageDown: this.current + page,
      PageUp: this.current - page,
      Home: 0,
      End: Number.MAX_SAFE_INTEGER,
    }
    const row = this.rows?.rows[this.current]
    const target = moves[event.key]
    if (target !== undefined) this.goTo(target, true)
    else if (!row || !this.act(event.key, row)) return
    event.preventDefault()
  }

  /** False where the key means nothing here. */
  private act(key: string, row: Row): boolean {
    const [run] = row.runs
    const open = this.view.saved.expanded.includes(row.key)
    if (row.kind === 'cell') {
      if (
        key !== 'Enter' &&
        key !== ' ' &&
        !(key === 'ArrowRight' && !open) &&
        !(key === 'ArrowLeft' && open)
      )
        return false
      this.view.toggle('expanded', row.key)
      return true
    }
    if (!run) return false
    const id = run.record.id
    const actions: Record<string, () => void> = {
      ' ': () => this.view.toggle('selected', id),
      s: () => this.actions.star(id),
      p: () => this.view.toggle('pinned', id),
      h: () => this.actions.hide(id),
      c: () => this.actions.recolor(id),
    }
    const action = actions[key.toLowerCase()]
    action?.()
    return action !== undefined
  }

  /** What the toolbar's actions are about: the runs that are chosen, else the row one is on. */
  private targets(): string[] {
    const { selected } = this.view.saved
    if (selected.length > 0) return [...selected]
    return this.rows?.rows[this.current]?.runs.map((run) => run.record.id) ?? []
  }

  private csv(): string {
    return toCsv([
      this.columns.map(({ label }) => label),
      ...(this.rows?.rows ?? []).map((row) => this.columns.map((column) => column.value(row))),
    ])
  }
}

const countOf = ({ rows, all, query }: Rows): string => {
  const top = rows.filter(({ nested }) => !nested).length
  return query.isEmpty ? String(all) : `${top} of ${all}`
}
