import path from 'node:path'
import * as vscode from 'vscode'
import { commandIds } from '../commands/ids.ts'
import type { FollowedRun } from '../runs/followedRun.ts'
import type { FollowedSweep } from '../runs/storeFollower.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import { type Label, runLabel, sweepLabel } from './labels.ts'
import {
  describeListing,
  isSweepListed,
  type Listing,
  listRuns,
  restoreListing,
} from './listing.ts'
import { type Said, TreeChanges } from './treeChanges.ts'

export interface SweepNode {
  readonly kind: 'sweep'
  readonly sweep: FollowedSweep
}
export interface RunNode {
  readonly kind: 'run'
  readonly sweep: FollowedSweep
  readonly run: FollowedRun
}
export type Node = SweepNode | RunNode

const repaintMs = 500
/** A sweep's own line says how far it is; see `TreeChanges`. */
const sweepRepaintMs = 5000
const listingKey = 'headway.sweepsListing'

/** The side panel's *Sweeps*: sweeps, newest first, and their runs, ranked. */
export class SweepsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<Node[] | undefined>()
  readonly onDidChangeTreeData = this.emitter.event
  private readonly view: vscode.TreeView<Node>
  private readonly subscription: vscode.Disposable
  private readonly changes = new TreeChanges<FollowedSweep, FollowedRun>(sweepRepaintMs)
  private readonly nodes = new WeakMap<FollowedSweep | FollowedRun, Node>()
  private repaint: NodeJS.Timeout | undefined

  private shown: Listing

  constructor(
    private readonly workspaceRuns: WorkspaceRuns,
    private readonly memory: vscode.Memento,
  ) {
    this.shown = restoreListing(memory.get(listingKey))
    this.view = vscode.window.createTreeView('headway.runs', {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: true,
    })
    this.announce()
    this.subscription = workspaceRuns.changed.on((change) => {
      if (change) this.changes.add(change.sweep, change.run)
      else this.changes.addAll()
      this.schedule()
    })
  }

  get listing(): Listing {
    return this.shown
  }

  list(changes: Partial<Listing>): void {
    this.shown = { ...this.shown, ...changes }
    void this.memory.update(listingKey, this.shown)
    this.announce()
    this.emitter.fire(undefined)
  }

  async getChildren(parent?: Node): Promise<Node[]> {
    if (parent?.kind === 'run') return []
    if (parent) return this.runsOf(parent.sweep).map((run) => this.runNode(parent.sweep, run))
    const registry = await this.workspaceRuns.ready()
    const sweeps = this.listed(registry.sweeps())
    this.changes.shown(this.placesOf(sweeps))
    return sweeps.map((sweep) => this.sweepNode(sweep))
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const label = labelOf(node)
    this.changes.painted(node.kind === 'run' ? node.run : node.sweep, saidOf(label))
    return this.item(node, label, node.kind === 'run' ? node.run.dir : node.sweep.dir)
  }

  dispose(): void {
    clearTimeout(this.repaint)
    this.subscription.dispose()
    this.view.dispose()
    this.emitter.dispose()
  }

  /** The same object for a line as long as it is there: VS Code finds what to paint anew by it. */
  private runNode(sweep: FollowedSweep, run: FollowedRun): RunNode {
    const known = this.nodes.get(run)
    if (known?.kind === 'run' && known.sweep === sweep) return known
    const node = { kind: 'run', sweep, run } as const
    this.nodes.set(run, node)
    return node
  }

  private sweepNode(sweep: FollowedSweep): SweepNode {
    const known = this.nodes.get(sweep)
    if (known?.kind === 'sweep') return known
    const node = { kind: 'sweep', sweep } as const
    this.nodes.set(sweep, node)
    return node
  }

  private listed(sweeps: readonly FollowedSweep[]): FollowedSweep[] {
    return sweeps.filter((sweep) =>
      isSweepListed(this.runsOf(sweep).length, sweep.marks, this.shown),
    )
  }

  private placesOf(sweeps: readonly FollowedSweep[]): string {
    const places = sweeps.map((sweep) => [sweep.dir, ...this.runsOf(sweep).map(({ dir }) => dir)])
    return JSON.stringify(places)
  }

  private runsOf({ runs, marks, record }: FollowedSweep): FollowedRun[] {
    return listRuns(runs, marks, marks.sweep.name ?? record.name, this.shown)
  }

  private announce(): void {
    // A view's message takes no undefined under exactOptionalPropertyTypes; the empty one is none.
    this.view.message = describeListing(this.shown) ?? ''
  }

  private item(node: Node, label: Label, dir: string): vscode.TreeItem {
    const item = new vscode.TreeItem(
      label.label,
      node.kind === 'sweep'
        ? vscode.TreeItemCollapsibleState.Expanded
        : vscode.TreeItemCollapsibleState.None,
    )
    item.id = dir
    item.description = label.description
    item.contextValue = label.contextValue
    item.iconPath = new vscode.ThemeIcon(
      label.icon,
      label.color ? new vscode.ThemeColor(label.color) : undefined,
    )
    item.tooltip = label.tooltip.join('\n')
    item.accessibilityInformation = {
      label: `${node.kind === 'sweep' ? 'Sweep' : 'Run'} ${label.label}, ${label.description}`,
    }
    item.command = {
      command: commandIds.openDashboard,
      title: `Open the dashboard of ${path.basename(node.sweep.dir)}`,
      arguments: [node],
    }
    return item
  }

  /** Steps come by the dozen a second; a list that is read needs no more than two a second. */
  private schedule(): void {
    this.repaint ??= setTimeout(() => {
      this.repaint = undefined
      this.paint()
    }, repaintMs)
  }

  private paint(): void {
    const sweeps = this.listed(this.workspaceRuns.current?.sweeps() ?? [])
    const changes = this.changes.take(this.placesOf(sweeps), Date.now(), {
      sweep: (sweep) => saidOf(labelOf(this.sweepNode(sweep))),
      run: (sweep, run) => saidOf(labelOf(this.runNode(sweep, run))),
    })
    if (changes === 'all') {
      this.emitter.fire(undefined)
      return
    }
    const nodes = [
      ...changes.sweeps.map((sweep) => this.sweepNode(sweep)),
      ...changes.runs.map(({ sweep, run }) => this.runNode(sweep, run)),
    ]
    if (nodes.length > 0) this.emitter.fire(nodes)
    // A sweep's line that waits for its turn.
    if (changes.waiting) this.schedule()
  }
}

const labelOf = (node: Node): Label => {
  const { marks, record } = node.sweep
  const runs = node.sweep.runs.map((run) => run.state)
  return node.kind === 'run'
    ? runLabel(node.run.state, runs, marks)
    : sweepLabel(record, runs, marks)
}

const saidOf = (label: Label): Said => ({
  text: JSON.stringify(label),
  state: `${label.icon} ${label.contextValue}`,
})
