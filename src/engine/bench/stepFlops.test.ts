import { describe, expect, it } from 'vitest'
import { stepFlops } from './stepFlops.ts'

describe('stepFlops', () => {
  it('counts a layer as by hand', () => {
    // One text of two tokens, width 3, inner width 5. Forward products, 2·m·k·n each:
    const projections = 4 * (2 * 2 * 3 * 3)
    const feedForward = 2 * (2 * 2 * 3 * 5)
    const attention = 2 * (2 * 2 * 3 * 2)
    const pooler = 2 * 1 * 3 * 3
    const forward = projections + feedForward + attention + pooler
    const config = { layers: 1, hiddenSize: 3, intermediateSize: 5 }
    expect(stepFlops(config, { batchSize: 1, length: 2 })).toBe(3 * forward)
  })

  it('grows with the batch, and faster than the length', () => {
    const config = { layers: 2, hiddenSize: 8, intermediateSize: 32 }
    const once = stepFlops(config, { batchSize: 4, length: 16 })
    expect(stepFlops(config, { batchSize: 8, length: 16 })).toBe(2 * once)
    expect(stepFlops(config, { batchSize: 4, length: 32 })).toBeGreaterThan(2 * once)
  })
})
