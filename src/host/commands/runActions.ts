import path from 'node:path'
import * as vscode from 'vscode'
import { InputError } from '../../core/errors.ts'
import { isActive } from '../../core/runs/describe.ts'
import { markOf } from '../../core/runs/markOf.ts'
import type { Mark, MarkChange } from '../../core/runs/marks.ts'
import { updateMark } from '../../core/runs/marksFile.ts'
import { layout } from '../../core/runs/store.ts'
import { deleteToTrash, listTrash, undoDelete } from '../../core/runs/trash.ts'
import { exportSweep } from '../dashboard/exportSweep.ts'
import { plainText } from '../plainText.ts'
import type { RunRegistry } from '../runs/registry.ts'
import type { Node, RunNode } from '../sidePanel/tree.ts'
import { outermost, runsOf } from './selection.ts'

/** What is done to runs and sweeps on disk; none of it starts or stops a training. */
export class RunActions {
  constructor(private readonly registry: RunRegistry) {}

  /** Changes the marks of all of these. */
  mark(nodes: readonly Node[], change: MarkChange): void {
    for (const node of nodes) updateMark(node.sweep.dir, runIdOf(node), change)
    this.refresh(nodes)
  }

  /** Asks for a name or a note; an empty text takes it away. */
  async ask(node: Node, what: 'name' | 'note'): Promise<void> {
    const value = markIn(node)[what] ?? ''
    const text = await vscode.window.showInputBox({
      title: what === 'name' ? `Rename ${nameOf(node)}` : `Note on ${nameOf(node)}`,
      prompt: what === 'name' ? 'Empty: its own name again' : 'Empty: no note',
      value,
      validateInput: (given) => tooLong(what, given),
    })
    if (text !== undefined) this.mark([node], { [what]: text })
  }

  /**
   * Moves them into the trash, from where the notification's *Undo* brings them back.
   * @throws InputError where a trainer is at work on one of them
   */
  async delete(nodes: readonly Node[]): Promise<void> {
    const gone = outermost(nodes)
    for (const { sweep, runs } of runsOf(gone)) {
      const active = runs.find((run) => isActive(run.state.state))
      if (!active) continue
      throw new InputError(
        `A run of ${sweep.record.name} is ${active.state.state}: stop it first, then delete.`,
      )
    }
    const trashed: { store: string; id: string }[] = []
    for (const node of gone) {
      const { store } = node.sweep
      trashed.push({ store, id: deleteToTrash(store, dirOf(node)).id })
    }
    this.refresh(gone)
    const [only] = gone
    const what = gone.length === 1 && only ? nameOf(only) : `${gone.length} sweeps and runs`
    const answer = await vscode.window.showInformationMessage(
      plainText(`Deleted ${what}. It stays in the trash for seven days.`),
      'Undo',
    )
    if (answer !== 'Undo') return
    for (const { store, id } of trashed.reverse()) undoDelete(store, id)
    this.refresh(gone)
  }

  /** Brings back what was deleted in the last days. */
  async restore(): Promise<void> {
    const items = this.registry.storeDirs().flatMap((store) =>
      listTrash(store).map((trashed) => ({
        label: trashed.from,
        description: `deleted ${new Date(trashed.deleted).toLocaleString()}`,
        store,
        id: trashed.id,
      })),
    )
    if (items.length === 0) {
      void vscode.window.showInformationMessage('Nothing was deleted in the last seven days.')
      return
    }
    const chosen = await vscode.window.showQuickPick(items, { placeHolder: 'Restore what?' })
    if (!chosen) return
    undoDelete(chosen.store, chosen.id)
    this.registry.addStore(chosen.store)
  }

  /** Results as a table, or one run's model as a Hugging Face folder. */
  async export(node: Node): Promise<void> {
    if (node.kind === 'sweep') return exportSweep(node.sweep)
    const { record } = node.run.state
    if (record.state !== 'done' || record.weightsDeleted) return exportSweep(node.sweep)
    const model = { label: 'Model', description: 'a Hugging Face folder' }
    const results = { label: 'Results of the Sweep', description: 'CSV or JSON' }
    const chosen = await vscode.window.showQuickPick([model, results], {
      placeHolder: `Export what of ${nameOf(node)}?`,
    })
    if (chosen === results) return exportSweep(node.sweep)
    if (chosen === model) await exportModel(node)
  }

  async copyConfiguration(nodes: readonly Node[]): Promise<void> {
    const configs = nodes.map((node) =>
      node.kind === 'run' ? node.run.state.record.config : node.sweep.record.experiment,
    )
    const text = JSON.stringify(configs.length === 1 ? configs[0] : configs, null, 2)
    await vscode.env.clipboard.writeText(text)
  }

  private refresh(nodes: readonly Node[]): void {
    for (const store of new Set(nodes.map(({ sweep }) => sweep.store))) {
      this.registry.addStore(store)
    }
  }
}

const exportModel = async (node: RunNode): Promise<void> => {
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      title: 'Put the model’s folder where?',
      openLabel: 'Export Here',
    })) ?? []
  if (!folder) return
  const { record } = node.run.state
  const name = `${path.basename(node.sweep.dir)}-${record.id}`
  const target = vscode.Uri.joinPath(folder, name)
  await vscode.workspace.fs.copy(vscode.Uri.file(layout.model(node.run.dir)), target)
  await vscode.commands.executeCommand('revealFileInOS', target)
}

const runIdOf = (node: Node): string | undefined =>
  node.kind === 'run' ? node.run.state.record.id : undefined

const dirOf = (node: Node): string => (node.kind === 'run' ? node.run.dir : node.sweep.dir)

const markIn = (node: Node): Mark => markOf(node.sweep.marks, runIdOf(node))

const nameOf = (node: Node): string => {
  const own = node.kind === 'run' ? `run ${node.run.state.record.id}` : node.sweep.record.name
  return markIn(node).name ?? own
}

const tooLong = (what: 'name' | 'note', text: string): string | undefined => {
  const most = what === 'name' ? 200 : 10_000
  return text.trim().length > most ? `At most ${most} characters.` : undefined
}
