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

/**
 * Files that were renamed where VS Code did not see it: when their text is annotated under another
 * name, the labels that were left behind are offered to it. Nothing moves unasked.
 */
export class MovedLabels {
  private readonly declined = new Set<string>()

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
    if (answer === take) {
      moveAnnotations(orphan, place)
      annotated.takeOver()
    } else this.declined.add(keyOf(orphan, place))
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
