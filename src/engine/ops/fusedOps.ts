import * as tf from '@tensorflow/tfjs-core'
import type { Dropout, DropoutDraw } from './dropout.ts'
import { type FusedKernel, fusedKernels } from './fusedKernels.ts'
import { type LayerOps, plainOps, type SumNorm } from './layerOps.ts'

/** Whether the backend has the kernels (native/, compiled when TensorFlow is installed). */
export const hasFusedKernels = (): boolean =>
  fusedKernels.every((name) => tf.getKernel(name, tf.getBackend()) !== undefined)

/**
 * One kernel for each of them, and one for its gradient: a pass over memory where `plainOps` makes
 * five to ten, with the same dropout masks.
 */
export const fusedOps = (dropout: Dropout): LayerOps => {
  const plain = plainOps(dropout)
  // The kernels draw for two elements at once, along the second size (dropoutMask.ts).
  const canDraw = (shape: readonly number[], rate: number) => rate === 0 || shape[1]! % 2 === 0
  return {
    dropout,
    biasGelu,
    probabilities: (scores, bias, rate) =>
      canDraw(scores.shape, rate)
        ? maskedSoftmax(scores, bias, dropout.next(rate))
        : plain.probabilities(scores, bias, rate),
    sumNorm: (sum) =>
      canDraw(sum.product.shape, sum.rate)
        ? dropoutNorm(sum, dropout.next(sum.rate))
        : plain.sumNorm(sum),
  }
}

type Inputs = Readonly<Record<string, tf.Tensor>>

const runKernel = (name: FusedKernel, inputs: Inputs, attrs: object = {}): tf.Tensor[] => {
  const made = tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap)
  return (Array.isArray(made) ? made : [made]) as tf.Tensor[]
}

/** What dropout's kernels need, also where nothing is dropped. */
const drawn = (draw: DropoutDraw | undefined) => ({
  key: draw?.key ?? tf.tensor1d([0, 0], 'int32'),
  attrs: { rate: draw?.rate ?? 0, site: draw?.site ?? 0 },
})

/** As tf.customGrad, with its arguments by their types. */
const withGradient = (
  inputs: readonly tf.Tensor[],
  forward: (save: (tensors: tf.Tensor[]) => void) => {
    readonly value: tf.Tensor
    /** @returns a gradient for each of the inputs */
    readonly gradients: (dy: tf.Tensor, saved: readonly tf.Tensor[]) => tf.Tensor[]
  },
): tf.Tensor =>
  tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as tf.GradSaveFunc
    const { value, gradients } = forward(save)
    return { value, gradFunc: gradients }
  })(...inputs)

const biasGelu = (product: tf.Tensor, bias: tf.Tensor): tf.Tensor =>
  withGradient([product, bias], (save) => {
    save([product, bias])
    const [value] = runKernel('HeadwayBiasGelu', { x: product, bias })
    return {
      value: value!,
      gradients: (dy, [x, b]) => runKernel('HeadwayBiasGeluGrad', { dy, x: x!, bias: b! }),
    }
  })

const maskedSoftmax = (
  scores: tf.Tensor4D,
  bias: tf.Tensor4D,
  draw: DropoutDraw | undefined,
): tf.Tensor4D => {
  const { key, attrs } = drawn(draw)
  return withGradient([scores], (save) => {
    const made = runKernel('HeadwayMaskedSoftmax', { scores, bias, key }, attrs)
    const [probabilities, dropped] = made as [tf.Tensor, tf.Tensor]
    const value = draw ? dropped : probabilities
    save([probabilities, value])
    return {
      value,
      gradients: (gradient, [all, left]) =>
        runKernel(
          'HeadwayMaskedSoftmaxGrad',
          { gradient, probabilities: all!, dropped: left! },
          { rate: attrs.rate },
        ),
    }
  }) as tf.Tensor4D
}

const dropoutNorm = (
  { product, bias, residual, gamma, beta, epsilon }: SumNorm,
  draw: DropoutDraw | undefined,
): tf.Tensor2D => {
  const { key, attrs } = drawn(draw)
  return withGradient([product, residual, bias, gamma, beta], (save) => {
    const inputs = { x: product, bias, residual, gamma, beta, key }
    const made = runKernel('HeadwayDropoutNorm', inputs, { ...attrs, epsilon })
    const [value, normal, inverse] = made as [tf.Tensor, tf.Tensor, tf.Tensor]
    save([normal, inverse, gamma, key])
    return {
      value,
      gradients: (dy, [n, i, scale, k]) =>
        runKernel(
          'HeadwayDropoutNormGrad',
          { dy, normal: n!, inverse: i!, gamma: scale!, key: k! },
          attrs,
        ),
    }
  }) as tf.Tensor2D
}
