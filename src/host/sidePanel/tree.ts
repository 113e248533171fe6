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
const listingKey = 'headway.sweepsListing'

/** The side panel's *Sweeps*: sweeps, newest first, and their runs, ranked. */
export class SweepsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<undefined>()
  readonly onDidChangeTreeData = this.emitter.event
  private readonly view: vscode.TreeView<Node>
  private readonly subscription: vscode.Disposable
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
    this.subscription = workspaceRuns.changed.on(() => this.schedule())
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
    if (parent) {
      return this.runsOf(parent.sweep).map((run) => ({ kind: 'run', sweep: parent.sweep, run }))
    }
    const registry = await this.workspaceRuns.ready()
    return registry
      .sweeps()
      .filter((sweep) => isSweepListed(this.runsOf(sweep).length, sweep.marks, this.shown))
      .map((sweep) => ({ kind: 'sweep', sweep }))
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const { marks } = node.sweep
    const runs = node.sweep.runs.map((run) => run.state)
    if (node.kind === 'run')
      return this.item(node, runLabel(node.run.state, runs, marks), node.run.dir)
    return this.item(node, sweepLabel(node.sweep.record, runs, marks), node.sweep.dir)
  }

  dispose(): void {
    clearTimeout(this.repaint)
    this.subscription.dispose()
    this.view.dispose()
    this.emitter.dispose()
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
      this.emitter.fire(undefined)
    }, repaintMs)
  }
}
