import { overlaps } from '../../core/annotation/annotation.ts'
import type { DisplaySpan } from '../../core/annotation/displaySpans.ts'
import type { LabelTarget } from '../../core/annotation/labelledText.ts'
import {
  extendByWord,
  identicalMentions,
  type Range,
  type Side,
  shrinkByWord,
} from '../../core/annotation/words.ts'
import { type AnnotatedDocument, newId } from './annotatedDocument.ts'

const longestCounted = 2_000_000

/** What a person can say of a span. Each is one step of *Undo Label*. */
export const accept = (annotated: AnnotatedDocument, span: DisplaySpan): void =>
  setGold(annotated, `accept ${span.type}`, target(span, { status: 'gold' }))

export const setType = (annotated: AnnotatedDocument, span: DisplaySpan, type: string): void =>
  setGold(annotated, `label as ${type}`, target(span, { status: 'gold', type }))

/** Of a conflict only one is right: the labels that it overlaps give way. */
const setGold = (annotated: AnnotatedDocument, what: string, gold: LabelTarget): void =>
  annotated.label(
    what,
    [gold],
    against(annotated, gold).map(({ id }) => id),
  )

/** A model's span becomes rejected; a label that a person made is taken back. */
export const reject = (annotated: AnnotatedDocument, span: DisplaySpan): void => {
  const own = span.annotation
  const modelSaysSo = own === undefined || span.probability !== undefined
  if (modelSaysSo) annotated.label(`reject ${span.type}`, [target(span, { status: 'rejected' })])
  else annotated.label(`remove ${span.type}`, [], [own.id])
}

/** Back to what the model says. */
export const removeLabel = (annotated: AnnotatedDocument, span: DisplaySpan): void => {
  if (span.annotation) annotated.label('remove label', [], [span.annotation.id])
}

/** Labels a stretch; labels that it overlaps give way. */
export const labelRange = (annotated: AnnotatedDocument, range: Range, type: string): void => {
  const met = labelsOver(annotated, range)
  const same = met.find(({ start, end }) => start === range.start && end === range.end)
  annotated.label(
    `label as ${type}`,
    [{ id: same?.id ?? newId(), ...range, type, status: 'gold' }],
    met.filter((each) => each !== same).map(({ id }) => id),
  )
}

export const resize = (
  annotated: AnnotatedDocument,
  span: DisplaySpan,
  how: 'extend' | 'shrink',
  side: Side,
): Range | undefined => {
  const line = annotated.text.lineAt(span.start)
  const base = annotated.text.lineStart(line)
  const end = annotated.text.lineAt(span.end)
  const text = annotated.text.slice(
    base,
    annotated.text.lineStart(end) + annotated.text.line(end).length,
  )
  const local = { start: span.start - base, end: span.end - base }
  const changed =
    how === 'extend' ? extendByWord(text, local, side) : shrinkByWord(text, local, side)
  const range = { start: changed.start + base, end: changed.end + base }
  if (range.start === span.start && range.end === span.end) return undefined
  const met = labelsOver(annotated, range).filter(({ id }) => id !== span.annotation?.id)
  const resized = { ...target(span, { status: 'gold' }), ...range }
  annotated.label(
    `${how} ${span.type}`,
    [resized],
    met.map(({ id }) => id),
  )
  return range
}

/** All places where a span's text stands as whole words. */
const mentionsOf = (annotated: AnnotatedDocument, range: Range): Range[] => {
  const text = annotated.text.toString()
  return identicalMentions(text, annotated.slice(range))
}

/** How often a span's text stands in the file; undefined where it is too long to be counted in passing. */
export const countMentions = (annotated: AnnotatedDocument, range: Range): number | undefined =>
  annotated.text.length < longestCounted ? mentionsOf(annotated, range).length : undefined

/** Labels every mention alike; those that somebody labelled otherwise stay. */
export const labelMentions = (
  annotated: AnnotatedDocument,
  range: Range,
  type: string,
  status: 'gold' | 'rejected' = 'gold',
): number => {
  const targets: LabelTarget[] = []
  const givenWay = new Set<string>()
  for (const mention of mentionsOf(annotated, range)) {
    const here = mention.start === range.start && mention.end === range.end
    const met = labelsOver(annotated, mention)
    const same = met.find(({ start, end }) => start === mention.start && end === mention.end)
    if (!here && met.some(({ status: known }) => known === 'gold' || known === 'rejected')) continue
    targets.push({ id: same?.id ?? newId(), ...mention, type, status })
    const others = met.filter((each) => each !== same && each.status !== 'rejected')
    if (status === 'gold') for (const { id } of others) givenWay.add(id)
  }
  annotated.label(`label ${targets.length} mentions as ${type}`, targets, [...givenWay])
  return targets.length
}

export const acceptAllOf = (
  annotated: AnnotatedDocument,
  spans: readonly DisplaySpan[],
): number => {
  const accepted = spans.filter(({ look }) => look === 'certain')
  annotated.label(
    `accept ${accepted.length} spans`,
    accepted.map((span) => target(span, { status: 'gold' })),
  )
  return accepted.length
}

/** The sentence is right as it is shown: its spans become gold, and it is known to be looked at. */
export const markReviewed = (annotated: AnnotatedDocument, sentence: Range): void => {
  const spans = annotated
    .spansAt(sentence)
    .filter((span) => span.start < sentence.end && span.end > sentence.start)
  const gold = spans.filter(({ look }) => look === 'gold')
  const open = spans
    .filter(({ look }) => look === 'certain' || look === 'doubtful' || look === 'unreviewed')
    .map((span) => ({ span, met: gold.some((each) => overlaps(each, span)) }))
  const reviewed: LabelTarget = { id: newId(), ...sentence, type: '', status: 'reviewed' }
  annotated.label(
    'mark sentence as reviewed',
    [
      ...open.filter(({ met }) => !met).map(({ span }) => target(span, { status: 'gold' })),
      reviewed,
    ],
    // Another annotator's word against one that is gold here: the sentence is right as it is.
    open.flatMap(({ span, met }) => (met && span.annotation ? [span.annotation.id] : [])),
  )
}

const target = (
  span: DisplaySpan,
  change: Pick<LabelTarget, 'status'> & Partial<LabelTarget>,
): LabelTarget => ({
  id: span.annotation?.id ?? newId(),
  start: span.start,
  end: span.end,
  type: span.type,
  ...change,
})

/** Labels that cannot be right where this one is; a rejected span says nothing of others. */
const against = (annotated: AnnotatedDocument, gold: LabelTarget) =>
  labelsOver(annotated, gold).filter(
    ({ id, status, start, end, type }) =>
      id !== gold.id &&
      (status !== 'rejected' || (start === gold.start && end === gold.end && type === gold.type)),
  )

const labelsOver = (annotated: AnnotatedDocument, { start, end }: Range) =>
  annotated.labels.annotations.filter(
    (each) => each.status !== 'reviewed' && each.start < end && each.end > start,
  )
