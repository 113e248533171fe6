import type { Trace } from '../../src/core/protocol/trace.ts'
import { svgElement } from '../ui/svg.ts'
import type { Layout } from './layout.ts'

const width = 142

/** The rows' names, which stay where they are while the drawing scrolls. */
export const gutter = (trace: Trace, layout: Layout): SVGSVGElement => {
  const { height, head, states, layers, embeddings, input, ids } = layout
  const every = layers.length > 13 ? 2 : 1
  const layerNames = layers.flatMap((y, layer) =>
    layer > 0 && layer % every === 0 ? [name(`Layer ${layer}`, y)] : [],
  )
  return svgElement(
    'svg',
    { class: 'gutter', width, height, 'aria-hidden': 'true' },
    name(headName(trace), (head.top + head.bottom) / 2),
    name('Last states', states),
    ...layerNames,
    name('Token embedding', embeddings.token),
    name('Segment embedding', embeddings.segment),
    name('Position embedding', embeddings.position),
    name('Word pieces', input),
    name('Numbers', ids),
  )
}

const headName = ({ output }: Trace): string => {
  switch (output.kind) {
    case 'classes':
      return 'Class'
    case 'score':
      return 'Score'
    case 'tags':
      return 'Tags'
    case 'answer':
      return 'Start and end'
    default:
      return output satisfies never
  }
}

const name = (text: string, y: number): SVGTextElement =>
  svgElement('text', { x: width - 10, y: y + 4, 'text-anchor': 'end' }, text)
