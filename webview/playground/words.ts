import { parseTag, spansOf } from '../../src/core/data/tagSchemes.ts'
import type { Trace, TraceOutput } from '../../src/core/protocol/trace.ts'
import type { Source } from './attention.ts'

/** `97.1 %` */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

const mostNamed = 5
const mostFound = 10
/** Less than that is told of nobody. */
const leastShare = 0.02

/** What a piece takes from in a layer: `Layer 3, “film”, takes from: great 31.4 %, it 12.0 %.` */
export const sourcesSentence = (
  pieces: Trace['pieces'],
  layer: number,
  piece: number,
  sources: readonly Source[],
): string => {
  const name = (at: number) => pieces[at]?.text ?? ''
  const told = sources.slice(0, mostNamed).filter(({ share }) => share >= leastShare)
  const list = told.map(({ piece: from, share }) => `${name(from)} ${percent(share)}`).join(', ')
  return `Layer ${layer}, “${name(piece)}” takes from: ${list || 'all alike'}.`
}

/** The head's output as one sentence. */
export const outputSentence = (output: TraceOutput): string => {
  switch (output.kind) {
    case 'classes':
      return output.shares
        .slice(0, 3)
        .map(({ label, probability }) => `${label} ${percent(probability)}`)
        .join(', ')
    case 'score':
      return `score ${output.score.toFixed(3)}`
    case 'tags':
      return tagsSentence(output.words)
    case 'answer':
      return `${output.text || 'no answer'}, ${percent(output.probability)}`
    default:
      return output satisfies never
  }
}

type Words = Extract<TraceOutput, { kind: 'tags' }>['words']

/** Entities, or with a class for each word the words: `Ada Lovelace PER, London LOC`. */
const tagsSentence = (words: Words): string => {
  const tags = words.map(({ shares: [best] }) => best?.label ?? 'O')
  const isSpans = tags.every((tag) => tag === 'O' || parseTag(tag))
  const found = isSpans
    ? spansOf(tags).map(({ type, start, end }) => {
        const own = words.slice(start, end).map(({ text }) => text)
        return `${own.join(' ')} ${type}`
      })
    : words.map(({ text }, at) => `${text} ${tags[at]}`)
  if (words.length === 0) return 'no words'
  if (found.length === 0) return 'no entity'
  const more = found.length - mostFound
  return found.slice(0, mostFound).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** `3 more pieces do not fit: the first 128 are drawn.` */
export const cutSentence = (cut: number, drawn: number): string =>
  cut === 0
    ? ''
    : `Of this text the first ${drawn} pieces are drawn and read; ${cut} more are left out, so the result may differ from the whole text’s.`
