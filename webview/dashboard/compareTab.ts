import type { ComparedPair, Comparison } from '../../src/core/compare/comparison.ts'
import { toCsv } from '../../src/core/export/csv.ts'
import type { DashboardRequest } from '../../src/core/protocol/dashboard.ts'
import type { RunState } from '../../src/core/runs/runState.ts'
import { Card } from '../ui/card.ts'
import { button } from '../ui/controls.ts'
import { element } from '../ui/dom.ts'
import type { Exporter } from '../ui/exporter.ts'
import { replaceKeepingFocus } from '../ui/focus.ts'
import { configurationRows, fillDiffering, letters, metricRows } from './compareRows.ts'
import { confusionTable, groupTable, predictionRows } from './compareTables.ts'
import { CurveCards, type CurveContext, runEntry } from './curveCards.ts'
import { toldApart } from './encoding.ts'
import { nameOfRun } from './sweepView.ts'
import type { View } from './view.ts'
import { formatDifference, parameterPhrase, plural } from './words.ts'

type Part = 'legend' | 'configuration' | 'metrics' | 'comparison'

/** Two to four runs side by side: what differs in them, and on what examples they differ. */
export class CompareTab {
  readonly root = element('div', { class: 'tab-page', testId: 'compare-page' })
  readonly curves: CurveCards
  private readonly verdicts = element('div', { class: 'verdicts', testId: 'verdicts' })
  /** Which run is which letter, and which line. */
  private readonly legend = element('p', { class: 'legend', testId: 'compare-legend' })
  private readonly configuration: Card
  private readonly metrics: Card
  private readonly details: Card
  private readonly empty: HTMLElement
  private readonly body: HTMLElement
  private asked = ''
  private readonly shown = new Map<Part, string>()
  private rows: string[][] = []
  private scores: string[][] = []
  private predictions: string[][] = []

  constructor(
    private readonly view: View,
    private readonly send: (request: DashboardRequest) => void,
    exporter: Exporter,
  ) {
    this.curves = new CurveCards(view, exporter)
    const csv = (name: string, rows: () => string[][]) => () => [
      { label: 'Save as CSV…', run: () => exporter.saveCsv(name, toCsv(rows())) },
    ]
    this.configuration = new Card({
      title: 'Configuration',
      testId: 'compare-config',
      menu: csv('configuration', () => this.rows),
    })
    this.metrics = new Card({
      title: 'Metrics on dev',
      testId: 'compare-metrics',
      menu: csv('metrics', () => this.scores),
    })
    this.details = new Card({
      title: 'Predictions',
      testId: 'compare-predictions',
      menu: csv('predictions', () => this.predictions),
    })
    this.empty = element(
      'section',
      { class: 'page' },
      element('h2', {}, 'Choose two to four runs'),
      element(
        'p',
        {},
        'Tick their boxes in the runs table, or press Space on a row; then come back here.',
      ),
      button({
        label: 'Show the Runs',
        kind: 'primary',
        onClick: () => view.set({ tab: 'overview' }),
      }),
    )
    this.body = element(
      'div',
      { class: 'tab-page' },
      this.legend,
      this.verdicts,
      element('div', { class: 'pair' }, this.configuration.root, this.metrics.root),
      element('div', { class: 'pair' }, this.curves.score.root, this.curves.loss.root),
      this.details.root,
    )
  }

  update(context: CurveContext, comparison: Comparison | undefined): void {
    const runs = chosenRuns(this.view.saved.selected, context.sweep.runs)
    const enough = runs.length >= 2
    const page = enough ? this.body : this.empty
    if (this.root.firstElementChild !== page) this.root.replaceChildren(page)
    if (!enough) return
    this.ask(runs)
    const encoding = toldApart(context.encoding, runs)
    this.curves.update({ ...context, encoding, runs })
    const fits = comparison && sameRuns(comparison, runs) ? comparison : undefined
    const { marks } = context.sweep
    const names = runs.map(({ record }) => nameOfRun(marks, record.id))
    this.drawLegend(runs, names, { ...context, encoding })
    this.rows = configurationRows(runs, names)
    this.scores = metricRows(runs, names)
    if (this.isNew('configuration', this.rows)) {
      this.configuration.head('Configuration', 'differences are marked')
      fillDiffering(this.configuration.body, this.rows)
    }
    if (this.isNew('metrics', this.scores)) fillDiffering(this.metrics.body, this.scores)
    if (!this.isNew('comparison', [names, fits ?? null])) return
    replaceKeepingFocus(this.verdicts, ...this.verdictLines(runs, fits))
    this.details.hidden = fits === undefined
    if (fits) this.fillDetails(runs, names, fits)
  }

  private drawLegend(
    runs: readonly RunState[],
    names: readonly string[],
    { sweep, encoding }: CurveContext,
  ): void {
    const looks = runs.map((run, at) => {
      const phrases = sweep.varying.map((name) => parameterPhrase(name, run.record.config[name]))
      if (sweep.hasSeeds) phrases.push(`seed ${run.record.seed}`)
      const text = [`${letters[at] ?? ''}: ${names[at] ?? ''}`, ...phrases].join(' · ')
      return { style: encoding.styleOfRun(run), text }
    })
    if (!this.isNew('legend', looks)) return
    this.legend.replaceChildren(...looks.map(({ style, text }) => runEntry(style, text)))
  }

  /** What is as it was stays, with what is open, scrolled and focused in it. */
  private isNew(part: Part, content: unknown): boolean {
    const signature = JSON.stringify(content)
    if (this.shown.get(part) === signature) return false
    this.shown.set(part, signature)
    return true
  }

  highlight(runs: ReadonlySet<string>): void {
    this.curves.highlight(runs)
  }

  /** Once for each choice, and again when one of them is finished anew. */
  private ask(runs: readonly RunState[]): void {
    const ids = runs.map((run) => run.record.id)
    const signature = runs
      .map((run) => `${run.record.id} ${run.record.attempt} ${run.evaluations.length}`)
      .join()
    if (signature === this.asked) return
    this.asked = signature
    this.send({ type: 'compare', runs: ids })
  }

  private verdictLines(
    runs: readonly RunState[],
    comparison: Comparison | undefined,
  ): HTMLElement[] {
    if (!comparison)
      return [element('p', { class: 'subtitle', role: 'status' }, 'Reading the predictions…')]
    return [
      ...this.problemLines(comparison),
      ...comparison.pairs.map((pair) => this.pairLine(runs, pair)),
    ]
  }

  private problemLines({ problem, pairs }: Comparison): HTMLElement[] {
    if (problem === undefined) return []
    const text = element('p', { class: 'subtitle', role: 'status' }, problem)
    if (pairs.length > 0) return [text]
    const again = button({ label: 'Read Them Again', onClick: () => this.askAgain() })
    return [element('div', { class: 'verdict' }, text, again)]
  }

  private askAgain(): void {
    this.asked = ''
    this.view.set({})
  }

  private pairLine(runs: readonly RunState[], pair: ComparedPair): HTMLElement {
    const left = runs.findIndex(({ record }) => record.id === pair.left)
    const right = runs.findIndex(({ record }) => record.id === pair.right)
    const show = button({
      label: `Show disagreements (${pair.disagreements})`,
      kind: 'primary',
      testId: 'disagreements',
      onClick: () => this.send({ type: 'disagreements', left: pair.left, right: pair.right }),
    })
    show.dataset.key = `${pair.left} ${pair.right}`
    return element(
      'div',
      { class: 'verdict' },
      element('p', {}, verdictSentence(pair, letters[left] ?? '?', letters[right] ?? '?')),
      show,
    )
  }

  private fillDetails(
    runs: readonly RunState[],
    names: readonly string[],
    comparison: Comparison,
  ): void {
    this.predictions = predictionRows(comparison, names)
    const parts: HTMLElement[] = []
    const confusions = comparison.runs.flatMap(({ run, confusion }) => {
      const at = runs.findIndex(({ record }) => record.id === run)
      return confusion
        ? [confusionTable(confusion, `${letters[at] ?? ''}: ${names[at] ?? run}`)]
        : []
    })
    if (confusions.length > 0) parts.push(element('div', { class: 'confusions' }, ...confusions))
    const groups = groupTable(comparison, letters)
    if (groups) parts.push(groups)
    this.details.hidden = parts.length === 0
    this.details.head('Predictions', confusions.length > 0 ? 'gold down, predicted across' : '')
    replaceKeepingFocus(this.details.body, ...parts)
  }
}

const chosenRuns = (selected: readonly string[], runs: readonly RunState[]): RunState[] =>
  selected
    .flatMap((id) => runs.find(({ record }) => record.id === id) ?? [])
    .slice(0, letters.length)

const sameRuns = (comparison: Comparison, runs: readonly RunState[]): boolean =>
  comparison.runs.map(({ run }) => run).join() === runs.map(({ record }) => record.id).join()

const verdictSentence = (
  { disagreements, examples, difference }: ComparedPair,
  left: string,
  right: string,
): string => {
  const differ = `${left} and ${right} differ on ${disagreements.toLocaleString('en-US')} of ${plural(examples, 'dev example')}`
  if (!difference) return `${differ}.`
  const { mean, low, high } = difference
  const interval = `${formatDifference(low)} to ${formatDifference(high)}`
  if (low <= 0 && high >= 0)
    return `${differ}; ${formatDifference(mean)} (95 %: ${interval}) is within noise.`
  const better = mean > 0 ? left : right
  return `${differ}; ${better} is better by ${Math.abs(mean * 100).toFixed(1)} (95 %: ${interval}), more than chance explains.`
}
