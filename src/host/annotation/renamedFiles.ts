import * as vscode from 'vscode'
import { hasAnnotations, moveAnnotations } from '../../core/annotation/annotationStore.ts'
import { messageOf } from '../../core/errors.ts'
import type { AnnotatedDocument } from './annotatedDocument.ts'
import { placeOf } from './annotationPlace.ts'
import type { ChosenModel } from './chooseModel.ts'
import { isWithin, type KeptLabels, renamedUri } from './keptLabels.ts'

export interface Renamed {
  readonly oldUri: vscode.Uri
  readonly newUri: vscode.Uri
}

interface Annotating {
  readonly all: readonly AnnotatedDocument[]
  annotate(document: vscode.TextDocument, model?: ChosenModel): Promise<unknown>
  closeForRename(annotated: AnnotatedDocument): void
  warn(message: string): void
}

/** Files and folders that are renamed within VS Code take their labels along. */
export class RenamedFiles {
  /** Annotated files that are being renamed: VS Code closes them before it tells. */
  private closed: { readonly uri: vscode.Uri; readonly model: ChosenModel | undefined }[] = []

  constructor(
    private readonly annotating: Annotating,
    private readonly kept: KeptLabels,
  ) {}

  will(files: readonly Pick<Renamed, 'oldUri'>[]): void {
    for (const annotated of this.annotating.all) {
      const { uri } = annotated.document
      if (!files.some(({ oldUri }) => isWithin(uri, oldUri))) continue
      this.closed.push({ uri, model: annotated.main?.model })
      // Left open under its old name it would write its labels there again.
      this.annotating.closeForRename(annotated)
    }
  }

  async did(files: readonly Renamed[]): Promise<void> {
    for (const { oldUri, newUri } of files) {
      const closed = this.closed.filter(({ uri }) => isWithin(uri, oldUri))
      // Also where one of them cannot be annotated again: the next rename has nothing to do with it.
      this.closed = this.closed.filter(({ uri }) => !isWithin(uri, oldUri))
      this.kept.moved(oldUri, newUri)
      this.move(oldUri, newUri)
      for (const { uri, model } of closed) {
        await this.reopen(renamedUri(uri, oldUri, newUri), model)
      }
    }
  }

  private move(oldUri: vscode.Uri, newUri: vscode.Uri): void {
    const from = placeOf(oldUri)
    const to = placeOf(newUri)
    if (!from) return
    if (!to) {
      if (!hasAnnotations(from)) return
      this.annotating.warn(
        `${newUri.fsPath} is outside of the workspace: its labels stay in .headway/annotations as those of ${from.file}.`,
      )
      return
    }
    try {
      moveAnnotations(from, to)
    } catch (error) {
      this.annotating.warn(messageOf(error))
    }
  }

  private async reopen(uri: vscode.Uri, model: ChosenModel | undefined): Promise<void> {
    try {
      await this.annotating.annotate(await vscode.workspace.openTextDocument(uri), model)
    } catch (error) {
      this.annotating.warn(messageOf(error))
    }
  }
}
