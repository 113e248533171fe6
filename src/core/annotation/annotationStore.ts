import fs from 'node:fs'
import path from 'node:path'
import { InputError, messageOf } from '../errors.ts'
import { writeFileAtomic } from '../files/atomicFile.ts'
import type { Annotation } from './annotation.ts'
import {
  type AnnotationFile,
  formatAnnotation,
  formatAnnotations,
  newest,
  parseAnnotations,
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
export const readAnnotations = (folder: string, file: string): StoredAnnotations => {
  const source = annotationsPath(folder, file)
  const content = parseAnnotations(readIfThere(source))
  if (content.damaged.length === 0) return content
  const setAside = `${source}.damaged`
  try {
    fs.appendFileSync(setAside, content.damaged.map(({ text }) => `${text}\n`).join(''))
    writeFileAtomic(source, formatAnnotations(file, content.annotations))
  } catch {
    return content
  }
  return { ...content, setAside }
}

/**
 * Adds what one action changed, as lines: two windows that label one file lose nothing of each other.
 *
 * @throws InputError where the folder cannot be written
 */
export const appendAnnotations = (
  folder: string,
  file: string,
  changed: readonly Annotation[],
): void => {
  const target = annotationsPath(folder, file)
  guard(target, () => {
    if (!fs.existsSync(target)) {
      writeFileAtomic(target, formatAnnotations(file, changed))
      return
    }
    const torn = endsTorn(target) ? '\n' : ''
    fs.appendFileSync(target, torn + changed.map(formatAnnotation).join(''))
  })
}

/**
 * Writes all annotations with their present offsets, merged with what others wrote meanwhile.
 *
 * @returns what the file has now
 * @throws InputError where the folder cannot be written
 */
export const rewriteAnnotations = (
  folder: string,
  file: string,
  annotations: readonly Annotation[],
): readonly Annotation[] => {
  const target = annotationsPath(folder, file)
  return guard(target, () => {
    const { annotations: theirs } = readAnnotations(folder, file)
    const merged = newest(theirs, annotations)
    const text = formatAnnotations(file, merged)
    if (merged.length > 0 && text !== readIfThere(target)) writeFileAtomic(target, text)
    return merged
  })
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
    const moved = readAnnotations(from.folder, from.file).annotations
    const there = fs.existsSync(target) ? readAnnotations(to.folder, to.file).annotations : []
    writeFileAtomic(target, formatAnnotations(to.file, newest(there, moved)))
    fs.rmSync(source)
  })
}

const guard = <T>(file: string, write: () => T): T => {
  try {
    return write()
  } catch (error) {
    if (error instanceof InputError) throw error
    throw new InputError(
      `The labels could not be written to ${file} (${messageOf(error)}): make its folder writable; until then they are in this window only.`,
    )
  }
}

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
