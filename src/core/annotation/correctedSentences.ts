import { sentencesOf } from '../data/sentences.ts'
import type { PredictedSpan } from '../protocol/predictions.ts'
import { type Annotation, overlaps, stands } from './annotation.ts'
import { type TaggedSentence, taggedSentences } from './formats/conll.ts'
import type { TypedSpan } from './formats/labelledDocument.ts'
import { linesOf, withoutStaleReviews } from './staleReviews.ts'
import type { Range } from './words.ts'

export interface CorrectedSentences {
  /** What a person has corrected or looked at, to learn from; IOB2. */
  readonly sentences: readonly TaggedSentence[]
  /** Sentences with a label in which something doubtful still waits for a word. */
  readonly unfinished: number
}

/** Sentences in which a person said something: those whose predictions are asked for. */
export const sentencesWithLabels = (text: string, annotations: readonly Annotation[]): Range[] => {
  const said = withoutStaleReviews(annotations, linesOf(text)).filter(
    ({ status, lost }) => !lost && decided.has(status),
  )
  return sentencesOf(text).filter((sentence) => said.some((each) => overlaps(each, sentence)))
}

const decided: ReadonlySet<string> = new Set(['gold', 'rejected', 'reviewed'])

/**
 * Training data out of a labelled text. A sentence counts where a person labelled or rejected a span
 * in it, or marked it as reviewed. Its tags: the gold spans, and what the model is sure of and nobody
 * objected to; where something doubtful waits, the sentence is left out, for its tags are not known.
 *
 * @param predicted what the model says of a sentence, offsets in the text
 * @param threshold below it a prediction is doubtful
 */
export const correctedSentences = (
  text: string,
  annotations: readonly Annotation[],
  predicted: (sentence: Range) => readonly PredictedSpan[],
  threshold: number,
): CorrectedSentences => {
  const standing = withoutStaleReviews(annotations, linesOf(text)).filter(stands)
  const gold: TypedSpan[] = standing
    .filter(({ status }) => status === 'gold')
    .map(({ type, start, end }) => ({ type, start, end }))
  const spans = [...gold]
  const complete: Range[] = []
  let unfinished = 0
  for (const sentence of sentencesWithLabels(text, standing)) {
    const here = standing.filter((each) => overlaps(each, sentence))
    const reviewed = here.some(({ status }) => status === 'reviewed')
    const open = reviewed ? [] : predicted(sentence).filter((span) => !isDecided(span, here))
    if (
      here.some(({ status }) => status === 'unreviewed') ||
      open.some((span) => span.probability < threshold)
    ) {
      unfinished++
      continue
    }
    complete.push(sentence)
    spans.push(...open.map(({ type, start, end }) => ({ type, start, end })))
  }
  const sorted = spans.sort((a, b) => a.start - b.start || a.end - b.end)
  const sentences = taggedSentences({ text, spans: sorted }, 'IOB2', (sentence) =>
    complete.some((each) => overlaps(each, sentence)),
  )
  return { sentences, unfinished }
}

/** A gold span stands in its place, or this very span was rejected. */
const isDecided = (span: PredictedSpan, annotations: readonly Annotation[]): boolean =>
  annotations.some(
    (each) =>
      (each.status === 'gold' && overlaps(each, span)) ||
      (each.status === 'rejected' &&
        each.start === span.start &&
        each.end === span.end &&
        each.type === span.type),
  )
