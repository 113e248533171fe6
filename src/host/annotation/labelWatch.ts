import * as vscode from 'vscode'
import { annotationsFolder } from '../../core/annotation/annotationStore.ts'
import { Disposables } from '../disposables.ts'

/** Tells when another window, or git, changed labels of a workspace folder, also of one opened later. */
export class LabelWatch implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly watchers = new Map<string, vscode.Disposable>()

  constructor(private readonly changed: () => void) {
    this.disposables.track(
      vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const { uri } of removed) this.remove(uri.fsPath)
        for (const { uri } of added) this.add(uri.fsPath)
      }),
    )
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) this.add(uri.fsPath)
  }

  dispose(): void {
    for (const folder of [...this.watchers.keys()]) this.remove(folder)
    this.disposables.dispose()
  }

  private add(folder: string): void {
    const base = vscode.Uri.file(annotationsFolder(folder))
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(base, '**/*.jsonl'),
    )
    watcher.onDidChange(this.changed)
    watcher.onDidCreate(this.changed)
    this.remove(folder)
    this.watchers.set(folder, watcher)
  }

  private remove(folder: string): void {
    this.watchers.get(folder)?.dispose()
    this.watchers.delete(folder)
  }
}
