import type { Trace, TraceOutput } from '../../src/core/protocol/trace.ts'

const layers = 6
const heads = 12

/** A trace with attention that looks like one: much on [CLS], some on neighbours; no chance in it. */
export const madeTrace = (words: readonly string[], output: TraceOutput): Trace => {
  let segment = 0
  const pieces = words.map((text, at) => {
    const piece = { text, id: 1000 + at, segment }
    if (text === '[SEP]') segment = 1
    return piece
  })
  const count = pieces.length
  const bytes: number[] = []
  for (let layer = 0; layer < layers; layer++) {
    for (let head = 0; head < heads; head++) {
      for (let to = 0; to < count; to++) {
        const weights = pieces.map((_, from) => {
          const near = Math.exp(-Math.abs(to - from + (head % 5) - 2) / (1 + (layer % 3)))
          return near + (from === 0 ? 0.2 + 0.25 * layer : 0)
        })
        const sum = weights.reduce((a, b) => a + b, 0)
        bytes.push(...weights.map((weight) => Math.round((255 * weight) / sum)))
      }
    }
  }
  const attention = Buffer.from(bytes).toString('base64')
  return { pieces, cut: 0, layers, heads, attention, output }
}
