import { spansOf } from '../../src/core/data/tagSchemes.ts'
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
  return `Layer ${layer}, “${name(piece)}” takes from: ${list || `nothing as much as ${100 * leastShare} %`}.`
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
      return tagsSentence(output)
    case 'answer':
      return `${output.text || 'no answer'}, ${percent(output.probability)}`
    default:
      return output satisfies never
  }
}

type Tags = Extract<TraceOutput, { kind: 'tags' }>

/** Entities, or with a class for each word the words: `Ada Lovelace PER, London LOC`. */
const tagsSentence = ({ words, spans }: Tags): string => {
  const tags = words.map(({ shares: [best] }) => best?.label ?? 'O')
  const found = spans
    ? spansOf(tags).map(({ type, start, end }) => `${joined(words.slice(start, end))} ${type}`)
    : words.map(({ text }, at) => `${text} ${tags[at]}`)
  if (words.length === 0) return 'no words'
  if (found.length === 0) return 'no entity'
  const more = found.length - mostFound
  return found.slice(0, mostFound).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** With a space where the text has one, or more. */
const joined = (words: Tags['words']): string =>
  words
    .map(({ text, end }, at) => {
      const next = words[at + 1]
      return next && next.start > end ? `${text} ` : text
    })
    .join('')

/** What the head makes of one piece: its word's tags, or its shares as an answer's start and end. */
export const headSentence = (output: TraceOutput, piece: number): string => {
  if (output.kind === 'answer') {
    const share = (shares: readonly number[]) => percent(shares[piece] ?? 0)
    return `As the answer’s start ${share(output.start)}, as its end ${share(output.end)}.`
  }
  if (output.kind !== 'tags') return ''
  const word = output.words.find((each) => each.piece === piece)
  if (!word) return ''
  const told = word.shares.filter(({ probability }) => probability >= leastShare)
  return `Tagged ${told.map(({ label, probability }) => `${label} ${percent(probability)}`).join(', ')}.`
}

/** `3 more pieces do not fit: the first 128 are drawn.` */
export const cutSentence = (cut: number, drawn: number): string =>
  cut === 0
    ? ''
    : `Of this text the first ${drawn} pieces are drawn and read; ${cut} more are left out, so the result may differ from the whole text’s.`
