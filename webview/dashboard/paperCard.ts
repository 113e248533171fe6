import { toCsv } from '../../src/core/export/csv.ts'
import { metricLabel, modelName } from '../../src/core/runs/describe.ts'
import { type Bar, BarChart } from '../ui/barChart.ts'
import { Card } from '../ui/card.ts'
import { select } from '../ui/controls.ts'
import { element, setAttribute, setHidden, setText } from '../ui/dom.ts'
import type { Exporter } from '../ui/exporter.ts'
import { TableView } from '../ui/tableView.ts'
import type { ThemeColors } from '../ui/theme.ts'
import {
  differencesFromPaper,
  guessPaperTask,
  type PaperTask,
  paperTasks,
  taskById,
} from './paper.ts'
import type { SweepView } from './sweepView.ts'
import type { View } from './view.ts'

const noTask = 'none'

/** Previous best, BERT-Large and the best run here, with what a careful reader would ask. */
export class PaperCard {
  private readonly card: Card
  private readonly picker: HTMLLabelElement
  private readonly canvas = element('canvas', { role: 'img', testId: 'chart-paper' })
  private readonly plot = element('div', { class: 'plot paper' }, this.canvas)
  private readonly notes = element('ul', { class: 'footnotes', testId: 'footnotes' })
  private readonly none = element('p', { class: 'subtitle' })
  private readonly table = new TableView(this.plot, 'Against the paper', () => this.rows())
  private redraw: () => void = () => undefined
  private chart: BarChart | undefined
  private bars: readonly NamedBar[] = []
  private metric = ''
  private background = '#fff'

  constructor(
    private readonly view: View,
    private readonly exporter: Exporter,
  ) {
    this.picker = select({
      label: 'Task',
      value: noTask,
      testId: 'paper-task',
      choices: [
        ...paperTasks.map(({ id, name }) => ({ value: id, label: name })),
        { value: noTask, label: 'none of these' },
      ],
      onChange: (paperTask) => this.view.set({ paperTask }),
    })
    this.card = new Card({
      title: 'Against the paper',
      testId: 'paper',
      controls: [this.picker],
      menu: () => [
        this.table.item(() => this.redraw()),
        {
          label: 'Copy as PNG',
          run: () => this.exporter.copyPng(this.chart?.png(this.background) ?? ''),
        },
        {
          label: 'Save as PNG…',
          run: () =>
            this.exporter.savePng('against-the-paper', this.chart?.png(this.background) ?? ''),
        },
        {
          label: 'Save as CSV…',
          run: () => this.exporter.saveCsv('against-the-paper', toCsv(this.rows())),
        },
      ],
    })
    this.card.body.append(this.plot, this.table.root, this.none, this.notes)
  }

  get root(): HTMLElement {
    return this.card.root
  }

  update(sweep: SweepView, theme: ThemeColors): void {
    this.background = theme.background
    this.redraw = () => this.update(sweep, theme)
    const [first] = sweep.runs
    if (!first) return
    const guessed = guessPaperTask(first)
    const chosen = this.view.saved.paperTask
    const task = chosen === null ? guessed : taskById(chosen)
    // A text of one's own has no row in the paper: quiet, unless the user looks for it.
    this.card.hidden = task === undefined && chosen === null && first.record.config.head === 'token'
    const list = this.picker.querySelector('select')
    if (list && list.value !== (task?.id ?? noTask)) list.value = task?.id ?? noTask
    setHidden(this.notes, task === undefined)
    setHidden(this.none, task !== undefined)
    if (!task) {
      this.table.update(false)
      this.card.head('Against the paper', '')
      setText(
        this.none,
        'These data look like none of the paper’s tasks. If they are, choose which.',
      )
      return
    }
    this.paint(task, sweep, chosen === null, theme)
  }

  private paint(task: PaperTask, sweep: SweepView, guessed: boolean, theme: ThemeColors): void {
    const best = sweep.cells.find(({ mean }) => mean !== null)
    const run = best?.finished[0]
    const score = run ? scoreOf(task, best.finished) : null
    this.card.head(
      'Against the paper',
      `${task.name}, ${metricLabel(task.metric)}${guessed ? '; task guessed' : ''}`,
    )
    this.metric = metricLabel(task.metric)
    this.bars = [
      bar('Previous best', task.previousBest, '', theme.muted),
      ...(task.gpt === undefined
        ? []
        : [bar('OpenAI GPT', task.gpt, '', theme.series[5] ?? theme.muted)]),
      bar(
        'BERT-Large',
        task.bertLarge,
        `+${task.gain.toFixed(1)}`,
        theme.series[0] ?? theme.foreground,
      ),
      ...(score === null ? [] : [bar('Best run here', score, gainOf(task, score), theme.good)]),
    ]
    const least = Math.min(...this.bars.map(({ value }) => value))
    const low = Math.max(0, Math.floor((least - 8) / 10) * 10)
    this.plot.style.height = `${28 + 26 * this.bars.length}px`
    setAttribute(
      this.canvas,
      'aria-label',
      `Against the paper, ${task.name}: ${this.bars.map(({ label }) => label).join('; ')}. The axis begins at ${low}.`,
    )
    this.table.update(true)
    if (!this.table.isShown) {
      this.chart ??= new BarChart(this.canvas)
      this.chart.draw(this.bars, low, 100, theme)
    }
    const notes = [
      ...(score === null ? [missingNote(task, run !== undefined)] : []),
      ...(run ? differencesFromPaper(task, run) : []),
      ...(run
        ? [`Best run here: ${modelName(run.record.config.model)}, the mean of the best cell.`]
        : []),
      ...task.footnotes,
      ...(guessed
        ? ['Which task the data stand for was guessed from their columns and names.']
        : []),
      ...(low > 0 && !this.table.isShown ? [`The axis begins at ${low}.`] : []),
    ]
    const shown = [...this.notes.children].map((node) => node.textContent)
    if (shown.join('\n') !== notes.join('\n')) {
      this.notes.replaceChildren(...notes.map((text) => element('li', {}, text)))
    }
  }

  private rows(): string[][] {
    return [
      ['what', this.metric, 'gain on the previous best'],
      ...this.bars.map(({ name, value, gain }) => [name, value.toFixed(1), gain]),
    ]
  }
}

const missingNote = (task: PaperTask, finished: boolean): string =>
  finished
    ? `The runs here report no ${metricLabel(task.metric)}, so there is no bar for them.`
    : 'No run here is finished yet.'

interface NamedBar extends Bar {
  readonly name: string
  readonly gain: string
}

const bar = (name: string, value: number, gain: string, color: string): NamedBar => ({
  name,
  value,
  gain,
  color,
  label: [name, value.toFixed(1), gain].filter(Boolean).join('  '),
})

const gainOf = (task: PaperTask, score: number): string => {
  const gain = score - task.previousBest
  return `${gain < 0 ? '−' : '+'}${Math.abs(gain).toFixed(1)}`
}

const scoreOf = (task: PaperTask, runs: SweepView['runs']): number | null => {
  const scores = runs.flatMap((run) => run.record.metrics?.[task.metric] ?? [])
  return scores.length === 0
    ? null
    : (100 * scores.reduce((sum, each) => sum + each, 0)) / scores.length
}
