import * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { startBackend } from '../../src/engine/backends/startBackend.ts'
import { dropoutFrom } from '../../src/engine/ops/dropout.ts'
import { backendFiles } from '../support/engineFiles.ts'

const rate = 0.1
const draw = (shape: number[], seed: number, step: number, sites = 1): Float32Array =>
  tf.tidy(() => {
    const dropout = dropoutFrom(tf.tensor1d([seed, step], 'int32'))
    let last = tf.ones(shape)
    for (let site = 0; site < sites; site++) last = dropout.drop(tf.ones(shape), rate)
    return Float32Array.from(last.dataSync())
  })
const mean = (values: Float32Array): number => values.reduce((sum, x) => sum + x, 0) / values.length
const correlation = (a: Float32Array, b: Float32Array): number => {
  const both = a.reduce((sum, x, i) => sum + (x - 1) * (b[i]! - 1), 0) / a.length
  // The variance of a mask: rate / (1 − rate).
  return both / (rate / (1 - rate))
}

describe.each(['tensorflow', 'wasm'] as const)('dropout on %s', (backend) => {
  beforeEach(() => startBackend(backend, backendFiles()))

  it.each([[[500, 384]], [[20, 12, 32, 32]], [[200, 3, 20, 20]]])(
    'drops its share of %j and keeps the mean',
    (shape) => {
      const mask = draw(shape, 1, 1)
      const dropped = mask.filter((x) => x === 0).length / mask.length
      // Five standard errors of the smallest.
      expect(Math.abs(dropped - rate)).toBeLessThan(0.0035)
      expect(Math.abs(mean(mask) - 1)).toBeLessThan(0.004)
      expect(new Set(mask).size).toBe(2)
    },
  )

  it('draws alike for the same seed and step, and unrelated masks for others', () => {
    const shape = [200, 384]
    const mask = draw(shape, 7, 3)
    expect(draw(shape, 7, 3)).toEqual(mask)
    for (const other of [draw(shape, 7, 4), draw(shape, 8, 3), draw(shape, 7, 3, 2)]) {
      expect(Math.abs(correlation(mask, other))).toBeLessThan(0.02)
    }
  })
})
