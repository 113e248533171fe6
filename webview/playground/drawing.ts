import type { Trace } from '../../src/core/protocol/trace.ts'
import { svgElement } from '../ui/svg.ts'
import { Attention } from './attention.ts'
import { drawHead } from './headDrawing.ts'
import { type Layout, layoutOf, rowHeight, sentencesOf, shortened, stateNames } from './layout.ts'
import type { TextMeasure } from './textMeasure.ts'

/** A circle of the drawing: a piece in a layer, layers from 1. */
export interface Place {
  readonly layer: number
  readonly piece: number
}

/** From how much on a share is drawn, and how strongly; each with what lies above it. */
const strengths = [0.04, 0.08, 0.16, 0.3, 0.5, 0.75] as const

/** BERT and its head over one text, as in the paper's figures 2 to 4 (Devlin et al. 2019). */
export class Drawing {
  readonly root: SVGSVGElement
  readonly layout: Layout
  readonly attention: Attention
  private readonly edges = svgElement('g', { class: 'edges' })
  private readonly chosenEdges = svgElement('g', { class: 'chosen-edges' })
  private readonly circles = new Map<string, SVGCircleElement>()
  private readonly inputs: SVGGElement[] = []

  constructor(
    private readonly trace: Trace,
    measure: TextMeasure,
    onPlace: (place: Place | undefined, pinned: boolean) => void,
  ) {
    this.attention = new Attention(trace)
    this.layout = layoutOf(trace, columnWidths(trace, measure), headWidth(trace, measure))
    const { width, height } = this.layout
    this.root = svgElement(
      'svg',
      { width, height, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' },
      this.bertBox(),
      this.edges,
      this.chosenEdges,
      this.circleRows(onPlace),
      this.stateRow(onPlace),
      this.embeddingRows(),
      this.inputRow(onPlace),
      this.braces(),
      drawHead(trace, this.layout, measure),
    )
  }

  /** All connections of a head, or of the mean over all; `words`: those from [CLS] and [SEP] left out. */
  showHead(head: number | undefined, words: boolean): void {
    const parts = strengths.map(() => [] as string[])
    this.eachShare(head, (d, share, from) => {
      if (words && this.isSpecial(from)) return
      const strength = strengths.findLastIndex((least) => share >= least)
      if (strength >= 0) parts[strength]!.push(d)
    })
    this.edges.replaceChildren(
      ...parts.map((lines, at) => svgElement('path', { class: `edge-${at}`, d: lines.join('') })),
    )
  }

  /** Only what the chosen circle takes from, before the others. */
  choose(place: Place | undefined, head: number | undefined): void {
    this.root.classList.toggle('has-chosen', place !== undefined)
    for (const [key, circle] of this.circles) {
      circle.classList.toggle('is-chosen', place !== undefined && key === keyOf(place))
    }
    const sources = place ? this.attention.sources(place.layer - 1, head, place.piece) : []
    const strong = new Set(sources.filter(({ share }) => share >= 0.08).map(({ piece }) => piece))
    this.inputs.forEach((input, piece) => {
      input.classList.toggle('is-source', strong.has(piece))
      input.classList.toggle('is-chosen', piece === place?.piece)
    })
    this.chosenEdges.replaceChildren(
      ...sources
        .filter(({ share }) => share >= 0.01)
        .map(({ piece, share }) =>
          svgElement('path', {
            d: this.line(place!.layer, place!.piece, piece),
            'stroke-width': (0.75 + 5 * share).toFixed(2),
            'stroke-opacity': Math.min(1, 0.25 + 1.5 * share).toFixed(2),
          }),
        ),
    )
  }

  private isSpecial(piece: number): boolean {
    const { text } = this.trace.pieces[piece]!
    return text === '[CLS]' || text === '[SEP]'
  }

  private eachShare(
    head: number | undefined,
    use: (d: string, share: number, from: number) => void,
  ): void {
    const count = this.trace.pieces.length
    for (let layer = 1; layer <= this.trace.layers; layer++) {
      this.attention.layer(layer - 1, head).forEach((share, at) => {
        const to = Math.floor(at / count)
        if (share >= strengths[0]) use(this.line(layer, to, at % count), share, at % count)
      })
    }
  }

  /** From a piece in the layer below up to one in this. */
  private line(layer: number, to: number, from: number): string {
    const { columns, layers } = this.layout
    return `M${columns[from]!.x} ${layers[layer - 1]}L${columns[to]!.x} ${layers[layer]}`
  }

  private bertBox(): SVGElement {
    const { box, width, columns, states, embeddings, layers } = this.layout
    const stems = columns.map(({ x }) => {
      const up = `M${x} ${layers.at(-1)}L${x} ${states + rowHeight / 2}`
      return `${up}M${x} ${embeddings.token - rowHeight / 2}L${x} ${layers[0]}`
    })
    const right = Math.max(...columns.map(({ x, width: own }) => x + own / 2), 0)
    return svgElement(
      'g',
      {},
      svgElement('rect', {
        ...{ class: 'bert', x: 2, y: box.top, rx: 10 },
        width: Math.min(width - 4, right + 8),
        height: box.bottom - box.top,
      }),
      svgElement('path', { class: 'stem', d: stems.join('') }),
    )
  }

  private circleRows(onPlace: (place: Place | undefined, pinned: boolean) => void): SVGElement {
    const group = svgElement('g', {})
    this.layout.layers.forEach((y, layer) => {
      this.layout.columns.forEach(({ x }, piece) => {
        if (layer === 0) {
          group.append(svgElement('circle', { class: 'sum', cx: x, cy: y, r: 3 }))
          return
        }
        const place = { layer, piece }
        const circle = svgElement('circle', { class: 'trm', cx: x, cy: y, r: 6 })
        // A larger one, unseen, for the hand.
        const around = svgElement('circle', { class: 'around', cx: x, cy: y, r: 13 })
        around.addEventListener('pointerenter', () => onPlace(place, false))
        around.addEventListener('pointerleave', () => onPlace(undefined, false))
        around.addEventListener('click', () => onPlace(place, true))
        this.circles.set(keyOf(place), circle)
        group.append(circle, around)
      })
    })
    return group
  }

  private stateRow(onPlace: (place: Place | undefined, pinned: boolean) => void): SVGElement {
    const names = stateNames(this.trace.pieces)
    const { columns, states } = this.layout
    const chips = columns.map((column, piece) => {
      const { name, sub } = names[piece]!
      const node = chip('state', column, states, name, sub)
      node.addEventListener('click', () => onPlace({ layer: this.trace.layers, piece }, true))
      return node
    })
    return svgElement('g', {}, ...chips)
  }

  private embeddingRows(): SVGElement {
    const { columns, embeddings } = this.layout
    const { pieces } = this.trace
    const plus = (y: number) =>
      columns.map(({ x }) => svgElement('text', { class: 'plus', x, y: y - 18 }, '+'))
    return svgElement(
      'g',
      {},
      ...columns.map((column, at) =>
        chip('token', column, embeddings.token, 'E', shortened(pieces[at]!.text)),
      ),
      ...plus(embeddings.segment),
      ...columns.map((column, at) =>
        chip('segment', column, embeddings.segment, 'E', pieces[at]!.segment === 0 ? 'A' : 'B'),
      ),
      ...plus(embeddings.position),
      ...columns.map((column, at) =>
        chip('position', column, embeddings.position, 'E', String(at)),
      ),
    )
  }

  private inputRow(onPlace: (place: Place | undefined, pinned: boolean) => void): SVGElement {
    const { columns, input, ids } = this.layout
    return svgElement(
      'g',
      {},
      ...columns.flatMap((column, at) => {
        const { text, id } = this.trace.pieces[at]!
        const node = chip('input', column, input, shortened(text), '')
        node.append(svgElement('title', {}, `${text}, number ${id} of the vocabulary`))
        node.addEventListener('click', () => onPlace({ layer: this.trace.layers, piece: at }, true))
        this.inputs.push(node)
        return [node, svgElement('text', { class: 'id', x: column.x, y: ids }, String(id))]
      }),
    )
  }

  private braces(): SVGElement {
    const { columns, braces } = this.layout
    const sentences = sentencesOf(this.trace.pieces)
    return svgElement(
      'g',
      { class: 'braces' },
      ...sentences.flatMap(({ first, last, segment }) => {
        const left = columns[first]!.x - columns[first]!.width / 2
        const right = columns[last]!.x + columns[last]!.width / 2
        const y = braces - 10
        return [
          svgElement('path', { d: `M${left} ${y}v5H${right}v-5` }),
          svgElement('text', { x: left, y: braces + 10, class: 'brace' }, this.nameOf(segment)),
        ]
      }),
    )
  }

  private nameOf(segment: number): string {
    const { pieces, output } = this.trace
    if (output.kind === 'answer') return segment === 0 ? 'Question' : 'Context'
    if (pieces.every((piece) => piece.segment === 0)) return 'Single text'
    return segment === 0 ? 'First text' : 'Second text'
  }
}

const keyOf = ({ layer, piece }: Place): string => `${layer} ${piece}`

const chip = (
  kind: string,
  { x, width }: { readonly x: number; readonly width: number },
  y: number,
  name: string,
  sub: string,
): SVGGElement =>
  svgElement(
    'g',
    { class: `chip ${kind}` },
    svgElement('rect', {
      ...{ x: x - width / 2, y: y - rowHeight / 2, rx: 4 },
      ...{ width, height: rowHeight },
    }),
    svgElement(
      'text',
      { x, y: y + 4 },
      name,
      ...(sub === '' ? [] : [svgElement('tspan', { class: 'sub', dy: 3 }, sub)]),
    ),
  )

const columnWidths = ({ pieces, output }: Trace, measure: TextMeasure): number[] =>
  pieces.map(({ text }, at) => {
    const tag =
      output.kind === 'tags' ? output.words.find(({ piece }) => piece === at)?.shares[0] : undefined
    const own = measure(shortened(text)) + 10
    return Math.max(own, tag ? measure(shortened(tag.label)) : 0)
  })

/** Of the box of classes: labels, bars, percents. */
const headWidth = ({ output }: Trace, measure: TextMeasure): number =>
  output.kind === 'classes'
    ? Math.max(...output.shares.map(({ label }) => measure(shortened(label, 32)))) + 260
    : 200
