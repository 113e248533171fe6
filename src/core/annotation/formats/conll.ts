import { sentencesOf } from '../../data/sentences.ts'
import { spansOf, type TagScheme, tagsOf } from '../../data/tagSchemes.ts'
import { InputError } from '../../errors.ts'
import { overlaps } from '../annotation.ts'
import { overlapping } from '../overlapping.ts'
import { type Range, tokensOf } from '../words.ts'
import type { LabelledDocument, TypedSpan } from './labelledDocument.ts'

/** A sentence's words with a tag each. */
export interface TaggedSentence {
  readonly words: readonly string[]
  readonly tags: readonly string[]
}

/**
 * A document as CoNLL has it: words and tags by sentence. White space is lost; a span that ends
 * within a word parts the word; of spans that overlap the first is kept.
 */
export const taggedSentences = (
  { text, spans }: LabelledDocument,
  scheme: TagScheme,
): TaggedSentence[] => {
  const apart = withoutOverlaps(spans)
  return Array.from(overlapping(joined(sentencesOf(text), apart), apart), ([sentence, here]) =>
    tagSentence(text, sentence, here, scheme),
  ).filter(({ words }) => words.length > 0)
}

const withoutOverlaps = (spans: readonly TypedSpan[]): TypedSpan[] => {
  const kept: TypedSpan[] = []
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const before = kept.at(-1)
    if (!before || !overlaps(before, span)) kept.push(span)
  }
  return kept
}

/** A span over a sentence's end makes one sentence of two. */
const joined = (sentences: readonly Range[], spans: readonly TypedSpan[]): Range[] => {
  const result: Range[] = []
  let next = 0
  for (const sentence of sentences) {
    const before = result.at(-1)
    while (spans[next] && spans[next]!.end <= (before?.end ?? 0)) next++
    const span = spans[next]
    if (before && span && span.start < before.end && span.end > sentence.start) {
      result[result.length - 1] = { start: before.start, end: sentence.end }
    } else result.push(sentence)
  }
  return result
}

/** One sentence of a text, with the spans in it. */
export const tagSentence = (
  text: string,
  sentence: Range,
  spans: readonly TypedSpan[],
  scheme: TagScheme,
): TaggedSentence => {
  const apart = withoutOverlaps(spans)
  const edges = apart.flatMap(({ start, end }) => [start, end])
  const words = tokensOf(text.slice(sentence.start, sentence.end))
    .map(({ start, end }) => ({ start: start + sentence.start, end: end + sentence.start }))
    .flatMap((word) => cutAt(word, edges))
  const ofWords = apart.flatMap(({ type, start, end }) => {
    const first = words.findIndex((word) => word.start >= start)
    const last = words.findLastIndex((word) => word.end <= end)
    return first < 0 || last < first ? [] : [{ type, start: first, end: last + 1 }]
  })
  return {
    words: words.map(({ start, end }) => text.slice(start, end)),
    tags: tagsOf(words.length, ofWords, scheme),
  }
}

const cutAt = ({ start, end }: Range, edges: readonly number[]): Range[] => {
  const cuts = [...new Set(edges.filter((edge) => edge > start && edge < end))].sort(
    (a, b) => a - b,
  )
  const bounds = [start, ...cuts, end]
  return cuts.length === 0
    ? [{ start, end }]
    : bounds.slice(1).map((bound, index) => ({ start: bounds[index] ?? start, end: bound }))
}

/** Two columns with a tab, an empty line after each sentence. */
export const formatTagged = (sentences: readonly TaggedSentence[]): string =>
  sentences
    .map(({ words, tags }) => `${words.map((word, at) => `${word}\t${tags[at]}\n`).join('')}\n`)
    .join('')

export const writeConll = (documents: readonly LabelledDocument[], scheme: TagScheme): string =>
  formatTagged(documents.flatMap((document) => taggedSentences(document, scheme)))

/**
 * Reads two or more columns (the word first, the tag last), in any scheme, into one document: words
 * joined by a space, a line a sentence.
 *
 * @throws InputError with file and line
 */
export const readConllText = (content: string, file: string): LabelledDocument => {
  const lines: string[] = []
  const spans: TypedSpan[] = []
  let offset = 0
  let words: string[] = []
  let tags: string[] = []
  const finish = () => {
    if (words.length === 0) return
    spans.push(...placed(words, tags, offset))
    const line = words.join(' ')
    lines.push(line)
    offset += line.length + 1
    words = []
    tags = []
  }
  for (const [index, row] of content.replaceAll('\r\n', '\n').split('\n').entries()) {
    if (row.trim() === '' || row.startsWith('-DOCSTART-')) {
      finish()
      continue
    }
    const fields = row.includes('\t') ? row.split('\t') : row.trim().split(/ +/)
    const word = fields[0]
    const tag = fields.at(-1)?.trim()
    if (!word || !tag || fields.length < 2) {
      throw new InputError(`${file}:${index + 1} has no word and tag with a tab between; mend it.`)
    }
    words.push(word)
    tags.push(tag)
  }
  finish()
  return { text: lines.join('\n'), spans }
}

const placed = (words: readonly string[], tags: readonly string[], offset: number): TypedSpan[] => {
  const starts: number[] = []
  let at = offset
  for (const word of words) {
    starts.push(at)
    at += word.length + 1
  }
  return spansOf(tags).map(({ type, start, end }) => ({
    type,
    start: starts[start] ?? offset,
    end: (starts[end - 1] ?? offset) + (words[end - 1]?.length ?? 0),
  }))
}
