import * as vscode from 'vscode'
import type { Annotation } from '../../core/annotation/annotation.ts'

/** Labels that only this window has, of files that are not annotated now, for as long as it is open. */
export class KeptLabels {
  private readonly byFile = new Map<string, readonly Annotation[]>()

  keep(file: vscode.Uri, labels: readonly Annotation[]): void {
    if (labels.length > 0) this.byFile.set(file.toString(), labels)
  }

  take(file: vscode.Uri): readonly Annotation[] {
    const kept = this.byFile.get(file.toString()) ?? []
    this.byFile.delete(file.toString())
    return kept
  }

  /** A file, or a folder of such files, got another name. */
  moved(from: vscode.Uri, to: vscode.Uri): void {
    for (const [file, labels] of [...this.byFile]) {
      const uri = vscode.Uri.parse(file)
      if (!isWithin(uri, from)) continue
      this.byFile.delete(file)
      this.keep(renamedUri(uri, from, to), labels)
    }
  }
}

export const isWithin = ({ scheme, path }: vscode.Uri, outer: vscode.Uri): boolean =>
  scheme === outer.scheme && (path === outer.path || path.startsWith(`${outer.path}/`))

export const renamedUri = (uri: vscode.Uri, from: vscode.Uri, to: vscode.Uri): vscode.Uri =>
  to.with({ path: to.path + uri.path.slice(from.path.length) })
