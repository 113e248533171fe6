import * as vscode from 'vscode'
import type { RunKind, RunOrder } from '../sidePanel/listing.ts'
import type { SweepsTree } from '../sidePanel/tree.ts'

const kinds: readonly { readonly kind: RunKind; readonly label: string }[] = [
  { kind: 'all', label: 'All runs' },
  { kind: 'starred', label: 'Starred' },
  { kind: 'active', label: 'Running and queued' },
  { kind: 'finished', label: 'Finished' },
  { kind: 'unfinished', label: 'Stopped, paused, failed or interrupted' },
]

const orders: readonly { readonly order: RunOrder; readonly label: string }[] = [
  { order: 'score', label: 'Best first' },
  { order: 'grid', label: 'As in the grid' },
  { order: 'state', label: 'By state' },
  { order: 'newest', label: 'Newest first' },
]

const tick = (on: boolean): string => (on ? '$(check) ' : '')

/** Which runs the list shows. */
export const askFilter = async (sweeps: SweepsTree): Promise<void> => {
  const { kind, text, archived } = sweeps.listing
  const words = {
    label: '$(search) Words…',
    description: text === '' ? 'name, cell, model, state or note' : `“${text}”`,
  }
  const archive = { label: `${tick(archived)}Archived ones too` }
  const items = kinds.map((each) => ({ ...each, label: tick(each.kind === kind) + each.label }))
  const separator = { label: '', kind: vscode.QuickPickItemKind.Separator }
  const chosen = await vscode.window.showQuickPick(
    [...items.map(({ label }) => ({ label })), separator, words, archive],
    { placeHolder: 'Show which runs?' },
  )
  if (!chosen) return
  const found = items.find(({ label }) => label === chosen.label)
  if (found) sweeps.list({ kind: found.kind, ...(found.kind === 'all' ? { text: '' } : {}) })
  else if (chosen.label === archive.label) sweeps.list({ archived: !archived })
  else if (chosen.label === words.label) {
    const given = await vscode.window.showInputBox({
      title: 'Show runs with these words',
      prompt: 'Empty: all',
      value: text,
    })
    if (given !== undefined) sweeps.list({ text: given.trim() })
  }
}

/** In which order a sweep's runs stand. */
export const askOrder = async (sweeps: SweepsTree): Promise<void> => {
  const items = orders.map((each) => ({
    ...each,
    label: tick(each.order === sweeps.listing.order) + each.label,
  }))
  const chosen = await vscode.window.showQuickPick(items, {
    placeHolder: 'Runs of a sweep in which order?',
  })
  if (chosen) sweeps.list({ order: chosen.order })
}
