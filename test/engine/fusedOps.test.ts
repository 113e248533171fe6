import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { startBackend } from '../../src/engine/backends/startBackend.ts'
import { dropoutFrom } from '../../src/engine/ops/dropout.ts'
import { fusedOps, hasFusedKernels } from '../../src/engine/ops/fusedOps.ts'
import { type LayerOps, plainOps } from '../../src/engine/ops/layerOps.ts'
import { backendFiles } from '../support/engineFiles.ts'

const files = backendFiles()

/** Largest difference, over the largest number there is. */
const difference = (a: tf.Tensor, b: tf.Tensor): number =>
  tf.tidy(() => {
    const [apart] = tf.max(tf.abs(tf.sub(a, b))).dataSync()
    const [size] = tf.max(tf.abs(b)).dataSync()
    return (apart ?? Number.NaN) / Math.max(size ?? 0, 1)
  })

type Compute = (ops: LayerOps, inputs: tf.Tensor[]) => tf.Tensor

/** What a function gives, and its gradients for some dy, both ways; with the masks of the same key. */
const compare = (compute: Compute, shapes: readonly number[][], bias?: tf.Tensor): number[] =>
  tf.tidy(() => {
    const inputs = shapes.map((shape, at) => tf.randomNormal(shape, 0, 2, 'float32', at + 1))
    const run = (make: typeof plainOps) => {
      const key = tf.tensor1d([-7, 3], 'int32')
      const f = (...given: tf.Tensor[]) =>
        compute(make(dropoutFrom(key)), [...given, ...(bias ? [bias] : [])])
      const value = f(...inputs)
      const dy = tf.randomNormal(value.shape, 0, 1, 'float32', 99)
      return [value, ...tf.grads(f)(inputs, dy)]
    }
    const plain = run(plainOps)
    return run(fusedOps).map((fused, at) => difference(fused, plain[at]!))
  })

const sumNorm =
  (rate: number): Compute =>
  (ops, [product, bias, residual, gamma, beta]) =>
    ops.sumNorm({
      product: product!,
      bias: bias!,
      residual: residual!,
      gamma: gamma!,
      beta: beta!,
      epsilon: 1e-12,
      rate,
    })
const probabilities =
  (rate: number): Compute =>
  (ops, [scores, bias]) =>
    ops.probabilities(scores as tf.Tensor4D, bias as tf.Tensor4D, rate)

const close = (differences: readonly number[]) => {
  for (const each of differences) expect(each).toBeLessThan(2e-6)
}

// Without a compiler training does without them, and so does this test.
describe.runIf(files.binding)('the fused kernels', () => {
  beforeAll(() => startBackend('tensorflow', files))

  it('are here', () => {
    expect(hasFusedKernels()).toBe(true)
  })

  it.each([
    [1, 2],
    [3, 6],
    [17, 384],
    [2048, 96],
    [5, 3071],
  ])('GELU(product + bias) is what the plain ops make of it: %i × %i', (rows, width) => {
    close(compare((ops, [x, b]) => ops.biasGelu(x!, b!), [[rows, width], [width]]))
  })

  it('GELU keeps its tails', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([[-40, -6, -1e-20, 0, 1e-20, 6, 40, 1e30]])
      const [value] = [
        fusedOps(dropoutFrom(tf.tensor1d([0, 0], 'int32'))).biasGelu(x, tf.zeros([8])),
      ]
      const numbers = [...value.dataSync()]
      expect(numbers.slice(5)).toEqual([6, 40, Math.fround(1e30)])
      expect(Math.abs(numbers[0]!)).toBe(0)
      expect(Math.abs(numbers[1]!)).toBeLessThan(1e-6)
    })
  })

  it.each([
    [1, 2, 0],
    [4, 6, 0.1],
    [33, 384, 0.1],
    [1000, 64, 0.5],
    [7, 2050, 0.1],
    // An odd width, for which the plain ops draw.
    [9, 33, 0.1],
  ])('the norm of a sum, %i × %i, dropout %f', (rows, width, rate) => {
    const shapes = [[rows, width], [width], [rows, width], [width], [width]]
    close(compare(sumNorm(rate), shapes))
  })

  it.each([
    [1, 2, 1, 0.1],
    [2, 4, 3, 0],
    [2, 12, 17, 0.1],
    [5, 2, 64, 0.1],
    [1, 2, 300, 0.3],
    // So little that nothing is dropped.
    [2, 2, 8, 1e-6],
    // An odd number of heads.
    [3, 3, 16, 0.1],
  ])('attention’s probabilities, %i × %i × %i, dropout %f', (batch, heads, length, rate) => {
    const mask = tf.randomUniform([batch, 1, 1, length], 0, 1, 'float32', 5).greater(0.4)
    const bias = tf.mul(tf.cast(mask, 'float32'), -1e9)
    close(compare(probabilities(rate), [[batch, heads, length, length]], bias))
  })

  it('padding weighs exactly nothing', () => {
    tf.tidy(() => {
      const bias = tf.tensor4d([0, -1e9, 0, -1e9], [1, 1, 1, 4])
      const ops = fusedOps(dropoutFrom(tf.tensor1d([1, 1], 'int32')))
      const made = ops.probabilities(tf.randomNormal([1, 2, 4, 4]), bias, 0).dataSync()
      const padded = made.filter((_, at) => at % 2 === 1)
      expect([...new Set(padded)]).toEqual([0])
    })
  })

  it('what is no number stays none, in value and gradient', () => {
    tf.tidy(() => {
      const bad = tf.tensor2d([[1, Number.NaN, 2, 3]])
      const four = tf.ones([4])
      const ops = fusedOps(dropoutFrom(tf.tensor1d([1, 1], 'int32')))
      const norm = (x: tf.Tensor) => sumNorm(0)(ops, [x, four, bad, four, four])
      const scores = (x: tf.Tensor) =>
        ops.probabilities(tf.reshape(x, [1, 2, 1, 2]) as tf.Tensor4D, tf.zeros([1, 1, 1, 2]), 0)
      for (const f of [norm, scores, (x: tf.Tensor) => ops.biasGelu(x, four)]) {
        expect([...f(bad).dataSync()].some(Number.isNaN)).toBe(true)
        expect(
          [
            ...tf
              .grad(f)(bad, tf.ones(f(bad).shape))
              .dataSync(),
          ].some(Number.isNaN),
        ).toBe(true)
      }
    })
  })

  it('a shape that does not fit is refused', () => {
    const ops = fusedOps(dropoutFrom(tf.tensor1d([1, 1], 'int32')))
    expect(() => ops.biasGelu(tf.ones([2, 3]), tf.ones([4]))).toThrow(/\[rows, width\]/)
    const short = tf.zeros([1, 1, 1, 3]) as tf.Tensor4D
    expect(() => ops.probabilities(tf.ones([1, 2, 4, 4]), short, 0.1)).toThrow(
      /\[batch, 1, 1, to\]/,
    )
  })
})
