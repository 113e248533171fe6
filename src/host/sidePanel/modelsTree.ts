import * as vscode from 'vscode'
import {
  formatCount,
  formatScore,
  metricLabel,
  modelName,
  selectionScore,
} from '../../core/runs/describe.ts'
import { commandIds } from '../commands/ids.ts'
import { loadFineTuneParts } from '../loadParts.ts'
import type { WorkspaceRuns } from '../runs/workspaceRuns.ts'
import { runLabel } from './labels.ts'
import { modelsKey } from './modelsKey.ts'
import type { Pretrained } from './pretrained.ts'
import type { RunNode } from './tree.ts'

type ModelNode =
  | { readonly kind: 'group'; readonly group: 'pretrained' | 'fineTuned' }
  | { readonly kind: 'pretrained'; readonly model: Pretrained }
  /** Where a group is empty. */
  | { readonly kind: 'note'; readonly text: string }
  | RunNode

const repaintMs = 2000
const noModels = 'None yet: finished runs that have their weights stand here.'

/** The side panel's *Models*: pretrained ones, and finished runs that have their weights. */
export class ModelsTree implements vscode.TreeDataProvider<ModelNode>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<undefined>()
  readonly onDidChangeTreeData = this.emitter.event
  private readonly view: vscode.TreeView<ModelNode>
  private readonly subscription: vscode.Disposable
  private repaint: NodeJS.Timeout | undefined
  private shown = ''

  constructor(private readonly workspaceRuns: WorkspaceRuns) {
    this.view = vscode.window.createTreeView('headway.models', {
      treeDataProvider: this,
      canSelectMany: true,
    })
    this.subscription = workspaceRuns.changed.on(() => {
      this.repaint ??= setTimeout(() => this.look(), repaintMs)
    })
  }

  async getChildren(parent?: ModelNode): Promise<ModelNode[]> {
    if (!parent) {
      return [
        { kind: 'group', group: 'fineTuned' },
        { kind: 'group', group: 'pretrained' },
      ]
    }
    if (parent.kind !== 'group') return []
    if (parent.group === 'fineTuned') {
      await this.workspaceRuns.ready()
      const models = this.fineTuned()
      return models.length > 0 ? models : [{ kind: 'note', text: noModels }]
    }
    const { listPretrained } = await loadFineTuneParts()
    return listPretrained().map((model) => ({ kind: 'pretrained', model }))
  }

  getTreeItem(node: ModelNode): vscode.TreeItem {
    switch (node.kind) {
      case 'group':
        return groupItem(node.group)
      case 'pretrained':
        return pretrainedItem(node.model)
      case 'run':
        return fineTunedItem(node)
      case 'note':
        return new vscode.TreeItem(node.text)
      default:
        return node satisfies never
    }
  }

  dispose(): void {
    clearTimeout(this.repaint)
    this.subscription.dispose()
    this.view.dispose()
    this.emitter.dispose()
  }

  /** Only when models came or went, or were marked: steps change none. */
  private look(): void {
    this.repaint = undefined
    const shown = modelsKey(this.fineTuned())
    if (shown === this.shown) return
    this.shown = shown
    this.emitter.fire(undefined)
  }

  private fineTuned(): RunNode[] {
    const sweeps = this.workspaceRuns.current?.sweeps() ?? []
    return sweeps.flatMap((sweep) =>
      sweep.runs
        .filter(({ state }) => state.state === 'done' && !state.record.weightsDeleted)
        .sort((a, b) => (selectionScore(b.state) ?? -1) - (selectionScore(a.state) ?? -1))
        .map((run): RunNode => ({ kind: 'run', sweep, run })),
    )
  }
}

const groupItem = (group: 'pretrained' | 'fineTuned'): vscode.TreeItem => {
  const label = group === 'pretrained' ? 'Pretrained' : 'Fine-tuned here'
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded)
  item.id = group
  return item
}

const pretrainedItem = ({ id, folder, size, parameters, license }: Pretrained): vscode.TreeItem => {
  const item = new vscode.TreeItem(modelName(id))
  item.id = `pretrained ${id}`
  item.description = [folder ? size : `${size} to fetch`, license].join(' · ')
  item.iconPath = new vscode.ThemeIcon(folder ? 'package' : 'cloud')
  item.tooltip = [
    id,
    ...(parameters ? [`${formatCount(parameters)} parameters`] : []),
    license,
    folder ?? 'From the Hugging Face Hub; fetched when an experiment first needs it.',
  ].join('\n')
  return item
}

const fineTunedItem = ({ run, sweep }: RunNode): vscode.TreeItem => {
  const runs = sweep.runs.map(({ state }) => state)
  const { label, contextValue } = runLabel(run.state, runs, sweep.marks)
  const { config } = run.state.record
  const item = new vscode.TreeItem(label)
  item.id = `model ${run.dir}`
  const score = `${metricLabel(config.selectionMetric)} ${formatScore(selectionScore(run.state))}`
  const name = sweep.marks.sweep.name ?? sweep.record.name
  item.description = `${name} · ${score}`
  item.iconPath = new vscode.ThemeIcon('mortar-board')
  item.contextValue = contextValue
  item.tooltip = [
    `${config.head} head on ${modelName(config.model)}`,
    `${score} on dev`,
    run.dir,
  ].join('\n')
  item.command = {
    command: commandIds.openDashboard,
    title: 'Open the dashboard',
    arguments: [{ kind: 'run', sweep, run }],
  }
  return item
}
