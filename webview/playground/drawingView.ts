import type { Trace } from '../../src/core/protocol/trace.ts'
import { check, select } from '../ui/controls.ts'
import { element, setHidden, setText } from '../ui/dom.ts'
import { Drawing, type Place } from './drawing.ts'
import { gutter } from './gutter.ts'
import { textMeasure } from './textMeasure.ts'
import { headSentence, sourcesSentence } from './words.ts'

const hint =
  'Point at a circle, or press the arrow keys in the drawing, to see what it takes from the layer below.'

/** The drawing with its controls: which attention is seen, and what is told of the chosen circle. */
export class DrawingView {
  readonly root: HTMLElement
  private readonly controls = element('div', { class: 'drawing-controls' })
  private readonly told = element('p', { class: 'told', testId: 'told' }, hint)
  /** What is told, for a screen reader: not of all that the mouse goes over. */
  private readonly spoken = element('p', { class: 'visually-hidden', role: 'status' })
  private readonly names = element('div', { class: 'names' })
  private readonly canvas = element('div', {
    class: 'canvas',
    testId: 'drawing',
    tabindex: '0',
    role: 'application',
    'aria-label': 'The way through BERT; arrow keys go from piece to piece and from layer to layer',
  })
  private trace: Trace | undefined
  private drawing: Drawing | undefined
  private head: number | undefined
  /** Most heads rest on [CLS] and [SEP] (Clark et al. 2019), which hides what goes on among words. */
  private words = true
  private heads = 0
  private pinned: Place | undefined

  constructor() {
    this.root = element(
      'div',
      { class: 'drawing-view' },
      this.controls,
      this.told,
      this.spoken,
      element('div', { class: 'sheet' }, this.names, this.canvas),
    )
    this.canvas.addEventListener('keydown', (event) => this.key(event))
    setHidden(this.root, true)
  }

  show(trace: Trace): void {
    const isSame = this.trace && samePieces(this.trace, trace)
    if (!isSame) this.pinned = undefined
    this.trace = trace
    if (this.heads !== trace.heads) this.makeControls(trace.heads)
    setHidden(this.root, false)
    this.redraw()
    const { output } = trace
    // It may be far to the right.
    if (!isSame && output.kind === 'answer' && output.first > 0) this.bringIntoView(output.first)
  }

  hide(): void {
    setHidden(this.root, true)
  }

  redraw(): void {
    const { trace } = this
    if (!trace) return
    this.drawing = new Drawing(trace, textMeasure(), (place, pinned) => this.point(place, pinned))
    this.names.replaceChildren(gutter(trace, this.drawing.layout))
    this.canvas.replaceChildren(this.drawing.root)
    this.drawing.showHead(this.head, this.words)
    this.choose(this.pinned)
  }

  private makeControls(heads: number): void {
    this.heads = heads
    this.head = undefined
    const choices = Array.from({ length: heads }, (_, head) => ({
      value: String(head),
      label: `head ${head + 1}`,
    }))
    const heading = select({
      label: 'Attention of',
      choices: [{ value: '', label: `all ${heads} heads, their mean` }, ...choices],
      value: '',
      testId: 'head',
      onChange: (value) => {
        this.head = value === '' ? undefined : Number(value)
        this.drawing?.showHead(this.head, this.words)
        this.choose(this.pinned)
      },
    })
    setHidden(heading, heads === 1)
    this.controls.replaceChildren(
      heading,
      check({
        label: 'hide lines from [CLS] and [SEP]',
        checked: this.words,
        testId: 'words',
        onChange: (checked) => {
          this.words = checked
          this.drawing?.showHead(this.head, checked)
        },
      }),
    )
  }

  private point(place: Place | undefined, pinned: boolean): void {
    if (pinned) this.pinned = samePlace(place, this.pinned) ? undefined : place
    this.choose(place && !pinned ? place : this.pinned)
  }

  private choose(place: Place | undefined): void {
    const { trace, drawing } = this
    if (!trace || !drawing) return
    drawing.choose(place, this.head)
    setText(this.told, place ? this.sentenceOf(place, trace, drawing) : hint)
    if (place === this.pinned) setText(this.spoken, place ? (this.told.textContent ?? '') : '')
  }

  private sentenceOf({ layer, piece }: Place, trace: Trace, { attention }: Drawing): string {
    const sources = attention.sources(layer - 1, this.head, piece)
    const head = headSentence(trace.output, piece)
    return [sourcesSentence(trace.pieces, layer, piece, sources), head].filter(Boolean).join(' ')
  }

  private key(event: KeyboardEvent): void {
    const { trace, pinned } = this
    // Those are VS Code's.
    if (!trace || event.ctrlKey || event.altKey || event.metaKey) return
    const from = pinned ?? { layer: trace.layers, piece: 0 }
    const moved = pinned
      ? movedBy(event.key, from)
      : event.key.startsWith('Arrow')
        ? from
        : undefined
    if (event.key === 'Escape') this.pinned = undefined
    else if (moved) {
      const within = (value: number, low: number, high: number) =>
        Math.max(low, Math.min(high, value))
      this.pinned = {
        layer: within(moved.layer, 1, trace.layers),
        piece: within(moved.piece, 0, trace.pieces.length - 1),
      }
      this.bringIntoView(this.pinned.piece)
    } else return
    event.preventDefault()
    this.choose(this.pinned)
  }

  private bringIntoView(piece: number): void {
    const column = this.drawing?.layout.columns[piece]
    if (!column) return
    const { canvas } = this
    const left = column.x - column.width
    const right = column.x + column.width
    if (left < canvas.scrollLeft) canvas.scrollLeft = left
    else if (right > canvas.scrollLeft + canvas.clientWidth) {
      canvas.scrollLeft = right - canvas.clientWidth
    }
  }
}

const movedBy = (key: string, { layer, piece }: Place): Place | undefined => {
  switch (key) {
    case 'ArrowLeft':
      return { layer, piece: piece - 1 }
    case 'ArrowRight':
      return { layer, piece: piece + 1 }
    case 'ArrowUp':
      return { layer: layer + 1, piece }
    case 'ArrowDown':
      return { layer: layer - 1, piece }
    case 'Home':
      return { layer, piece: 0 }
    case 'End':
      return { layer, piece: Number.MAX_SAFE_INTEGER }
    default:
      return undefined
  }
}

const samePieces = (one: Trace, other: Trace): boolean =>
  one.layers === other.layers &&
  one.pieces.length === other.pieces.length &&
  one.pieces.every(({ id }, at) => id === other.pieces[at]?.id)

const samePlace = (one: Place | undefined, other: Place | undefined): boolean =>
  one?.layer === other?.layer && one?.piece === other?.piece
