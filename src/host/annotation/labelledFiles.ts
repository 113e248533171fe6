import fs from 'node:fs'
import path from 'node:path'
import * as vscode from 'vscode'
import { readAnnotatedText } from '../../core/annotation/annotatedText.ts'
import type { Annotation } from '../../core/annotation/annotation.ts'
import { annotatedFiles } from '../../core/annotation/annotationStore.ts'
import { orphanedAnnotations } from '../../core/annotation/movedAnnotations.ts'
import type { AnnotatedDocument } from './annotatedDocument.ts'

/** A text of the workspace with the labels that people gave it. */
export interface LabelledFile {
  readonly folder: string
  /** Relative to the folder, with `/`. */
  readonly file: string
  readonly text: string
  readonly annotations: readonly Annotation[]
}

/** Files with labels whose text is not there: deleted, or renamed where nobody saw it. */
export const filesGone = (): string[] =>
  (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) =>
    orphanedAnnotations(uri.fsPath).map(({ file }) => file),
  )

/**
 * All files with labels: open ones as they are in the editor, the others from disk, one by one. Not those
 * that are gone from disk, also where the editor still shows them: their text is elsewhere now, or nowhere.
 */
export function* labelledFiles(open: readonly AnnotatedDocument[]): Generator<LabelledFile> {
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    const folder = uri.fsPath
    for (const file of annotatedFiles(folder)) {
      const full = path.join(folder, ...file.split('/'))
      if (!fs.existsSync(full)) continue
      const annotated = open.find(({ document }) => document.uri.fsPath === full)
      if (annotated) {
        const { annotations } = annotated.labels
        yield { folder, file, text: annotated.text.toString(), annotations }
        continue
      }
      const there = readAnnotatedText(folder, file)
      if (there) yield { folder, file, text: there.text, annotations: there.found }
    }
  }
}
