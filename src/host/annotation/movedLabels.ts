import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import * as vscode from 'vscode'
import { type AnnotatedPlace, moveAnnotations } from '../../core/annotation/annotationStore.ts'
import {
  type Orphan,
  orphanedAnnotations,
  standingHere,
} from '../../core/annotation/movedAnnotations.ts'
import { plainText } from '../plainText.ts'
import type { AnnotatedDocument } from './annotatedDocument.ts'
import { placeOf } from './annotationPlace.ts'
import type { KeptLabels } from './keptLabels.ts'

interface Annotating {
  find(uri: string): AnnotatedDocument | undefined
  closeForRename(annotated: AnnotatedDocument): void
}

/**
 * Files that were renamed where VS Code did not see it: when their text is annotated under another
 * name, the labels that were left behind are offered to it. Nothing moves unasked.
 */
export class MovedLabels {
  private readonly declined = new Set<string>()

  constructor(
    private readonly annotating: Annotating,
    private readonly kept: KeptLabels,
  ) {}

  async offer(annotated: AnnotatedDocument): Promise<void> {
    const place = placeOf(annotated.document.uri)
    if (!place) return
    const best = await this.find(place, annotated.text.toString())
    if (!best) return
    const { orphan, standing } = best
    const take = 'Take Over Its Labels'
    const answer = await vscode.window.showInformationMessage(
      plainText(
        `${orphan.file} is gone, but ${standing} of its ${orphan.annotations.length} labels stand in this text. Is ${place.file} its new name?`,
      ),
      take,
      'No',
    )
    if (answer === take) await this.take(orphan, place, annotated)
    else this.declined.add(keyOf(orphan, place))
  }

  private async take(
    orphan: AnnotatedPlace,
    place: AnnotatedPlace,
    annotated: AnnotatedDocument,
  ): Promise<void> {
    const { uri } = annotated.document
    const old = vscode.Uri.file(path.join(orphan.folder, ...orphan.file.split('/')))
    // VS Code keeps a text that is gone from disk open: its labels would be written under that name again.
    const open = this.annotating.find(old.toString())
    if (open) this.annotating.closeForRename(open)
    this.kept.moved(old, uri)
    moveAnnotations(orphan, place)
    await annotated.adopt(this.kept.take(uri))
  }

  private async find(
    place: AnnotatedPlace,
    text: string,
  ): Promise<{ orphan: Orphan; standing: number } | undefined> {
    const found: { orphan: Orphan; standing: number }[] = []
    for (const orphan of orphanedAnnotations(place.folder)) {
      if (this.declined.has(keyOf(orphan, place))) continue
      const standing = standingHere(text, orphan)
      if (standing !== undefined) found.push({ orphan, standing })
      await nextTurn()
    }
    return found.sort((a, b) => b.standing - a.standing)[0]
  }
}

const keyOf = (orphan: AnnotatedPlace, place: AnnotatedPlace): string =>
  JSON.stringify([orphan.folder, orphan.file, place.file])
