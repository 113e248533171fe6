import path from 'node:path'
import * as vscode from 'vscode'
import { commandIds } from '../commands/ids.ts'
import type { FollowedRun } from '../runs/followedRun.ts'
import type { FollowedSweep } from '../runs/storeFollower.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import { type Label, runLabel, sweepLabel } from './labels.ts'

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

/** The side panel *Runs*: sweeps, newest first, and their runs. */
export class RunsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<undefined>()
  readonly onDidChangeTreeData = this.emitter.event
  private readonly view: vscode.TreeView<Node>
  private readonly subscription: vscode.Disposable
  private repaint: NodeJS.Timeout | undefined

  constructor(private readonly workspaceRuns: WorkspaceRuns) {
    this.view = vscode.window.createTreeView('headway.runs', { treeDataProvider: this })
    this.subscription = workspaceRuns.changed.on(() => this.schedule())
  }

  async getChildren(parent?: Node): Promise<Node[]> {
    if (parent?.kind === 'run') return []
    if (parent) {
      return parent.sweep.runs.map((run) => ({ kind: 'run', sweep: parent.sweep, run }))
    }
    const registry = await this.workspaceRuns.ready()
    return registry.sweeps().map((sweep) => ({ kind: 'sweep', sweep }))
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const runs = node.sweep.runs.map((run) => run.state)
    if (node.kind === 'run') return this.item(node, runLabel(node.run.state, runs), node.run.dir)
    return this.item(node, sweepLabel(node.sweep.record, runs), node.sweep.dir)
  }

  dispose(): void {
    clearTimeout(this.repaint)
    this.subscription.dispose()
    this.view.dispose()
    this.emitter.dispose()
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
