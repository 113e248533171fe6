import type { PredictedSpan } from '../protocol/predictions.ts'
import { type Annotation, byPlace } from './annotation.ts'
import { overlapping } from './overlapping.ts'

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
): ChangedSpan[] => {
  const judged = annotations
    .filter(({ lost, status }) => !lost && (status === 'gold' || status === 'rejected'))
    .sort(byPlace)
  const wasHere = Array.from(overlapping(judged, [...before].sort(byPlace)), ([, here]) => here)
  const isHere = Array.from(overlapping(judged, [...after].sort(byPlace)), ([, here]) => here)
  return judged.map((annotation, at) => {
    const [old, now] = [wasHere[at] ?? [], isHere[at] ?? []]
    const was = isRight(annotation, old)
    const is = isRight(annotation, now)
    const change = was ? (is ? 'still right' : 'broken') : is ? 'fixed' : 'still wrong'
    return { annotation, change, before: says(annotation, old), after: says(annotation, now) }
  })
}

/** @param here what the model has that overlaps the span */
const isRight = ({ start, end, type, status }: Annotation, here: Predicted): boolean => {
  const has = here.some((each) => each.start === start && each.end === end && each.type === type)
  return status === 'gold' ? has : !has
}

const says = ({ start, end }: Annotation, here: Predicted): string | null => {
  const exact = here.find((each) => each.start === start && each.end === end)
  if (exact) return exact.type
  const [part] = here
  return part ? `${part.type}, other edges` : null
}
