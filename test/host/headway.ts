import assert from 'node:assert/strict'
import * as vscode from 'vscode'

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[]
    readonly views: Record<string, readonly { readonly id: string }[]>
  }
}

export const extension = (): vscode.Extension<unknown> => {
  const found = vscode.extensions.getExtension('headway.headway')
  assert.ok(found, 'VS Code does not know the extension headway.headway')
  return found
}

export const manifest = (): Manifest => extension().packageJSON as Manifest

/** Ids of Headway's commands that are registered now, without those VS Code adds for each view. */
export const registeredCommands = async (): Promise<string[]> => {
  const views = Object.values(manifest().contributes.views).flat()
  const ofViews = (id: string) => views.some((view) => id.startsWith(`${view.id}.`))
  const all = await vscode.commands.getCommands(true)
  return all.filter((id) => id.startsWith('headway.') && !ofViews(id)).sort()
}

export const workspaceFolder = (): string => {
  const folder = vscode.workspace.workspaceFolders?.[0]
  assert.ok(folder, 'no folder is open')
  return folder.uri.fsPath
}
