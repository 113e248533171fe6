import fs from 'node:fs'
import path from 'node:path'
import type { Annotation } from './annotation.ts'
import { parseAnnotations } from './annotationFile.ts'
import { type AnnotatedPlace, annotatedFiles, annotationsPath } from './annotationStore.ts'
import { refind, standsInContext } from './refind.ts'

/** Labels whose file is gone: deleted, or renamed where nobody saw it (git, another program). */
export interface Orphan extends AnnotatedPlace {
  readonly annotations: readonly Annotation[]
}

/** So large a share of labels says that it is the same text, edited since. */
const enoughShare = 0.5
/** So many labels, spread over the text, tell whether the others are worth a look. */
const sampled = 20

export const orphanedAnnotations = (folder: string): Orphan[] =>
  annotatedFiles(folder)
    .filter((file) => !fs.existsSync(path.join(folder, ...file.split('/'))))
    .map((file) => {
      const text = fs.readFileSync(annotationsPath(folder, file), 'utf8')
      const annotations = parseAnnotations(text).annotations.filter(
        ({ status, lost }) => status !== 'removed' && !lost,
      )
      return { folder, file, annotations }
    })
    .filter(({ annotations }) => annotations.length > 0)

/**
 * How many labels of an orphan stand in a text, with what stood around them.
 *
 * @returns undefined where they are less than half: this is another text
 */
export const standingHere = (text: string, { annotations }: Orphan): number | undefined => {
  const few = spread(annotations, sampled)
  if (standing(text, few) < enoughShare * few.length) return undefined
  const count = standing(text, annotations)
  return count < enoughShare * annotations.length ? undefined : count
}

const standing = (text: string, annotations: readonly Annotation[]): number =>
  refind(text, annotations).found.filter((annotation) => standsInContext(text, annotation)).length

const spread = <T>(items: readonly T[], most: number): T[] => {
  const count = Math.min(most, items.length)
  return Array.from({ length: count }, (_, at) => Math.floor((at * items.length) / count)).flatMap(
    (at) => items[at] ?? [],
  )
}
