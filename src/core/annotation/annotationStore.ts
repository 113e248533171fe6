import fs from 'node:fs'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { InputError, messageOf } from '../errors.ts'
import { prepareFile, prepareFileNow } from '../files/atomicFile.ts'
import { atOnce, inPieces, type Pieces } from '../pieces.ts'
import type { Annotation } from './annotation.ts'
import {
  type AnnotationFile,
  formatAnnotation,
  formatAnnotations,
  formatting,
  newest,
  parsing,
} from './annotationFile.ts'

/** `.headway/annotations/<path of the file>.jsonl` of a workspace folder. */
export const annotationsFolder = (folder: string): string =>
  path.join(folder, '.headway', 'annotations')

/**
 * @param file relative to the folder, with `/`
 * @throws InputError where the path leads out of the folder
 */
export const annotationsPath = (folder: string, file: string): string => {
  const root = annotationsFolder(folder)
  const target = path.resolve(root, `${file}.jsonl`)
  if (target.startsWith(root + path.sep)) return target
  throw new InputError(`${file} is outside of ${folder}: open its folder to annotate it.`)
}

export interface StoredAnnotations extends AnnotationFile {
  /** Where damaged lines were put. */
  readonly setAside?: string
}

/**
 * Reads a file's annotations. Damaged lines are moved to `<name>.damaged` beside it, so that they are
 * neither lost nor in the way; where that cannot be written they stay.
 */
export const readAnnotations = (folder: string, file: string): StoredAnnotations =>
  atOnce(readingAnnotations(folder, file))

export function* readingAnnotations(folder: string, file: string): Pieces<StoredAnnotations> {
  const source = annotationsPath(folder, file)
  const setAside = `${source}.damaged`
  /** What this reading put there: begun again, it puts the same lines there only once. */
  let aside = ''
  for (;;) {
    const before = annotationsStamp(folder, file)
    const text = readIfThere(source)
    yield
    const content = yield* parsing(text)
    yield
    if (content.damaged.length === 0) return content
    const damaged = content.damaged.map(({ text: line }) => `${line}\n`).join('')
    try {
      if (damaged !== aside) fs.appendFileSync(setAside, damaged)
      aside = damaged
      const prepared = prepareFileNow(source, formatAnnotations(file, content.annotations))
      if (annotationsStamp(folder, file).mark === before.mark) {
        prepared.commit()
        return { ...content, setAside }
      }
      // Somebody added a line meanwhile: it is not to be written over.
      prepared.discard()
    } catch {
      return content
    }
  }
}

/** Tells a file from what it was: nothing was written between two looks that are alike. */
export interface FileStamp {
  readonly mark: string
  readonly size: number
}

export const annotationsStamp = (folder: string, file: string): FileStamp => {
  try {
    const { mtimeMs, size, ino } = fs.statSync(annotationsPath(folder, file))
    return { mark: `${mtimeMs} ${size} ${ino}`, size }
  } catch {
    return { mark: '', size: 0 }
  }
}

/**
 * Adds what one action changed, as lines: two windows that label one file lose nothing of each other.
 *
 * @returns by how many bytes the file grew
 * @throws InputError where the folder cannot be written
 */
export const appendAnnotations = (
  folder: string,
  file: string,
  changed: readonly Annotation[],
): number => {
  const target = annotationsPath(folder, file)
  return guard(target, () => {
    if (!fs.existsSync(target)) {
      const first = formatAnnotations(file, changed)
      const prepared = prepareFileNow(target, first)
      if (!fs.existsSync(target)) {
        prepared.commit()
        return Buffer.byteLength(first)
      }
      prepared.discard()
    }
    const torn = endsTorn(target) ? '\n' : ''
    const text = torn + changed.map(formatAnnotation).join('')
    fs.appendFileSync(target, text)
    return Buffer.byteLength(text)
  })
}

export interface Rewritten {
  /** What the file has now. */
  readonly annotations: readonly Annotation[]
  readonly stamp: FileStamp
}

/**
 * Writes all annotations with their present offsets, merged with what others wrote, also while it is
 * at work; the editor gets its turn meanwhile.
 *
 * @param known the file as it was when all that it says was among `annotations`
 * @param goOn asked before the file is replaced
 * @returns undefined where it was called off
 * @throws InputError where the folder cannot be written
 */
export const rewriteAnnotations = async (
  folder: string,
  file: string,
  annotations: readonly Annotation[],
  known?: FileStamp,
  goOn: () => boolean = () => true,
): Promise<Rewritten | undefined> => {
  const target = annotationsPath(folder, file)
  const stamp = () => annotationsStamp(folder, file)
  try {
    for (;;) {
      const before = stamp()
      const theirs =
        before.mark === known?.mark
          ? []
          : (await inPieces(readingAnnotations(folder, file), nextTurn)).annotations
      const merged = newest(theirs, annotations)
      await nextTurn()
      const text = await inPieces(formatting(file, merged), nextTurn)
      await nextTurn()
      if (!goOn()) return undefined
      const asItIs = Buffer.byteLength(text) === before.size && readIfThere(target) === text
      if (merged.length === 0 || asItIs) return { annotations: merged, stamp: before }
      await nextTurn()
      const prepared = await prepareFile(target, text)
      const now = stamp()
      if (goOn() && now.mark === before.mark) {
        prepared.commit()
        return { annotations: merged, stamp: stamp() }
      }
      prepared.discard()
    }
  } catch (error) {
    throw unwritable(target, error)
  }
}

/** Files of a workspace folder that have annotations, relative to it, with `/`. */
export const annotatedFiles = (folder: string): string[] => {
  const root = annotationsFolder(folder)
  if (!fs.existsSync(root)) return []
  return fs
    .readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => name.slice(0, -'.jsonl'.length).split(path.sep).join('/'))
    .sort()
}

/** A file with labels: the workspace folder, and its path in it, with `/`. */
export interface AnnotatedPlace {
  readonly folder: string
  readonly file: string
}

/** Whether a file, or a file of such a folder, has any. */
export const hasAnnotations = ({ folder, file }: AnnotatedPlace): boolean =>
  annotatedFiles(folder).some((each) => each === file || each.startsWith(`${file}/`))

/**
 * The annotated file, or a folder of such files, got another name.
 *
 * @returns the files whose labels moved, by their new names
 * @throws InputError where the new place cannot be written; what was not moved stays where it was
 */
export const moveAnnotations = (from: AnnotatedPlace, to: AnnotatedPlace): string[] => {
  const inside = `${from.file}/`
  return annotatedFiles(from.folder)
    .filter((file) => file === from.file || file.startsWith(inside))
    .map((file) => {
      const target = `${to.file}${file.slice(from.file.length)}`
      moveOne({ folder: from.folder, file }, { folder: to.folder, file: target })
      return target
    })
}

const moveOne = (from: AnnotatedPlace, to: AnnotatedPlace): void => {
  const source = annotationsPath(from.folder, from.file)
  const target = annotationsPath(to.folder, to.file)
  if (source === target) return
  guard(target, () => {
    const marks = () =>
      [from, to].map((place) => annotationsStamp(place.folder, place.file).mark).join()
    for (;;) {
      const before = marks()
      const moved = readAnnotations(from.folder, from.file).annotations
      const there = fs.existsSync(target) ? readAnnotations(to.folder, to.file).annotations : []
      const prepared = prepareFileNow(target, formatAnnotations(to.file, newest(there, moved)))
      if (marks() === before) {
        prepared.commit()
        fs.rmSync(source)
        return
      }
      prepared.discard()
    }
  })
}

const guard = <T>(file: string, write: () => T): T => {
  try {
    return write()
  } catch (error) {
    throw unwritable(file, error)
  }
}

const unwritable = (file: string, error: unknown): InputError =>
  error instanceof InputError
    ? error
    : new InputError(
        `The labels could not be written to ${file} (${messageOf(error)}): make its folder writable; until then they are in this window only.`,
      )

const readIfThere = (file: string): string => {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw new InputError(`${file} cannot be read (${messageOf(error)}).`)
  }
}

const endsTorn = (file: string): boolean => {
  const handle = fs.openSync(file, 'r')
  try {
    const { size } = fs.fstatSync(handle)
    if (size === 0) return false
    const last = Buffer.alloc(1)
    fs.readSync(handle, last, 0, 1, size - 1)
    return last[0] !== 10
  } finally {
    fs.closeSync(handle)
  }
}
