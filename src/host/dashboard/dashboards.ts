import path from 'node:path'
import * as vscode from 'vscode'
import { isActive } from '../../core/runs/describe.ts'
import { Disposables } from '../disposables.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import type { DashboardActions } from './dashboardActions.ts'
import { DashboardPanel } from './dashboardPanel.ts'
import { EarlierDashboards } from './earlierDashboards.ts'
import { titleOf } from './sweepTitle.ts'

const viewType = 'headway.dashboard'
/** Sweeps whose dashboards are open, in the workspace's memory. */
const openKey = 'headway.openDashboards'

/**
 * The open dashboards, one per sweep; brings them back after a reload or restart. VS Code revives the
 * tabs of a window that was closed in order; where the extension host crashed it drops them, so what
 * was open is remembered here too.
 */
export class Dashboards implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly panels = new Map<string, DashboardPanel>()
  private readonly disposables = new Disposables()
  private readonly earlier: EarlierDashboards

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly actions: DashboardActions,
    private readonly memory: vscode.Memento,
  ) {
    this.earlier = new EarlierDashboards(memory.get<string[]>(openKey, []))
    this.disposables.track(vscode.window.registerWebviewPanelSerializer(viewType, this))
    // Tabs are told of later than panels: what was remembered in between is put right.
    this.disposables.track(
      vscode.window.tabGroups.onDidChangeTabs(({ opened, closed }) => {
        if ([...opened, ...closed].some(isDashboard)) this.remember()
      }),
    )
  }

  open(sweepDir: string, name = path.basename(sweepDir)): void {
    const open = this.panels.get(sweepDir)
    if (open) {
      open.panel.reveal()
      return
    }
    const panel = vscode.window.createWebviewPanel(viewType, name, vscode.ViewColumn.Active, {
      enableScripts: true,
    })
    this.adopt(panel, sweepDir)
  }

  /** Opens a sweep's dashboard, which compares these of its runs. */
  compare(sweepDir: string, name: string, runs: readonly string[]): void {
    this.open(sweepDir, name)
    this.panels.get(sweepDir)?.show({ type: 'showCompare', runs })
  }

  /** Opens a sweep's dashboard with the runs that a filter lets through. */
  openFiltered(sweepDir: string, name: string, query: string): void {
    this.open(sweepDir, name)
    this.panels.get(sweepDir)?.show({ type: 'showQuery', query })
  }

  /** Opens again what a crash closed and what still trains; the rest is forgotten. */
  async reopen(): Promise<void> {
    const registry = await this.workspaceRuns.ready()
    for (const sweepDir of this.earlier.lost(this.panels.size, countTabs())) {
      const runs = registry.sweep(sweepDir)?.runs ?? []
      if (runs.some(({ state }) => isActive(state.state))) this.open(sweepDir)
    }
    this.remember()
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const sweepDir = savedSweep(state) ?? (await this.earlierTitled(panel.title))
    if (sweepDir === undefined || this.panels.has(sweepDir)) return panel.dispose()
    this.adopt(panel, sweepDir)
  }

  /** VS Code writes a page's state down now and then only. */
  private async earlierTitled(title: string): Promise<string | undefined> {
    const registry = await this.workspaceRuns.ready()
    const found = this.earlier.find((sweepDir) => {
      const sweep = registry.sweep(sweepDir)
      return title === (sweep ? titleOf(sweep) : path.basename(sweepDir))
    })
    // Taken, before another tab of that title asks.
    if (found !== undefined) this.earlier.opened(found)
    return found
  }

  dispose(): void {
    for (const panel of this.panels.values()) panel.dispose()
    this.disposables.dispose()
  }

  private adopt(panel: vscode.WebviewPanel, sweepDir: string): void {
    const dashboard = new DashboardPanel(
      panel,
      sweepDir,
      this.extensionUri,
      this.workspaceRuns,
      this.actions,
      this.memory,
    )
    this.panels.set(sweepDir, dashboard)
    this.earlier.opened(sweepDir)
    panel.onDidDispose(() => {
      this.panels.delete(sweepDir)
      this.remember()
    })
    this.remember()
  }

  private remember(): void {
    const open = [...this.panels.keys()]
    void this.memory.update(openKey, this.earlier.toRemember(open, countTabs()))
  }
}

/** VS Code puts a word of its own before a tab's type. */
const isDashboard = ({ input }: vscode.Tab): boolean =>
  input instanceof vscode.TabInputWebview && input.viewType.endsWith(viewType)

const countTabs = (): number =>
  vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(isDashboard).length

const savedSweep = (state: unknown): string | undefined => {
  if (typeof state !== 'object' || state === null || !('sweepDir' in state)) return undefined
  return typeof state.sweepDir === 'string' ? state.sweepDir : undefined
}
