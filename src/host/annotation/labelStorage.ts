import fs from 'node:fs'
import path from 'node:path'
import type { Annotation } from '../../core/annotation/annotation.ts'
import { newest } from '../../core/annotation/annotationFile.ts'
import {
  type AnnotatedPlace,
  annotationsPath,
  appendAnnotations,
  readAnnotations,
  rewriteAnnotations,
} from '../../core/annotation/annotationStore.ts'
import type { LabelledText } from '../../core/annotation/labelledText.ts'
import { refind } from '../../core/annotation/refind.ts'
import { messageOf } from '../../core/errors.ts'
import { oneLine } from './hoverText.ts'

/** Brings one file's labels to disk and back. What it cannot write it keeps, says once, and tries again. */
export class LabelStorage {
  private pending: Annotation[] = []
  private told = false
  private stamp = ''

  constructor(
    private readonly place: AnnotatedPlace | undefined,
    private readonly warn: (message: string) => void,
  ) {}

  get canKeep(): boolean {
    return this.place !== undefined
  }

  /** The labels that are on disk, placed in the text as it is now. */
  load(text: string): Annotation[] {
    if (!this.place) return []
    const { folder, file } = this.place
    this.stamp = stampOf(this.place)
    const { annotations, damaged, setAside } = readAnnotations(folder, file)
    if (damaged.length > 0) {
      const lines = damaged.map(({ line }) => line).slice(0, 10)
      this.warn(
        `The labels of ${file} had ${count(damaged.length, 'damaged line')} (${lines.join(', ')}); the others are kept, ${setAside ? `the damaged ones are now in ${path.basename(setAside)}` : 'the damaged ones stay where they are'}.`,
      )
    }
    if (setAside) this.stamp = stampOf(this.place)
    return this.placed(annotations, text)
  }

  /** Adds what one action changed. */
  save(changed: readonly Annotation[]): void {
    this.pending.push(...changed)
    this.flush(({ folder, file }) => appendAnnotations(folder, file, this.pending))
  }

  /** Writes all with their present offsets, merged with what others wrote. */
  rewrite(labels: LabelledText): void {
    if (labels.records.length === 0) return
    this.flush(({ folder, file }) => rewriteAnnotations(folder, file, labels.freshRecords()))
  }

  /** Takes over what another window, or git, wrote. @returns whether something changed */
  takeOver(labels: LabelledText): boolean {
    if (!this.place || this.stamp === stampOf(this.place)) return false
    const ours = labels.records
    const theirs = this.load(labels.text.toString())
    const merged = newest(theirs, ours)
    labels.replaceAll(merged)
    const there = new Set(theirs.map(({ id }) => id))
    const missing = ours.filter(({ id }) => !there.has(id))
    if (missing.length > 0) this.save(missing)
    return true
  }

  private placed(annotations: readonly Annotation[], text: string): Annotation[] {
    const removed = annotations.filter(({ status }) => status === 'removed')
    const kept = annotations.filter(({ status }) => status !== 'removed')
    const { found, lost } = refind(text, kept)
    const news = lost.filter(({ id }) => !kept.some((each) => each.id === id && each.lost))
    if (news.length > 0) this.warn(lostLabels(news, this.place?.file ?? ''))
    return [...found, ...lost, ...removed]
  }

  private flush(write: (place: AnnotatedPlace) => void): void {
    if (!this.place) return
    try {
      write(this.place)
      this.pending = []
      this.told = false
    } catch (error) {
      if (!this.told) this.warn(messageOf(error))
      this.told = true
    }
    this.stamp = stampOf(this.place)
  }
}

const mostNamed = 3

/** Labels whose text is gone, by name. */
export const lostLabels = (lost: readonly Annotation[], file: string): string => {
  const named = lost.slice(0, mostNamed).map(({ text }) => `‘${oneLine(text, 40)}’`)
  const more = lost.length > mostNamed ? ` and ${lost.length - mostNamed} more` : ''
  const one = lost.length === 1
  return `${count(lost.length, 'label')} of ${file} lost ${one ? 'its' : 'their'} text: ${named.join(', ')}${more}. ${one ? 'It comes' : 'They come'} back with it.`
}

const stampOf = ({ folder, file }: AnnotatedPlace): string => {
  const stat = fs.statSync(annotationsPath(folder, file), { throwIfNoEntry: false })
  return stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : ''
}

const count = (number: number, what: string): string =>
  `${number} ${what}${number === 1 ? '' : 's'}`
