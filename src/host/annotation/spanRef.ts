import type { DisplaySpan } from '../../core/annotation/displaySpans.ts'
import type { AnnotatedDocument } from './annotatedDocument.ts'

/** A span as a command's argument: found again by place and type, for the text may have moved. */
export interface SpanRef {
  readonly uri: string
  readonly start: number
  readonly end: number
  readonly type: string
  /** Of the label, where it is one: two annotators' labels may be alike in all else. */
  readonly id?: string
}

export const refOf = (annotated: AnnotatedDocument, span: DisplaySpan): SpanRef => ({
  uri: annotated.document.uri.toString(),
  start: span.start,
  end: span.end,
  type: span.type,
  ...(span.annotation ? { id: span.annotation.id } : {}),
})

export const isSpanRef = (value: unknown): value is SpanRef => {
  if (typeof value !== 'object' || value === null) return false
  const { uri, start, end, type } = value as Record<string, unknown>
  return (
    typeof uri === 'string' &&
    typeof start === 'number' &&
    typeof end === 'number' &&
    typeof type === 'string'
  )
}

/** Undefined where it is no longer there. */
export const resolveRef = (annotated: AnnotatedDocument, ref: SpanRef): DisplaySpan | undefined => {
  const alike = annotated
    .spansAt(ref)
    .filter(({ start, end, type }) => start === ref.start && end === ref.end && type === ref.type)
  return alike.find(({ annotation }) => annotation?.id === ref.id) ?? alike[0]
}
