import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Embedder, loadEmbedder } from '../../src/engine/embedder.ts'
import { backendFiles, fixture, starterFolder } from '../support/engineFiles.ts'

interface Golden {
  readonly stride: number
  readonly cases: readonly {
    readonly text: string
    readonly pair?: string
    readonly hidden: number[][]
    readonly norms: number[]
  }[]
}
const golden = JSON.parse(fs.readFileSync(fixture('embed/golden.json'), 'utf8')) as Golden

const worstDifference = (embedder: Embedder): number => {
  let worst = 0
  for (const { text, pair, hidden, norms } of golden.cases) {
    const states = embedder.embed({ text, ...(pair === undefined ? {} : { textPair: pair }) })
    expect(states).toHaveLength(hidden.length)
    for (const [token, expected] of hidden.entries()) {
      const state = states[token]!
      for (const [i, value] of expected.entries()) {
        worst = Math.max(worst, Math.abs(value - state[i * golden.stride]!))
      }
      // Over all 384 dimensions.
      expect(Math.hypot(...state)).toBeCloseTo(norms[token]!, 3)
    }
  }
  return worst
}

describe.each(['tensorflow', 'wasm'] as const)('hidden states on %s', (backend) => {
  it('are those of transformers within 2e-5', { timeout: 120_000 }, async () => {
    expect(golden.cases.length).toBeGreaterThanOrEqual(20)
    const embedder = await loadEmbedder(starterFolder(), { backend, files: backendFiles() })
    expect(worstDifference(embedder)).toBeLessThan(2e-5)
    embedder.dispose()
  })
})
