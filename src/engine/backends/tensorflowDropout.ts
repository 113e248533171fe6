import * as tf from '@tensorflow/tfjs-core'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js'
import type { TFEOpAttr, TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js'
import { type DropoutMaskAttributes, dropoutMaskKernel } from '../ops/dropoutMask.ts'

/** TensorFlow's numbers of types; the second is none of tfjs' own. */
const int32 = 3
const int16 = 5

/** Keeps the sites of neighbouring seeds apart; below 2³¹ for a thousand sites. */
const siteStride = 2_000_003

/**
 * Philox draws 32 bits that decide for two elements where the second size is even: half the draws,
 * which are a twentieth of a step. 16 bits make a rate of 0.1 one of 0.1000061; what is kept is
 * scaled by the exact share.
 */
export const registerDropoutMask = (): void => {
  tf.registerKernel({
    kernelName: dropoutMaskKernel,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { shape, rate, site } = attrs as unknown as DropoutMaskAttributes
      const node = backend as unknown as RawBackend
      return tf.tidy(() => {
        const offset = tf.tensor1d([site * siteStride, 0], 'int32')
        const seed = tf.add(inputs.key as tf.Tensor, offset)
        const { keep, share } = drawMask(node, shape, rate, seed)
        return tf.mul(tf.cast(keep, 'float32'), 1 / share)
      })
    },
  })
}

/** The parts of tfjs-node's backend that it keeps private. */
type RawBackend = Omit<NodeJSKernelBackend, 'getInputTensorIds' | 'createOutputTensor'> & {
  readonly binding: TFJSBinding
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[]
  createOutputTensor(metadata: ReturnType<TFJSBinding['executeOp']>[0]): tf.Tensor
}

/**
 * Through the binding itself, for the int16 in between.
 *
 * @returns `keep`: bool of `shape`; `share`: how likely it is true
 */
const drawMask = (
  node: RawBackend,
  shape: readonly number[],
  rate: number,
  seed: tf.Tensor,
): { keep: tf.Tensor; share: number } => {
  const { binding } = node
  const [first = 1, second = 1, ...rest] = shape
  const paired = second % 2 === 0
  const bits = paired ? 16 : 32
  const dropped = Math.round(rate * 2 ** bits)
  const between: number[] = []
  const run = (op: string, attrs: TFEOpAttr[], inputs: number[]) => {
    const [output] = binding.executeOp(op, attrs, inputs, 1)
    between.push(output!.id)
    return output!.id
  }
  const type = (name: string, value: number): TFEOpAttr => ({
    name,
    type: binding.TF_ATTR_TYPE,
    value,
  })
  const [drawShape, fullShape, seedId, lowest] = node.getInputTensorIds([
    tf.tensor1d(paired ? [first, second / 2, ...rest] : [...shape], 'int32'),
    tf.tensor1d([...shape], 'int32'),
    seed,
    tf.scalar(dropped - 2 ** (bits - 1), 'int32'),
  ]) as [number, number, number, number]
  let drawn = run(
    'StatelessRandomUniformFullInt',
    [type('dtype', int32), type('T', int32), type('Tseed', int32)],
    [drawShape, seedId],
  )
  let least = lowest
  if (paired) {
    const halves = run('Bitcast', [type('T', int32), type('type', int16)], [drawn])
    drawn = run('Reshape', [type('T', int16), type('Tshape', int32)], [halves, fullShape])
    const truncate: TFEOpAttr = { name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false }
    least = run('Cast', [type('SrcT', int32), type('DstT', int16), truncate], [lowest])
  }
  const compared = type('T', paired ? int16 : int32)
  const [keep] = binding.executeOp('GreaterEqual', [compared], [drawn, least], 1)
  for (const id of between) binding.deleteTensor(id)
  return { keep: node.createOutputTensor(keep!), share: 1 - dropped / 2 ** bits }
}
