import { sentencesOf } from '../data/sentences.ts'
import type { PredictedSpan } from '../protocol/predictions.ts'
import { type Annotation, byPlace, overlaps, stands } from './annotation.ts'
import { type TaggedSentence, tagSentence } from './formats/conll.ts'
import { overlapping } from './overlapping.ts'
import { linesOf, withoutStaleReviews } from './staleReviews.ts'
import { contradicted } from './verdicts.ts'
import type { Range } from './words.ts'

export interface CorrectedSentences {
  /** What a person has corrected or looked at, to learn from: IOB2, or a class for each word. */
  readonly sentences: readonly TaggedSentence[]
  /** Sentences with a label in which something still waits for a word. */
  readonly unfinished: number
}

/** What is known of the corrected model. */
export interface CorrectedModel {
  /** Whether it gives each word a class (parts of speech), not spans. */
  readonly classes: boolean
  /** What it says of a sentence, offsets in the text. */
  predicted(sentence: Range): readonly PredictedSpan[]
  /** Below it a prediction is doubtful. */
  readonly threshold: number
  /** Words that nobody wants to be asked about: no entities. */
  isIgnored(text: string): boolean
}

const decided: ReadonlySet<string> = new Set(['gold', 'rejected', 'reviewed'])
/** Sentences after which everything else gets its turn. */
const restAfter = 256

/** Sentences in which a person said something: those whose predictions are asked for. */
export const sentencesWithLabels = (text: string, annotations: readonly Annotation[]): Range[] => {
  const said = withoutStaleReviews(annotations, linesOf(text))
    .filter(({ status, lost }) => !lost && decided.has(status))
    .sort(byPlace)
  const sentences: Range[] = []
  for (const [sentence, here] of overlapping(sentencesOfLines(text, said), said)) {
    if (here.length > 0) sentences.push(sentence)
  }
  return sentences
}

/** The sentences of the lines on which a range stands: a sentence ends with its line. */
function* sentencesOfLines(text: string, ranges: readonly Range[]): Generator<Range> {
  let cut = 0
  for (const { start, end } of ranges) {
    if (end <= cut) continue
    const line = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1
    const from = Math.max(cut, line)
    const lineEnd = text.indexOf('\n', end)
    cut = lineEnd < 0 ? text.length : lineEnd
    for (const each of sentencesOf(text.slice(from, cut))) {
      yield { start: each.start + from, end: each.end + from }
    }
  }
}

/**
 * Training data out of a labelled text. A sentence counts where a person labelled or rejected a span
 * in it, or marked it as reviewed. Its tags: the gold spans, and what the model is sure of and nobody
 * objected to; where something doubtful waits, the sentence is left out, for its tags are not known.
 *
 * @param rest awaited now and then, for a text can have very many labels
 */
export const correctedSentences = async (
  text: string,
  annotations: readonly Annotation[],
  model: CorrectedModel,
  rest?: () => Promise<void>,
): Promise<CorrectedSentences> => {
  const standing = withoutStaleReviews(annotations, linesOf(text)).filter(stands).sort(byPlace)
  const each = sentencesWithLabels(text, standing)
  const parts = model.classes ? each.map((sentence) => [sentence]) : joined(each, standing)
  const wholes = parts.map((sentences) => ({
    start: sentences[0]?.start ?? 0,
    end: sentences.at(-1)?.end ?? 0,
    sentences,
  }))
  const tag = model.classes ? tagWords : tagSpans
  const sentences: TaggedSentence[] = []
  let unfinished = 0
  let done = 0
  for (const [whole, here] of overlapping(wholes, standing)) {
    const tagged = tag(text, whole, here, model)
    if (!tagged) unfinished++
    else if (tagged.words.length > 0) sentences.push(tagged)
    if (++done % restAfter === 0) await rest?.()
  }
  return { sentences, unfinished }
}

/** A gold span over a sentence's end makes one sentence of two. */
const joined = (sentences: readonly Range[], annotations: readonly Annotation[]): Range[][] => {
  const groups: Range[][] = []
  const gold = annotations.filter(({ status }) => status === 'gold')
  for (const [sentence, here] of overlapping(sentences, gold)) {
    const group = groups.at(-1)
    const before = group?.at(-1)
    if (group && before && here.some((span) => overlaps(span, before))) group.push(sentence)
    else groups.push([sentence])
  }
  return groups
}

interface Whole extends Range {
  readonly sentences: readonly Range[]
}

type Tag = (
  text: string,
  whole: Whole,
  here: readonly Annotation[],
  model: CorrectedModel,
) => TaggedSentence | undefined

/** Undefined where something doubtful waits. */
const tagSpans: Tag = (text, whole, here, model) => {
  if (isOpen(here)) return undefined
  const open = whole.sentences.flatMap((sentence) =>
    here.some((each) => each.status === 'reviewed' && overlaps(each, sentence))
      ? []
      : model
          .predicted(sentence)
          .filter((span) => !isDecided(span, here))
          .filter(({ start, end }) => !model.isIgnored(text.slice(start, end))),
  )
  if (open.some(({ probability }) => probability < model.threshold)) return undefined
  const gold = here.filter(({ status }) => status === 'gold')
  const spans = [...gold, ...open].map(({ type, start, end }) => ({ type, start, end }))
  return tagSentence(text, whole, spans, 'IOB2')
}

/** A label waits for a word, or two of them contradict each other. */
const isOpen = (here: readonly Annotation[]): boolean =>
  here.some(({ status }) => status === 'unreviewed') || contradicted(here).size > 0

/** A gold span stands in its place, or this very span was rejected. */
const isDecided = (span: PredictedSpan, annotations: readonly Annotation[]): boolean =>
  annotations.some(
    (each) => (each.status === 'gold' && overlaps(each, span)) || isRejection(each, span),
  )

const isRejection = (each: Annotation, { start, end, type }: PredictedSpan): boolean =>
  each.status === 'rejected' && each.start === start && each.end === end && each.type === type

/**
 * Every word needs its class: a person's, or the model's. Undefined where that one is doubtful and
 * nobody looked at the sentence, or was rejected and none given in its place.
 */
const tagWords: Tag = (text, sentence, here, model) => {
  if (isOpen(here)) return undefined
  const reviewed = here.some(({ status }) => status === 'reviewed')
  const words: string[] = []
  const tags: string[] = []
  for (const word of model.predicted(sentence)) {
    const covered = text.slice(word.start, word.end)
    const gold = here.find((each) => each.status === 'gold' && overlaps(each, word))
    const sure = reviewed || word.probability >= model.threshold || model.isIgnored(covered)
    if (!gold && (!sure || here.some((each) => isRejection(each, word)))) return undefined
    words.push(covered)
    tags.push(gold?.type ?? word.type)
  }
  return { words, tags }
}
