import {
  activityWord,
  bestRun,
  formatDuration,
  formatLoss,
  formatPercent,
  formatRate,
  formatScore,
  metricLabel,
  progressOf,
  selectionScore,
} from '../../src/core/runs/describe.ts'
import type { RunState } from '../../src/core/runs/runState.ts'
import { element, setAttribute, setText } from '../ui/dom.ts'

const columns = [
  'run',
  'state',
  'score',
  'dev loss',
  'lr',
  'batch',
  'epochs',
  'seed',
  'ex/s',
  'time',
] as const
type Column = (typeof columns)[number]
const words: ReadonlySet<Column> = new Set(['run', 'state'])

interface Row {
  readonly root: HTMLElement
  readonly cells: ReadonlyMap<Column, HTMLElement>
}

/** Every run in one table, best first. Rows are kept and moved, so that a selection survives. */
export class RunsTable {
  readonly root: HTMLElement
  private readonly rows = new Map<string, Row>()
  private readonly body = element('tbody')
  private readonly count = element('span', { class: 'subtitle' })
  private readonly scoreHead = element('th', {
    scope: 'col',
    class: 'number',
    'aria-sort': 'descending',
  })

  constructor() {
    const heads = columns.map((column) => {
      if (column === 'score') return this.scoreHead
      return element('th', { scope: 'col', class: words.has(column) ? 'word' : 'number' }, column)
    })
    this.root = element(
      'section',
      { class: 'card wide' },
      element('div', { class: 'card-title' }, element('h2', {}, 'Runs'), this.count),
      element(
        'div',
        { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': 'Runs, as a table' },
        element(
          'table',
          { testId: 'runs' },
          element('thead', {}, element('tr', {}, ...heads)),
          this.body,
        ),
      ),
    )
  }

  update(runs: readonly RunState[]): void {
    const metric = runs[0]?.record.config.selectionMetric ?? 'accuracy'
    setText(this.scoreHead, `${metricLabel(metric)}${runs.length > 1 ? ' ↓' : ''}`)
    setText(this.count, runs.length > 1 ? `${runs.length} · sorted by ${metricLabel(metric)}` : '')
    const best = runs.length > 1 ? bestRun(runs) : undefined
    const ranked = [...runs].sort((a, b) => (selectionScore(b) ?? -1) - (selectionScore(a) ?? -1))
    const roots = ranked.map((run) => this.paint(run, run === best).root)
    const shown = [...this.body.children]
    if (roots.length !== shown.length || roots.some((root, at) => root !== shown[at])) {
      this.body.replaceChildren(...roots)
    }
  }

  private paint(run: RunState, isBest: boolean): Row {
    const row = this.rows.get(run.record.id) ?? this.addRow(run.record.id)
    const values = valuesOf(run, isBest)
    for (const column of columns) {
      const cell = row.cells.get(column)
      if (cell) setText(cell, values[column])
    }
    const badge = row.cells.get('state')
    if (badge) setAttribute(badge, 'data-state', run.state)
    setAttribute(row.root, 'class', isBest ? 'best' : '')
    return row
  }

  private addRow(id: string): Row {
    const cells = new Map<Column, HTMLElement>()
    const root = element('tr', { 'data-run': id })
    for (const column of columns) {
      if (column === 'state') {
        const badge = element('span', { class: 'badge small' })
        cells.set(column, badge)
        root.append(element('td', { class: 'word' }, badge))
        continue
      }
      const cell =
        column === 'run'
          ? element('th', { scope: 'row', class: 'word id' })
          : element('td', { class: 'number' })
      cells.set(column, cell)
      root.append(cell)
    }
    const row = { root, cells }
    this.rows.set(id, row)
    return row
  }
}

const valuesOf = (run: RunState, isBest: boolean): Record<Column, string> => {
  const { config, seconds, metrics } = run.record
  const begun = run.totalSteps > 0 && run.state !== 'done' && run.state !== 'queued'
  const loss = metrics?.loss
  return {
    run: `${isBest ? '★ ' : ''}${run.record.id}`,
    state: begun ? `${activityWord(run)} · ${formatPercent(progressOf(run))}` : activityWord(run),
    score: formatScore(selectionScore(run)),
    'dev loss': typeof loss === 'number' ? formatLoss(loss) : '–',
    lr: formatRate(config.learningRate),
    batch: String(config.batchSize),
    epochs: String(config.epochs),
    seed: String(run.record.seed),
    'ex/s': run.examplesPerSecond ? String(Math.round(run.examplesPerSecond)) : '–',
    time: seconds === undefined ? '–' : formatDuration(seconds),
  }
}
