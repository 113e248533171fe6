import path from 'node:path'
import * as vscode from 'vscode'
import type { AnnotatedPlace } from '../../core/annotation/annotationStore.ts'

/** Undefined for what has no place in the workspace: untitled, outside of it, not on disk. */
export const placeOf = (uri: vscode.Uri): AnnotatedPlace | undefined => {
  const folder = vscode.workspace.getWorkspaceFolder(uri)
  if (uri.scheme !== 'file' || !folder) return undefined
  const file = path.relative(folder.uri.fsPath, uri.fsPath).split(path.sep).join('/')
  return { folder: folder.uri.fsPath, file }
}

const longestText = 40_000_000
const longestLine = 50_000
const lookedAt = 100_000

/** Why a file cannot be annotated; undefined where it can. */
export const refusal = (document: vscode.TextDocument): string | undefined => {
  const name = path.basename(document.uri.path)
  const start = document.getText(new vscode.Range(0, 0, Math.min(2000, document.lineCount), 0))
  if (start.slice(0, lookedAt).includes('\0'))
    return `${name} is binary: it has no text to annotate.`
  let length = 0
  for (let line = 0; line < document.lineCount; line++) {
    const here = document.lineAt(line).text.length
    if (here > longestLine) {
      return `${name}:${line + 1} is a line of ${here.toLocaleString('en-US')} characters: break lines longer than ${longestLine.toLocaleString('en-US')} to annotate it.`
    }
    length += here + 1
  }
  return length > longestText ? `${name} is larger than 40 MB: split it to annotate it.` : undefined
}
