import type { PredictedSpan } from '../protocol/predictions.ts'
import type { Annotation } from './annotation.ts'

export type Change = 'fixed' | 'broken' | 'still wrong' | 'still right'

/** A span that a person judged, and what two models say of it. */
export interface ChangedSpan {
  readonly annotation: Annotation
  readonly change: Change
  /** null: no entity. */
  readonly before: string | null
  readonly after: string | null
}

type Predicted = readonly Pick<PredictedSpan, 'start' | 'end' | 'type'>[]

/**
 * What a new model makes of the spans that a person judged: a gold span is right where the model has
 * that span with that type, a rejected one where it does not have it.
 *
 * @param before, after the models' spans, offsets in the text
 */
export const whatChanged = (
  annotations: readonly Annotation[],
  before: Predicted,
  after: Predicted,
): ChangedSpan[] =>
  annotations
    .filter(({ status, lost }) => !lost && (status === 'gold' || status === 'rejected'))
    .map((annotation) => {
      const was = isRight(annotation, before)
      const is = isRight(annotation, after)
      const change = was ? (is ? 'still right' : 'broken') : is ? 'fixed' : 'still wrong'
      return {
        annotation,
        change,
        before: says(annotation, before),
        after: says(annotation, after),
      }
    })

const isRight = ({ start, end, type, status }: Annotation, predicted: Predicted): boolean => {
  const has = predicted.some(
    (each) => each.start === start && each.end === end && each.type === type,
  )
  return status === 'gold' ? has : !has
}

const says = ({ start, end }: Annotation, predicted: Predicted): string | null => {
  const exact = predicted.find((each) => each.start === start && each.end === end)
  if (exact) return exact.type
  const part = predicted.find((each) => each.start < end && each.end > start)
  return part ? `${part.type}, other edges` : null
}
