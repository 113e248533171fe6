import type { Trace } from '../../src/core/protocol/trace.ts'

/** Where the drawing's rows and columns lie, in pixels; y grows downwards, as text goes upwards. */
export interface Layout {
  readonly width: number
  readonly height: number
  /** Middle and width of each piece's column. */
  readonly columns: readonly { readonly x: number; readonly width: number }[]
  /** Rows by their middle, but for the head, which has a top and a bottom. */
  readonly head: { readonly top: number; readonly bottom: number }
  readonly states: number
  /** Of the embeddings' sum (0) and of each layer from the first on. */
  readonly layers: readonly number[]
  readonly box: { readonly top: number; readonly bottom: number }
  readonly embeddings: {
    readonly token: number
    readonly segment: number
    readonly position: number
  }
  readonly input: number
  readonly ids: number
  readonly braces: number
}

export const rowHeight = 24
/** A class's bar. */
export const barHeight = 20
/** Bars of an answer's start and end. */
export const answerBars = 44
const least = 36
const most = 132
const padding = 12
const gap = 6
const edge = 10
const embeddingStep = 36

/**
 * @param widths of each column's widest text, in pixels
 * @param classes bars of the classes that are drawn
 */
export const layoutOf = (
  trace: Pick<Trace, 'layers' | 'output'>,
  widths: readonly number[],
  wideHead: number,
): Layout => {
  let x = edge
  const columns = widths.map((text) => {
    const width = Math.max(least, Math.min(most, Math.ceil(text) + padding))
    const column = { x: x + width / 2, width }
    x += width + gap
    return column
  })
  const step = trace.layers <= 8 ? 36 : trace.layers <= 12 ? 30 : 22
  const head = { top: edge, bottom: edge + headHeight(trace.output) }
  const states = head.bottom + 34
  const box = { top: states + 24, bottom: states + 24 + trace.layers * step + 26 }
  const lowest = box.bottom - 12
  const token = box.bottom + 30
  const input = token + 2 * embeddingStep + 44
  const ids = input + 22
  return {
    width: Math.max(x - gap + edge, wideHead + 2 * edge),
    height: ids + 38,
    columns,
    head,
    states,
    layers: Array.from({ length: trace.layers + 1 }, (_, layer) => lowest - layer * step),
    box,
    embeddings: { token, segment: token + embeddingStep, position: token + 2 * embeddingStep },
    input,
    ids,
    braces: ids + 20,
  }
}

/** Classes that have no bar. */
export const moreClasses = ({
  shares,
  classes,
}: Extract<Trace['output'], { kind: 'classes' }>): number => classes - shares.length

const headHeight = (output: Trace['output']): number => {
  switch (output.kind) {
    case 'classes':
      return (output.shares.length + (moreClasses(output) > 0 ? 1 : 0)) * barHeight + 12
    case 'score':
      return barHeight + 12
    case 'tags':
      return 2 * rowHeight
    case 'answer':
      return answerBars + rowHeight + 14
    default:
      return output satisfies never
  }
}

/** Pieces of one text, without the [SEP] that ends it; in the paper's words. */
export interface Sentence {
  readonly first: number
  readonly last: number
  readonly segment: number
}

/** What stands between [CLS] and the last [SEP], cut at the [SEP] where the segment changes. */
export const sentencesOf = (pieces: Trace['pieces']): Sentence[] => {
  const second = pieces.findIndex(({ segment }) => segment === 1)
  const end = pieces.length - 2
  const parts =
    second < 0
      ? [{ first: 1, last: end, segment: 0 }]
      : [
          { first: 1, last: second - 2, segment: 0 },
          { first: second, last: end, segment: 1 },
        ]
  return parts.filter(({ first, last }) => first <= last)
}

/** As the paper names what BERT makes of each piece: C, T1 … TN, T[SEP], and T1' … for the second text. */
export const stateNames = (pieces: Trace['pieces']): { name: string; sub: string }[] => {
  const sentences = sentencesOf(pieces)
  return pieces.map((_, at) => {
    if (at === 0) return { name: 'C', sub: '' }
    const own = sentences.find(({ first, last }) => at >= first && at <= last)
    if (!own) return { name: 'T', sub: '[SEP]' }
    return { name: own.segment === 0 ? 'T' : 'T′', sub: String(at - own.first + 1) }
  })
}

/** Shortened in the middle of nothing: long pieces are seldom and are told whole when pointed at. */
export const shortened = (text: string, most = 14): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`
