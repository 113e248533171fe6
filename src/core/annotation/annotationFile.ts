import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { atOnce, type Pieces } from '../pieces.ts'
import { type Annotation, AnnotationSchema, byPlace } from './annotation.ts'

/** First line of an annotations file. */
export const AnnotationHeaderSchema = Type.Object({
  format: Type.Literal(1),
  /** The annotated file, relative to the workspace folder, with `/`. */
  file: Type.String(),
})
export type AnnotationHeader = Static<typeof AnnotationHeaderSchema>

export interface DamagedLine {
  /** From 1. */
  readonly line: number
  readonly text: string
}

export interface AnnotationFile {
  readonly header: AnnotationHeader | undefined
  /** One an id: of several lines the newest. */
  readonly annotations: readonly Annotation[]
  readonly damaged: readonly DamagedLine[]
}

/** Reads an annotations file. What cannot be read is told, and costs no other line. */
export const parseAnnotations = (text: string): AnnotationFile => atOnce(parsing(text))

export function* parsing(text: string): Pieces<AnnotationFile> {
  let header: AnnotationHeader | undefined
  const annotations: Annotation[] = []
  const damaged: DamagedLine[] = []
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    yield
    if (line.trim() === '') continue
    const value = parseJson(line)
    if (Value.Check(AnnotationSchema, value) && isWhole(value)) annotations.push(value)
    else if (Value.Check(AnnotationHeaderSchema, value)) header ??= value
    else damaged.push({ line: index + 1, text: line })
  }
  yield
  return { header, annotations: newest(annotations), damaged }
}

const isWhole = ({ start, end, text }: Annotation): boolean => end - start === text.length

export const formatAnnotation = (annotation: Annotation): string => {
  const { id, start, end, text, type, status, by, at, before, after, lost } = annotation
  const record = { id, start, end, text, type, status, by, at, before, after }
  return `${JSON.stringify(lost ? { ...record, lost } : record)}\n`
}

export const formatAnnotations = (file: string, annotations: readonly Annotation[]): string =>
  atOnce(formatting(file, annotations))

export function* formatting(file: string, annotations: readonly Annotation[]): Pieces<string> {
  const header: AnnotationHeader = { format: 1, file }
  const sorted = [...annotations].sort((a, b) => byPlace(a, b) || (a.id < b.id ? -1 : 1))
  const lines = [`${JSON.stringify(header)}\n`]
  for (const annotation of sorted) {
    yield
    lines.push(formatAnnotation(annotation))
  }
  yield
  return lines.join('')
}

/**
 * One annotation an id: the newest. Whatever the order in which files are merged, the result is the
 * same, and nothing that one of them has is lost.
 */
export const newest = (...lists: (readonly Annotation[])[]): Annotation[] => {
  const byId = new Map<string, Annotation>()
  for (const annotation of lists.flat()) {
    const known = byId.get(annotation.id)
    if (!known || isNewer(annotation, known)) byId.set(annotation.id, annotation)
  }
  return [...byId.values()]
}

const isNewer = (a: Annotation, b: Annotation): boolean =>
  a.at !== b.at ? a.at > b.at : tieBreak(a, b)

/**
 * Of two alike in time the later line: its offsets, and whether its text is lost, are those of the
 * text as saved last.
 */
const tieBreak = (a: Annotation, b: Annotation): boolean =>
  a.status === b.status && a.type === b.type ? true : formatAnnotation(a) > formatAnnotation(b)

/** Those of `ours` whose word is not the one that `theirs` would keep: what their file lacks. */
export const unsaved = (
  ours: readonly Annotation[],
  theirs: readonly Annotation[],
): Annotation[] => {
  const byId = new Map(theirs.map((annotation) => [annotation.id, annotation]))
  return ours.filter((our) => {
    const their = byId.get(our.id)
    if (!their) return true
    const same = our.at === their.at && our.status === their.status && our.type === their.type
    return !same && isNewer(our, their)
  })
}

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
