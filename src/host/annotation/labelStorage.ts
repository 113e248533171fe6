import fs from 'node:fs'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Annotation } from '../../core/annotation/annotation.ts'
import { newest, unsaved } from '../../core/annotation/annotationFile.ts'
import {
  type AnnotatedPlace,
  annotationsStamp,
  appendAnnotations,
  type FileStamp,
  readingAnnotations,
  rewriteAnnotations,
  type StoredAnnotations,
} from '../../core/annotation/annotationStore.ts'
import {
  broughtUpToDate,
  freshRecords,
  type LabelledText,
  type TextSnapshot,
} from '../../core/annotation/labelledText.ts'
import { refinding } from '../../core/annotation/refind.ts'
import { messageOf } from '../../core/errors.ts'
import { inPieces, type Pieces } from '../../core/pieces.ts'
import { oneLine } from './hoverText.ts'

const byAndBy = <T>(work: Pieces<T>): Promise<T> => inPieces(work, nextTurn)

/**
 * Brings one file's labels to disk and back, the many of them in pieces. What it cannot write it
 * keeps, says once, and tries again.
 */
export class LabelStorage {
  private readonly pending = new Map<string, Annotation>()
  private told = false
  /** The labels' file as it was when all that it said was among the labels. */
  private known: FileStamp = { mark: '', size: 0 }
  private queue: Promise<unknown> = Promise.resolve()
  private abandoned = false

  constructor(
    private readonly place: AnnotatedPlace | undefined,
    private readonly warn: (message: string) => void,
  ) {}

  get canKeep(): boolean {
    return this.place !== undefined
  }

  /** Whether only this window has it. */
  isUnwritten({ id }: Annotation): boolean {
    return !this.place || this.pending.has(id)
  }

  /**
   * The labels that are on disk, placed in the text.
   *
   * @param kept others that only this window has: from before the file was closed, or of an untitled one
   */
  open(labels: LabelledText, kept: readonly Annotation[] = []): Promise<void> {
    return this.inTurn(async () => {
      const marks = await this.merge(labels, kept)
      // Without it the next opening would report the same labels as lost, or look for them elsewhere.
      if (this.place && marks.length > 0) this.mark(this.place, marks)
    })
  }

  /** Adds what one action changed. */
  save(changed: readonly Annotation[]): void {
    for (const annotation of changed) {
      this.pending.delete(annotation.id)
      this.pending.set(annotation.id, annotation)
    }
    if (!this.place || this.pending.size === 0) return
    try {
      this.append(this.place, [...this.pending.values()])
      this.pending.clear()
      this.told = false
    } catch (error) {
      this.failed(error)
    }
  }

  /** The text was saved: writes all labels with the offsets that they have in it. */
  rewrite(labels: LabelledText): Promise<void> {
    const snapshot = labels.snapshot()
    labels.release(snapshot)
    // As of the snapshot: a label that comes to the file before this one's turn is read, not lost.
    const { known } = this
    return this.inTurn(() => this.write(snapshot, known))
  }

  /** Takes over what another window, or git, wrote. @returns whether something changed */
  takeOver(labels: LabelledText): Promise<boolean> {
    return this.inTurn(async () => {
      if (!this.place || this.known.mark === stampOf(this.place).mark) return false
      await this.merge(labels, [])
      return true
    })
  }

  /** The file gets another name: nothing more is written under this one. */
  abandon(): void {
    this.abandoned = true
  }

  /** @returns labels that are lost since they were written, or found since they were lost */
  private async merge(labels: LabelledText, kept: readonly Annotation[]): Promise<Annotation[]> {
    const stamp = this.place && stampOf(this.place)
    const wentAway = this.known.mark !== '' && stamp?.mark === ''
    const read = this.place && (await this.read(this.place))
    const stored = read ?? []
    const snapshot = labels.snapshot()
    const lostHere = new Set(snapshot.records.flatMap(({ id, lost }) => (lost ? [id] : [])))
    // What lost its text in this window is not to be taken for the next place that has it.
    const theirs = newest(stored, kept).map(
      (each): Annotation => (lostHere.has(each.id) ? { ...each, lost: true } : each),
    )
    await nextTurn()
    const placed = await this.placed(theirs, snapshot)
    await nextTurn()
    labels.release(snapshot)
    labels.takeOver(broughtUpToDate(snapshot, placed))
    if (stamp && read) this.known = stamp
    await nextTurn()
    labels.dropDoubles()
    await nextTurn()
    const missing = unsaved(labels.records, stored)
    // Where the text went too, another program took both along to another name.
    if (missing.length > 0 && !(wentAway && this.isTextGone)) this.save(missing)
    const lostThere = new Set(stored.flatMap(({ id, lost }) => (lost ? [id] : [])))
    const known = new Set(stored.map(({ id }) => id))
    return labels.records.filter(
      ({ id, lost }) => known.has(id) && (lost ?? false) !== lostThere.has(id),
    )
  }

  private get isTextGone(): boolean {
    const { place } = this
    return place !== undefined && !fs.existsSync(path.join(place.folder, ...place.file.split('/')))
  }

  private async read(place: AnnotatedPlace): Promise<readonly Annotation[] | undefined> {
    let stored: StoredAnnotations
    try {
      stored = await byAndBy(readingAnnotations(place.folder, place.file))
    } catch (error) {
      this.failed(error)
      return undefined
    }
    const { annotations, damaged, setAside } = stored
    if (damaged.length > 0) {
      const lines = damaged.map(({ line }) => line).slice(0, 10)
      this.warn(
        `The labels of ${place.file} had ${count(damaged.length, 'damaged line')} (${lines.join(', ')}); the others are kept, ${setAside ? `the damaged ones are now in ${path.basename(setAside)}` : 'the damaged ones stay where they are'}.`,
      )
    }
    return annotations
  }

  private async placed(annotations: readonly Annotation[], { text }: TextSnapshot) {
    const removed = annotations.filter(({ status }) => status === 'removed')
    const kept = annotations.filter(({ status }) => status !== 'removed')
    if (kept.length === 0) return removed
    const wasLost = new Set(kept.flatMap(({ id, lost }) => (lost ? [id] : [])))
    const { found, lost } = await byAndBy(refinding(text.toString(), kept))
    const news = lost.filter(({ id }) => !wasLost.has(id))
    if (news.length > 0) this.warn(lostLabels(news, this.place?.file ?? 'this file'))
    return [...found, ...lost, ...removed]
  }

  private async write(snapshot: TextSnapshot, known: FileStamp): Promise<void> {
    const { place } = this
    if (!place || snapshot.records.length === 0) return
    try {
      const records = await byAndBy(freshRecords(snapshot))
      const { folder, file } = place
      const goOn = () => !this.abandoned
      const rewritten = await rewriteAnnotations(folder, file, records, known, goOn)
      if (!rewritten) return
      for (const { id, at } of records) {
        const waiting = this.pending.get(id)
        if (waiting && waiting.at <= at) this.pending.delete(id)
      }
      this.told = false
      // With somebody else's labels among them, the file is still to be taken over.
      const ours = new Set(records)
      if (rewritten.annotations.every((each) => ours.has(each))) this.known = rewritten.stamp
    } catch (error) {
      this.failed(error)
    }
  }

  private append(place: AnnotatedPlace, annotations: readonly Annotation[]): void {
    const before = stampOf(place)
    const grown = appendAnnotations(place.folder, place.file, annotations)
    const after = stampOf(place)
    const onlyOurs = before.mark === this.known.mark && after.size === before.size + grown
    if (onlyOurs) this.known = after
  }

  /** Nobody did something: where it cannot be written, nothing is lost with it. */
  private mark(place: AnnotatedPlace, annotations: readonly Annotation[]): void {
    try {
      this.append(place, annotations)
    } catch {
      // Found out again at the next opening.
    }
  }

  private failed(error: unknown): void {
    if (!this.told) this.warn(messageOf(error))
    this.told = true
  }

  /** One after the other: each goes on from what the one before it left. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work)
    this.queue = done.catch(() => {})
    return done
  }
}

const mostNamed = 3

/** The first few labels by what they cover. */
export const namesOf = (labels: readonly Annotation[]): string => {
  const named = labels.slice(0, mostNamed).map(({ text }) => `‘${oneLine(text, 40)}’`)
  const more = labels.length > mostNamed ? ` and ${labels.length - mostNamed} more` : ''
  return `${named.join(', ')}${more}`
}

/** Labels whose text is gone, by name. */
export const lostLabels = (lost: readonly Annotation[], file: string): string => {
  const one = lost.length === 1
  return `${count(lost.length, 'label')} of ${file} lost ${one ? 'its' : 'their'} text: ${namesOf(lost)}. ${one ? 'It comes' : 'They come'} back with it.`
}

const stampOf = ({ folder, file }: AnnotatedPlace): FileStamp => annotationsStamp(folder, file)

export const count = (number: number, what: string): string =>
  `${number} ${what}${number === 1 ? '' : 's'}`
