import type { Trace, TraceOutput } from '../../src/core/protocol/trace.ts'
import { formatPercent } from '../../src/core/runs/describe.ts'
import { svgElement } from '../ui/svg.ts'
import { answerBars, barHeight, type Layout, moreClasses, rowHeight, shortened } from './layout.ts'
import type { TextMeasure } from './textMeasure.ts'
import { percent } from './words.ts'

const barWidth = 150

/** What the head makes of the last layer: over C a class or a score, over words tags, or a span. */
export const drawHead = (
  { output, pieces }: Trace,
  layout: Layout,
  measure: TextMeasure,
): SVGElement => {
  switch (output.kind) {
    case 'classes':
      return svgElement('g', {}, arrowFromC(layout), ...classBars(output, layout, measure))
    case 'score':
      return svgElement('g', {}, arrowFromC(layout), scoreBox(output.score, layout))
    case 'tags':
      return tagChips(output, layout)
    case 'answer':
      return answerDrawing(output, pieces, layout)
    default:
      return output satisfies never
  }
}

const arrowFromC = ({ columns, states, head }: Layout): SVGElement => {
  const x = columns[0]!.x
  const from = states - rowHeight / 2
  const to = head.bottom + 2
  return svgElement(
    'g',
    {},
    svgElement('path', { class: 'arrow', d: `M${x} ${from}V${to}m-4 6l4 -6l4 6` }),
    svgElement(
      'text',
      { class: 'way', x: x + 10, y: (from + to) / 2 + 4 },
      'pooler: tanh(W · C), then the classifier',
    ),
  )
}

const classBars = (
  output: Extract<TraceOutput, { kind: 'classes' }>,
  { head, columns }: Layout,
  measure: TextMeasure,
): SVGElement[] => {
  const left = columns[0]!.x - columns[0]!.width / 2
  const { shares } = output
  const labels = shares.map(({ label }) => shortened(label, 32))
  const room = Math.max(...labels.map(measure)) + 12
  const box = svgElement('rect', {
    ...{ class: 'head-box', x: left, y: head.top, rx: 6 },
    ...{ width: room + barWidth + 84, height: head.bottom - head.top },
  })
  const rows = shares.flatMap(({ probability, label }, at) => {
    const y = head.top + 6 + at * barHeight
    const bold = at === 0 ? ' is-best' : ''
    return [
      svgElement(
        'text',
        { class: `label${bold}`, x: left + 10, y: y + 14 },
        labels[at]!,
        svgElement('title', {}, label),
      ),
      svgElement('rect', {
        ...{ class: 'track', x: left + room + 8, y: y + 5, rx: 2 },
        ...{ width: barWidth, height: barHeight - 10 },
      }),
      svgElement('rect', {
        ...{ class: `bar${bold}`, x: left + room + 8, y: y + 5, rx: 2 },
        ...{ width: Math.max(1, barWidth * probability), height: barHeight - 10 },
      }),
      svgElement(
        'text',
        { class: `value${bold}`, x: left + room + barWidth + 74, y: y + 14 },
        percent(probability),
      ),
    ]
  })
  const more = moreClasses(output)
  const y = head.top + 20 + shares.length * barHeight
  const others =
    more > 0 ? [svgElement('text', { class: 'way', x: left + 10, y }, `${more} more`)] : []
  return [box, ...rows, ...others]
}

const scoreBox = (score: number, { head, columns }: Layout): SVGElement => {
  const left = columns[0]!.x - columns[0]!.width / 2
  const height = head.bottom - head.top
  return svgElement(
    'g',
    {},
    svgElement('rect', { class: 'head-box', x: left, y: head.top, rx: 6, width: 130, height }),
    svgElement(
      'text',
      { class: 'label is-best', x: left + 12, y: head.top + height / 2 + 4 },
      `score ${score.toFixed(3)}`,
    ),
  )
}

const tagChips = (
  { words }: Extract<TraceOutput, { kind: 'tags' }>,
  { columns, head, states }: Layout,
): SVGElement =>
  svgElement(
    'g',
    {},
    ...words.map(({ piece, text, shares }) => {
      const { x, width } = columns[piece]!
      const [best] = shares
      const label = best?.label ?? ''
      const y = head.bottom - rowHeight / 2
      const told = shares.map((share) => `${share.label} ${percent(share.probability)}`).join('\n')
      return svgElement(
        'g',
        { class: `chip tag${label === 'O' ? ' is-none' : ''}` },
        svgElement('path', {
          class: 'arrow',
          d: `M${x} ${states - rowHeight / 2}V${y + rowHeight / 2 + 2}`,
        }),
        svgElement('rect', {
          ...{ x: x - width / 2, y: y - rowHeight / 2, rx: 4 },
          ...{ width, height: rowHeight },
        }),
        svgElement('text', { x, y: y + 4 }, shortened(label)),
        svgElement(
          'text',
          { class: 'share', x, y: y - rowHeight / 2 - 5 },
          best ? formatPercent(best.probability) : '',
        ),
        svgElement('title', {}, `${text}\n${told}`),
      )
    }),
  )

const answerDrawing = (
  { start, end, text, first, last, probability }: Extract<TraceOutput, { kind: 'answer' }>,
  pieces: Trace['pieces'],
  { columns, head, width }: Layout,
): SVGElement => {
  const base = head.bottom
  const bars = columns.flatMap(({ x }, at) => {
    // The question cannot answer itself.
    if (at > 0 && pieces[at]!.segment === 0) return []
    const bar = (kind: string, share: number, left: number) =>
      svgElement(
        'rect',
        {
          ...{ class: `${kind}-bar`, x: left, y: base - Math.max(1, answerBars * share), rx: 1 },
          ...{ width: 9, height: Math.max(1, answerBars * share) },
        },
        svgElement('title', {}, `${pieces[at]!.text}: ${kind} ${percent(share)}`),
      )
    return [bar('start', start[at] ?? 0, x - 10), bar('end', end[at] ?? 0, x + 1)]
  })
  const from = columns[Math.max(0, first)]!
  const to = columns[Math.max(0, last)]!
  const left = from.x - from.width / 2
  const right = to.x + to.width / 2
  const y = head.top + rowHeight
  // Towards the middle, where there is room for it.
  const ends = left > width / 2
  return svgElement(
    'g',
    {},
    ...bars,
    svgElement('path', { class: 'span', d: `M${left} ${y + 6}v-6H${right}v6` }),
    svgElement(
      'text',
      { class: `label is-best${ends ? ' is-end' : ''}`, x: ends ? right : left, y: y - 6 },
      `${shortened(text || 'no answer', 60)}  ${percent(probability)}`,
    ),
  )
}
