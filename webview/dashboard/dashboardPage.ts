import type { DashboardRequest, SweepState } from '../../src/core/protocol/dashboard.ts'
import type { Curves } from '../../src/core/runs/runState.ts'
import { element } from '../ui/dom.ts'
import type { Exporter } from '../ui/exporter.ts'
import { keepFocus } from '../ui/focus.ts'
import { readTheme, type ThemeColors } from '../ui/theme.ts'
import { AnswerStrip } from './answerStrip.ts'
import { CompareTab } from './compareTab.ts'
import { CurveCards, type CurveContext, Legend } from './curveCards.ts'
import type { DashboardState } from './dashboardState.ts'
import { EffectsCard } from './effectsCard.ts'
import { makeEncoding } from './encoding.ts'
import { GridCard } from './gridCard.ts'
import { Header } from './header.ts'
import { Notice } from './notice.ts'
import { PaperCard } from './paperCard.ts'
import { ParametersTab } from './parametersTab.ts'
import { makeRows, type Rows } from './rows.ts'
import { RunsTable } from './runsTable.ts'
import type { TableActions } from './runsToolbar.ts'
import { makeSweepView } from './sweepView.ts'
import { SystemTab } from './systemTab.ts'
import { TabBar } from './tabBar.ts'
import type { Tab, View } from './view.ts'

/** The page of one sweep: header and answer, then one of four pages. */
export class DashboardPage {
  readonly nodes: readonly HTMLElement[]
  private readonly header: Header
  private readonly notice: Notice
  private readonly answer: AnswerStrip
  private readonly tabs: TabBar
  private readonly panel = element('div', {
    id: 'tab-panel',
    role: 'tabpanel',
    class: 'tab-page',
    tabindex: '-1',
  })
  private readonly legend = new Legend()
  private readonly curves: CurveCards
  private readonly grid: GridCard
  private readonly paper: PaperCard
  private readonly effects: EffectsCard
  private readonly table: RunsTable
  private readonly parameters: ParametersTab
  private readonly system: SystemTab
  private readonly compare: CompareTab
  private readonly overview: HTMLElement
  private theme: ThemeColors = readTheme()
  private shownTab: Tab | undefined

  constructor(
    private readonly view: View,
    send: (request: DashboardRequest) => void,
    actions: TableActions,
    exporter: Exporter,
  ) {
    this.header = new Header(send)
    this.notice = new Notice(send)
    this.answer = new AnswerStrip(send)
    this.tabs = new TabBar(view)
    this.curves = new CurveCards(view, exporter)
    this.grid = new GridCard(view, exporter)
    this.paper = new PaperCard(view, exporter)
    this.effects = new EffectsCard(exporter)
    this.table = new RunsTable(view, actions, exporter)
    this.parameters = new ParametersTab(view, exporter)
    this.system = new SystemTab(view, exporter)
    this.compare = new CompareTab(view, send, exporter)
    this.overview = element(
      'div',
      { class: 'overview' },
      element(
        'div',
        { class: 'column main-column' },
        this.curves.score.root,
        this.legend.root,
        this.table.root,
        this.paper.root,
      ),
      element(
        'div',
        { class: 'column side-column' },
        this.grid.root,
        this.effects.root,
        this.curves.loss.root,
        this.curves.rate.root,
      ),
    )
    this.nodes = [this.header.root, this.notice.root, this.answer.root, this.tabs.root, this.panel]
  }

  readTheme(): void {
    this.theme = readTheme()
  }

  setDisconnected(disconnected: boolean): void {
    this.notice.setDisconnected(disconnected)
  }

  update(
    sweepState: SweepState,
    trusted: boolean,
    { analysis, detail, comparison, unjudged }: DashboardState,
  ): void {
    const { runs, marks } = sweepState
    const sweep = makeSweepView(runs, marks, analysis, sweepState.sweep.test)
    this.view.keepOnly(new Set(sweep.cellOf.keys()))
    const encoding = makeEncoding(sweep, this.theme, this.view.saved.colors)
    const rows = makeRows(sweep, this.view.saved)
    const many = sweep.runs.length > 1
    const tab: Tab = many || this.view.saved.tab === 'system' ? this.view.saved.tab : 'overview'
    const context: CurveContext = {
      sweep,
      encoding,
      runs: rows.charted,
      detail: this.view.zoom && detail ? detailOf(detail.runs) : noDetail,
      theme: this.theme,
    }
    const draw = (): void => {
      this.header.update(sweepState, trusted)
      this.notice.update(sweepState, trusted)
      this.answer.update(sweep, trusted, unjudged)
      this.tabs.update(tab, many, this.view.saved.selected.length)
      this.showTab(tab)
      this.panel.setAttribute('aria-labelledby', `tab-${tab}`)
      this.overview.classList.toggle('single', !many)
      this.updateTab(tab, context, rows, comparison)
    }
    keepFocus(this.nodes, draw, () => this.tabs.focus(tab))
  }

  highlight(runs: ReadonlySet<string>): void {
    switch (this.shownTab) {
      case 'overview':
        this.curves.highlight(runs)
        this.grid.highlight(runs)
        this.table.highlight(runs)
        return
      case 'system':
        this.system.highlight(runs)
        return
      case 'compare':
        this.compare.highlight(runs)
        return
      default:
    }
  }

  private showTab(tab: Tab): void {
    if (tab === this.shownTab) return
    this.shownTab = tab
    const pages: Record<Tab, HTMLElement> = {
      overview: this.overview,
      parameters: this.parameters.root,
      system: this.system.root,
      compare: this.compare.root,
    }
    this.panel.replaceChildren(pages[tab])
  }

  /** Only what is on the screen. */
  private updateTab(
    tab: Tab,
    context: CurveContext,
    rows: Rows,
    comparison: DashboardState['comparison'],
  ): void {
    const { sweep, encoding, theme } = context
    switch (tab) {
      case 'overview':
        this.curves.update(context)
        this.legend.update(sweep, encoding)
        this.grid.update(sweep, theme)
        this.effects.update(sweep, encoding, theme)
        this.paper.update(sweep, theme)
        this.table.update(sweep, rows, encoding)
        return
      case 'parameters':
        this.parameters.update(sweep, rows, encoding, theme)
        return
      case 'system':
        this.system.update(context)
        return
      case 'compare':
        this.compare.update(context, comparison)
        return
      default:
        tab satisfies never
    }
  }
}

const noDetail: ReadonlyMap<string, Curves> = new Map()
const detailOf = (
  runs: readonly { readonly run: string; readonly curves: Curves }[],
): ReadonlyMap<string, Curves> => new Map(runs.map(({ run, curves }) => [run, curves]))
