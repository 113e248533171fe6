import type { PredictedSpan, TypeShare } from '../protocol/predictions.ts'
import type { Annotation } from './annotation.ts'
import type { PredictionMap } from './predictionMap.ts'
import { withoutStaleReviews } from './staleReviews.ts'
import type { TextLines } from './textLines.ts'
import { contradicted } from './verdicts.ts'

/** How a span is drawn: gold and rejected are a person's word, the others a model's. */
export type SpanLook = 'certain' | 'doubtful' | 'gold' | 'rejected' | 'unreviewed'

export interface DisplaySpan {
  readonly start: number
  readonly end: number
  readonly type: string
  readonly look: SpanLook
  /** The model's, of this type; absent where it says nothing here. */
  readonly probability?: number
  /** What the model thinks here, best first; empty where it says nothing. */
  readonly types: readonly TypeShare[]
  readonly annotation?: Annotation
  /** What another run says here; null: no entity. Absent where it agrees or nobody asked it. */
  readonly other?: string | null
  /** What the model says where a person said otherwise; null: no entity. */
  readonly modelSays?: string | null
  /** A label that somebody should look at again: it is older than the model that says otherwise, or `against`. */
  readonly contested?: boolean
  /** Another label that says otherwise. */
  readonly against?: Annotation
}

export interface DisplaySource {
  readonly text: TextLines
  /** By place. */
  readonly annotations: readonly Annotation[]
  readonly predictions: PredictionMap | undefined
  readonly other?: PredictionMap | undefined
  /** Below it a prediction is doubtful. */
  readonly threshold: number
  /** When the model was made. Later labels were given in view of it, or of one like it. */
  readonly modelTime?: number | undefined
}

/** Longest span that is looked for before the first line asked for. */
const longestSpan = 20_000

/** What is to be seen on lines `first` up to, not with, `end`: by place, none over a person's. */
export const displaySpans = (source: DisplaySource, first: number, end: number): DisplaySpan[] => {
  const { text, annotations } = source
  const last = Math.min(end, text.lineCount)
  const from = text.lineStart(first)
  const to = last < text.lineCount ? text.lineStart(last) : text.length + 1
  const near = annotationsBetween(annotations, from, to)
  const words = withoutStaleReviews(near, (offset) => {
    const line = text.lineAt(offset)
    return { start: text.lineStart(line), text: text.line(line) }
  })
  const shown: DisplaySpan[] = []
  for (let line = first; line < last; line++) {
    const start = text.lineStart(line)
    const other = othersOf(source.other, line)
    for (const span of source.predictions?.spans(line) ?? []) {
      const placed = { ...span, start: span.start + start, end: span.end + start }
      if (!isHidden(placed, words)) shown.push(predicted(placed, other, start, source.threshold))
    }
    for (const span of other?.alone(source.predictions?.spans(line) ?? []) ?? []) {
      const placed = { start: span.start + start, end: span.end + start }
      if (isHidden({ ...span, ...placed }, words)) continue
      shown.push({
        ...placed,
        type: span.type,
        look: 'doubtful',
        types: [],
        other: span.type,
        modelSays: null,
      })
    }
  }
  shown.push(...labelSpans(near, source))
  return shown.sort((a, b) => a.start - b.start || a.end - b.end)
}

/** @param labels by place */
const labelSpans = (labels: readonly Annotation[], source: DisplaySource): DisplaySpan[] => {
  const against = contradicted(labels)
  return labels
    .filter(({ status }) => status !== 'reviewed')
    .map((label) => {
      const span = annotated(label, source)
      const other = against.get(label.id)
      return other ? { ...span, contested: true, against: other } : span
    })
}

/** Those that reach into a stretch. */
export const annotationsBetween = (
  annotations: readonly Annotation[],
  from: number,
  to: number,
): Annotation[] => {
  let low = 0
  let high = annotations.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((annotations[middle]?.start ?? 0) < from - longestSpan) low = middle + 1
    else high = middle
  }
  const found: Annotation[] = []
  for (let at = low; at < annotations.length; at++) {
    const annotation = annotations[at]
    if (!annotation || annotation.start >= to) break
    if (annotation.end > from) found.push(annotation)
  }
  return found
}

/** A person's word, or one who looked at the sentence, goes before the model's. */
const isHidden = (span: PredictedSpan, annotations: readonly Annotation[]): boolean =>
  annotations.some((annotation) => {
    if (annotation.start >= span.end || annotation.end <= span.start) return false
    if (annotation.status !== 'rejected') return true
    return isSame(annotation, span)
  })

interface Ranged {
  readonly start: number
  readonly end: number
}

const isSame = (a: Ranged & { type: string }, b: Ranged & { type: string }): boolean =>
  a.start === b.start && a.end === b.end && a.type === b.type

const predicted = (
  span: PredictedSpan,
  other: OtherRun | undefined,
  lineStart: number,
  threshold: number,
): DisplaySpan => {
  const says = other?.says(span, lineStart)
  const disagrees = says !== undefined && says !== span.type
  const look = disagrees || span.probability < threshold ? 'doubtful' : 'certain'
  return { ...span, look, ...(disagrees ? { other: says } : {}) }
}

const annotated = (annotation: Annotation, source: DisplaySource): DisplaySpan => {
  const { text, predictions, modelTime = Number.POSITIVE_INFINITY } = source
  const { start, end, type, status } = annotation
  const look = status === 'gold' || status === 'rejected' ? status : 'unreviewed'
  const base = { start, end, type, look, types: [], annotation } as const
  const line = text.lineAt(start)
  if (!predictions?.isFresh(line)) return base
  const offset = text.lineStart(line)
  const over = predictions
    .spans(line)
    .filter((span) => span.start + offset < end && span.end + offset > start)
  const same = over.find((span) => span.start + offset === start && span.end + offset === end)
  const says = over.length > 1 && !same ? undefined : ((same ?? over[0])?.type ?? null)
  const model = same ? { probability: same.probability, types: same.types } : {}
  if (status === 'gold') {
    if (same?.type === type || says === undefined) return { ...base, ...model }
    return { ...base, ...model, modelSays: says, contested: annotation.at < modelTime }
  }
  return { ...base, ...model }
}

/** The spans of another run on one line. */
interface OtherRun {
  /** What it says at a place: a type, null for no entity. */
  says(span: PredictedSpan, lineStart: number): string | null
  /** Its spans that meet none of these. */
  alone(spans: readonly PredictedSpan[]): readonly PredictedSpan[]
}

const othersOf = (map: PredictionMap | undefined, line: number): OtherRun | undefined => {
  if (!map?.isFresh(line)) return undefined
  const spans = map.spans(line)
  return {
    says: (span, lineStart) => {
      const start = span.start - lineStart
      const end = span.end - lineStart
      const exact = spans.find((each) => each.start === start && each.end === end)
      return (exact ?? spans.find((each) => each.start < end && each.end > start))?.type ?? null
    },
    alone: (mine) =>
      spans.filter((span) => !mine.some((each) => each.start < span.end && each.end > span.start)),
  }
}

/** How much a span is to be doubted, 0 to 1: what *Next Doubtful Span* and Problems go by. */
export const doubt = (span: DisplaySpan): number => {
  if (span.look === 'rejected') return 0
  if (span.look === 'gold') return span.against ? 1 : span.contested ? 0.5 : 0
  if (span.look === 'unreviewed') return 1
  if (span.look === 'certain') return 0
  const own = 1 - (span.probability ?? 0.5)
  return span.other === undefined ? own : Math.max(own, 0.6)
}

/**
 * The spans of a place in the order in which somebody who points there means them: such as cover just
 * that, then such as cover it; of those what still waits for a word goes first, then the shorter one.
 */
export const byNearness = (
  spans: readonly DisplaySpan[],
  { start, end }: { readonly start: number; readonly end: number },
): DisplaySpan[] => {
  const rank = (span: DisplaySpan) => {
    if (span.start === start && span.end === end) return 0
    return span.start <= start && end <= span.end ? 1 : 2
  }
  return [...spans].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      Number(doubt(b) > 0) - Number(doubt(a) > 0) ||
      a.end - a.start - (b.end - b.start) ||
      a.start - b.start,
  )
}
