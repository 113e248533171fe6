import { describe, expect, it } from 'vitest'
import { Attention } from './attention.ts'

const pieces = ['[CLS]', 'a', '[SEP]'].map((text, id) => ({ text, id, segment: 0 }))
/** Two layers of two heads; each row adds up to 255. */
const bytes = [
  ...[255, 0, 0, 0, 255, 0, 0, 0, 255],
  ...[0, 255, 0, 51, 102, 102, 255, 0, 0],
  ...[85, 85, 85, 85, 85, 85, 85, 85, 85],
  ...[0, 0, 255, 0, 255, 0, 0, 0, 255],
]
const attention = new Attention({
  pieces,
  heads: 2,
  attention: Buffer.from(bytes).toString('base64'),
})

describe('attention', () => {
  it('of one head is as it was sent', () => {
    expect([...attention.layer(0, 1)].slice(3, 6)).toEqual([
      expect.closeTo(0.2),
      expect.closeTo(0.4),
      expect.closeTo(0.4),
    ])
    expect(attention.layer(1, 1)[2]).toBe(1)
  })

  it('of all heads is their mean, and adds up to one', () => {
    for (const layer of [0, 1]) {
      const mean = [...attention.layer(layer, undefined)]
      for (const row of [0, 1, 2]) {
        const sum = mean.slice(3 * row, 3 * row + 3).reduce((a, b) => a + b, 0)
        expect(sum).toBeCloseTo(1, 5)
      }
    }
    expect(attention.layer(0, undefined)[0]).toBeCloseTo(0.5)
    expect(attention.layer(0, undefined)).toBe(attention.layer(0, undefined))
  })

  it('names what a piece takes from, most first', () => {
    expect(attention.sources(0, 1, 2).map(({ piece }) => piece)[0]).toBe(0)
    const [first, second] = attention.sources(0, undefined, 1)
    expect([first?.piece, second?.piece]).toEqual([1, 2])
    expect(first?.share).toBeCloseTo(0.7)
  })
})
