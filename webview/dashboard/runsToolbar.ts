import { button, setDisabled } from '../ui/controls.ts'
import { element, setAttribute, setHidden, setText } from '../ui/dom.ts'
import type { Exporter } from '../ui/exporter.ts'
import { type MenuItem, menuButton } from '../ui/menu.ts'
import type { Rows } from './rows.ts'
import type { SweepView } from './sweepView.ts'
import { usuallyHidden, type View } from './view.ts'

export interface TableActions {
  star(run: string): void
  hide(run: string): void
  recolor(run: string): void
  reveal(run: string): void
  stop(run: string): void
  retry(run: string): void
  copyConfiguration(run: string): void
}

interface ToolbarParts {
  readonly target: () => readonly string[]
  readonly csv: () => string
  readonly exporter: Exporter
}

/** Filter, compare, columns, and what can be done with the runs that are chosen. */
export class RunsToolbar {
  readonly root: HTMLElement
  readonly menu: HTMLElement
  private readonly filter = element('input', {
    type: 'search',
    class: 'filter',
    testId: 'filter',
    placeholder: 'Filter: text, batch=16, accuracy>85, lr=2e-5..3e-5',
    'aria-label': 'Filter the runs, by text or by ranges such as batch=16 or accuracy>85',
    spellcheck: 'false',
  })
  private readonly hint = element('span', { class: 'filter-hint', role: 'status' })
  private readonly compare: HTMLElement
  private readonly columnList = element('div', {
    class: 'column-list',
    role: 'group',
    'aria-label': 'Columns',
  })
  private readonly columnButton: HTMLElement
  private shownColumns = ''

  constructor(
    private readonly view: View,
    private readonly actions: TableActions,
    private readonly parts: ToolbarParts,
  ) {
    this.filter.value = view.saved.query
    this.filter.addEventListener('input', () => view.set({ query: this.filter.value }))
    this.compare = button({
      label: 'Compare',
      testId: 'compare',
      onClick: () => view.set({ tab: 'compare' }),
    })
    this.columnButton = button({
      label: 'Columns',
      testId: 'columns',
      onClick: () => this.openColumns(this.columnList.hidden !== false),
    })
    this.columnList.addEventListener('keydown', ({ key }) => {
      if (key !== 'Escape') return
      this.openColumns(false)
      this.columnButton.focus()
    })
    setHidden(this.columnList, true)
    setAttribute(this.columnButton, 'aria-expanded', 'false')
    this.menu = menuButton({
      label: '⋯',
      name: 'Runs: more',
      testId: 'runs-menu',
      items: () => this.items(),
    })
    this.root = element(
      'div',
      {},
      element('div', { class: 'toolbar' }, this.filter, this.compare, this.columnButton),
      this.hint,
      this.columnList,
    )
  }

  update(sweep: SweepView, rows: Rows): void {
    const { saved } = this.view
    if (this.filter.value !== saved.query) this.filter.value = saved.query
    const { unknown } = rows.query
    setText(
      this.hint,
      unknown.length === 0
        ? ''
        : `Not understood: ${unknown.join(' ')}. Columns: ${rows.columns
            .filter(({ numeric }) => numeric)
            .map(({ name }) => name)
            .join(', ')}.`,
    )
    setHidden(this.hint, unknown.length === 0)
    const count = saved.selected.length
    setText(this.compare, count < 2 ? 'Compare' : `Compare ${count}`)
    setDisabled(this.compare, count < 2 || count > 4)
    setAttribute(this.compare, 'title', 'Choose two to four runs, by their boxes or with Space')
    setHidden(this.compare, sweep.runs.length < 2)
    this.listColumns(rows)
  }

  private openColumns(open: boolean): void {
    setHidden(this.columnList, !open)
    setAttribute(this.columnButton, 'aria-expanded', String(open))
  }

  private listColumns(rows: Rows): void {
    const { hiddenColumns } = this.view.saved
    const shape = JSON.stringify([rows.columns.map(({ name }) => name), hiddenColumns])
    if (shape === this.shownColumns) return
    this.shownColumns = shape
    const { activeElement } = document
    const focused =
      activeElement instanceof HTMLElement && this.columnList.contains(activeElement)
        ? activeElement.dataset.column
        : undefined
    this.columnList.replaceChildren(
      ...rows.columns
        .filter(({ name }) => name !== 'run')
        .map(({ name, label }) => {
          const box = element('input', { type: 'checkbox', 'data-column': name })
          box.checked = !hiddenColumns.includes(name)
          box.addEventListener('change', () => this.view.toggle('hiddenColumns', name))
          return element('label', { class: 'check' }, box, label)
        }),
    )
    if (focused === undefined) return
    this.columnList.querySelector<HTMLElement>(`[data-column="${CSS.escape(focused)}"]`)?.focus()
  }

  private items(): MenuItem[] {
    const { view, actions, parts } = this
    const runs = parts.target()
    const [first] = runs
    const each = (label: string, act: (run: string) => void): MenuItem => ({
      label: runs.length > 1 ? `${label} (${runs.length})` : label,
      run: () => runs.forEach(act),
    })
    const ofRuns: MenuItem[] = first
      ? [
          each('Star or unstar', (run) => actions.star(run)),
          each('Pin or unpin', (run) => view.toggle('pinned', run)),
          each('Hide from charts or show', (run) => actions.hide(run)),
          each('Next colour', (run) => actions.recolor(run)),
          each('Stop', (run) => actions.stop(run)),
          each('Run again', (run) => actions.retry(run)),
          { label: 'Copy configuration', run: () => actions.copyConfiguration(first) },
          { label: 'Reveal in Explorer', run: () => actions.reveal(first) },
        ]
      : []
    return [
      ...ofRuns,
      ...(view.saved.selected.length > 0
        ? [{ label: 'Choose none', run: () => view.set({ selected: [] }) }]
        : []),
      { label: 'Copy the table', run: () => parts.exporter.copyText(parts.csv()) },
      { label: 'Save as CSV…', run: () => parts.exporter.saveCsv('runs', parts.csv()) },
      {
        label: 'Columns as at first',
        run: () => view.set({ columnOrder: [], hiddenColumns: usuallyHidden }),
      },
    ]
  }
}
