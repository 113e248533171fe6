import path from 'node:path'
import * as vscode from 'vscode'
import { messageOf } from '../../core/errors.ts'
import type { Finding, Severity } from '../../core/preflight/findings.ts'
import type { Preflight } from '../../core/preflight/preflight.ts'
import { formatCount } from '../../core/runs/describe.ts'
import { Disposables } from '../disposables.ts'
import { loadFineTuneParts } from '../loadParts.ts'
import { plainText } from '../plainText.ts'

interface ExperimentNode {
  readonly kind: 'experiment'
  readonly uri: vscode.Uri
}
interface FileNode {
  readonly kind: 'file'
  readonly experiment: vscode.Uri
  readonly part: 'train' | 'dev' | 'test'
  /** As the experiment says it. */
  readonly name: string
  readonly uri: vscode.Uri
}
interface FindingNode {
  readonly kind: 'finding'
  readonly finding: Finding
}
type DataNode = ExperimentNode | FileNode | FindingNode

const parts = ['train', 'dev', 'test'] as const
const experiments = '**/*.headway.json'
const notExperiments = '**/{node_modules,.git,.headway}/**'
const mostExperiments = 200
const findingIcons: Record<Severity, string> = { error: 'error', warning: 'warning', note: 'info' }

/** The side panel's *Data*: files of the workspace's experiments, with rows and findings. */
export class DataTree implements vscode.TreeDataProvider<DataNode>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<undefined>()
  readonly onDidChangeTreeData = this.emitter.event
  private readonly disposables = new Disposables()
  /** By experiment; what was found out in this window. */
  private readonly checked = new Map<string, Preflight>()
  /** Of the files that were checked, by experiment. */
  private readonly watched = new Map<string, Disposables>()

  constructor(private readonly dist: string) {
    const view = vscode.window.createTreeView('headway.data', { treeDataProvider: this })
    const watcher = vscode.workspace.createFileSystemWatcher(experiments)
    const again = (uri?: vscode.Uri) => {
      if (uri) this.forget(uri.fsPath)
      this.emitter.fire(undefined)
    }
    for (const one of [view, watcher, this.emitter]) this.disposables.track(one)
    this.disposables.track(watcher.onDidCreate(again))
    this.disposables.track(watcher.onDidDelete(again))
    this.disposables.track(watcher.onDidChange(again))
    this.disposables.track(vscode.workspace.onDidChangeWorkspaceFolders(() => again()))
  }

  async getChildren(parent?: DataNode): Promise<DataNode[]> {
    if (!parent) {
      const found = await vscode.workspace.findFiles(experiments, notExperiments, mostExperiments)
      return found
        .sort((a, b) => a.fsPath.localeCompare(b.fsPath))
        .map((uri) => ({ kind: 'experiment', uri }))
    }
    if (parent.kind === 'experiment') return filesOf(parent.uri)
    if (parent.kind === 'finding') return []
    return this.findingsOf(parent).map((finding) => ({ kind: 'finding', finding }))
  }

  async getTreeItem(node: DataNode): Promise<vscode.TreeItem> {
    switch (node.kind) {
      case 'experiment':
        return this.experimentItem(node)
      case 'file':
        return this.fileItem(node)
      case 'finding':
        return findingItem(node.finding)
      default:
        return node satisfies never
    }
  }

  /** Reads all of an experiment's data; asks which, where it is called without one. */
  async check(argument: unknown): Promise<void> {
    const uri = isExperiment(argument) ? argument.uri : await this.pick()
    if (!uri) return
    const { checkData } = await loadFineTuneParts()
    const progress = { location: { viewId: 'headway.data' } }
    // Before it is read: what changes meanwhile counts.
    await this.watch(uri)
    try {
      const result = await vscode.window.withProgress(progress, () =>
        checkData(uri.fsPath, this.dist),
      )
      // Undefined where a file changed while it was read.
      if (this.watched.has(uri.fsPath)) this.checked.set(uri.fsPath, result)
      this.emitter.fire(undefined)
    } catch (error) {
      void vscode.window.showErrorMessage(plainText(messageOf(error)))
    }
  }

  dispose(): void {
    for (const uri of [...this.watched.keys()]) this.forget(uri)
    this.disposables.dispose()
  }

  /** Findings of a file that changed since are none. */
  private async watch(experiment: vscode.Uri): Promise<void> {
    this.forget(experiment.fsPath)
    const watchers = new Disposables()
    this.watched.set(experiment.fsPath, watchers)
    for (const { uri } of await filesOf(experiment)) {
      const folder = vscode.Uri.file(path.dirname(uri.fsPath))
      const pattern = new vscode.RelativePattern(folder, path.basename(uri.fsPath))
      const watcher = watchers.track(vscode.workspace.createFileSystemWatcher(pattern))
      const changed = () => {
        this.forget(experiment.fsPath)
        this.emitter.fire(undefined)
      }
      for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete])
        watchers.track(event(changed))
    }
  }

  private forget(experiment: string): void {
    this.checked.delete(experiment)
    this.watched.get(experiment)?.dispose()
    this.watched.delete(experiment)
  }

  private async pick(): Promise<vscode.Uri | undefined> {
    const nodes = await this.getChildren()
    const items = nodes.flatMap((node) =>
      isExperiment(node)
        ? [{ label: vscode.workspace.asRelativePath(node.uri), uri: node.uri }]
        : [],
    )
    if (items.length <= 1) return items[0]?.uri
    const placeHolder = 'Check the data of which experiment?'
    return (await vscode.window.showQuickPick(items, { placeHolder }))?.uri
  }

  private experimentItem({ uri }: ExperimentNode): vscode.TreeItem {
    const item = new vscode.TreeItem(
      path.basename(uri.fsPath).replace(/\.headway\.json$/, ''),
      vscode.TreeItemCollapsibleState.Expanded,
    )
    item.id = uri.toString()
    const found = this.checked.get(uri.fsPath)?.findings
    item.description = found ? countOf(found) : vscode.workspace.asRelativePath(uri)
    item.iconPath = new vscode.ThemeIcon('beaker')
    item.contextValue = 'experiment'
    item.resourceUri = uri
    item.command = { command: 'vscode.open', title: 'Open', arguments: [uri] }
    return item
  }

  private async fileItem(node: FileNode): Promise<vscode.TreeItem> {
    const findings = this.findingsOf(node)
    const report = this.checked
      .get(node.experiment.fsPath)
      ?.files.find(({ part }) => part === node.part)
    const state = findings.length > 0 ? 'Collapsed' : 'None'
    const item = new vscode.TreeItem(
      `${node.part}: ${path.basename(node.name)}`,
      vscode.TreeItemCollapsibleState[state],
    )
    item.id = `${node.experiment.toString()} ${node.part}`
    const size = await sizeOf(node.uri)
    const said = report
      ? [`${formatCount(report.examples)} ${report.unit}`, findings.length ? countOf(findings) : '']
      : [node.name.startsWith('hub:') ? 'on the Hub' : (size ?? 'missing')]
    item.description = said.filter(Boolean).join(' · ')
    const worst = findings[0]?.severity
    const missing = size === undefined && !node.name.startsWith('hub:')
    item.iconPath = new vscode.ThemeIcon(
      missing ? 'error' : worst && worst !== 'note' ? findingIcons[worst] : 'database',
    )
    item.tooltip = report ? `${node.name}\n${report.format}` : node.name
    if (size !== undefined) {
      item.command = { command: 'vscode.open', title: 'Open', arguments: [node.uri] }
    }
    return item
  }

  private findingsOf({ experiment, part, uri }: FileNode): Finding[] {
    const findings = this.checked.get(experiment.fsPath)?.findings ?? []
    // What is in no file stands with the training data.
    return findings.filter(({ file }) =>
      file === undefined ? part === 'train' : isSame(file, uri),
    )
  }
}

const isExperiment = (value: unknown): value is ExperimentNode =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'experiment'

const isSame = (file: string, uri: vscode.Uri): boolean => path.resolve(file) === uri.fsPath

/** An experiment in the middle of being written has no files yet. */
const filesOf = async (experiment: vscode.Uri): Promise<FileNode[]> => {
  try {
    const bytes = await vscode.workspace.fs.readFile(experiment)
    const value = JSON.parse(new TextDecoder().decode(bytes)) as { data?: Record<string, unknown> }
    const base = path.dirname(experiment.fsPath)
    return parts.flatMap((part) => {
      const name = value.data?.[part]
      if (typeof name !== 'string') return []
      const uri = vscode.Uri.file(path.resolve(base, name))
      return [{ kind: 'file' as const, experiment, part, name, uri }]
    })
  } catch {
    return []
  }
}

const sizeOf = async (uri: vscode.Uri): Promise<string | undefined> => {
  try {
    const { size } = await vscode.workspace.fs.stat(uri)
    return size < 1e6 ? `${Math.ceil(size / 1e3)} kB` : `${(size / 1e6).toFixed(1)} MB`
  } catch {
    return undefined
  }
}

const countOf = (findings: readonly Finding[]): string => {
  const grave = findings.filter(({ severity }) => severity !== 'note').length
  if (findings.length === 0) return 'nothing found'
  if (grave === 0) return `${findings.length} ${findings.length === 1 ? 'note' : 'notes'}`
  return `${grave} ${grave === 1 ? 'finding' : 'findings'}`
}

const findingItem = ({ severity, message, file, line }: Finding): vscode.TreeItem => {
  const item = new vscode.TreeItem(message)
  item.iconPath = new vscode.ThemeIcon(findingIcons[severity])
  item.description = line === undefined ? '' : `line ${line}`
  item.tooltip = message
  if (file !== undefined) {
    const at = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0)
    const options = { selection: new vscode.Range(at, at) }
    const where = [vscode.Uri.file(file), options]
    item.command = { command: 'vscode.open', title: 'Show', arguments: where }
  }
  return item
}
