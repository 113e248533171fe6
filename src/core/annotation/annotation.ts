import { type Static, Type } from 'typebox'
import { literalUnion } from '../experiment/schema.ts'

/**
 * What a person said of a span. `unreviewed`: nobody yet (imported, or another annotator's that
 * disagrees). `reviewed`: the whole sentence was looked at and is right as it is. `removed`: taken
 * back; kept, so that a file merged with an older one does not bring it to life again.
 */
export const annotationStatuses = ['gold', 'rejected', 'unreviewed', 'reviewed', 'removed'] as const
export type AnnotationStatus = (typeof annotationStatuses)[number]

/**
 * One line of an annotations file. Offsets count UTF-16 units of the file's text with `\n` line ends;
 * the covered text and what stands around it find the span again when the file was changed elsewhere.
 */
export const AnnotationSchema = Type.Object({
  id: Type.String({ minLength: 1 }),
  start: Type.Integer({ minimum: 0 }),
  end: Type.Integer({ minimum: 0 }),
  text: Type.String(),
  /** Empty with `reviewed`. */
  type: Type.String(),
  status: literalUnion(annotationStatuses),
  by: Type.String(),
  /** Milliseconds since 1970. */
  at: Type.Number(),
  before: Type.String(),
  after: Type.String(),
  /** Its text is gone from the file; looked for again whenever the file is read. */
  lost: Type.Optional(Type.Literal(true)),
})
export type Annotation = Static<typeof AnnotationSchema>

/** A piece of text and where it stands. */
export interface Placed {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Length of `before` and `after`, UTF-16 units. */
export const contextLength = 24

export const overlaps = (a: Pick<Placed, 'start' | 'end'>, b: Pick<Placed, 'start' | 'end'>) =>
  a.start < b.end && b.start < a.end

export const byPlace = (a: Pick<Placed, 'start' | 'end'>, b: Pick<Placed, 'start' | 'end'>) =>
  a.start - b.start || a.end - b.end

/** Whether it has a place in the text. */
export const stands = ({ status, lost }: Annotation): boolean => status !== 'removed' && !lost
