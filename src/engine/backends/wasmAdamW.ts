import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { type AdamWNumbers, adamWKernel } from '../ops/adamWUpdate.ts'

/**
 * AdamW in one pass, with the moments in place. As tfjs ops it is fourteen passes over every weight,
 * a tenth of a step of MiniLM. The weight is a new tensor: the backend's product keeps what it packed
 * of an operand under the operand's id, and would go on with the old numbers.
 */
export const registerWasmAdamW = (): void =>
  tf.registerKernel({
    kernelName: adamWKernel,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const wasm = backend as unknown as BackendWasm
      const weight = inputs.weight as tf.TensorInfo
      // Before the views: growing the heap detaches older ones.
      const out = wasm.makeOutput(weight.shape, 'float32')
      const floats = (info: tf.TensorInfo) => wasm.typedArrayFromHeap(info) as Float32Array
      const input = (name: string) => floats(inputs[name] as tf.TensorInfo)
      const [scale = 1] = input('gradientScale')
      update(
        {
          weight: floats(weight),
          first: input('first'),
          second: input('second'),
          gradient: input('gradient'),
          updated: floats(out),
        },
        scale,
        attrs as unknown as AdamWNumbers,
      )
      return out
    },
  })

type Arrays = Readonly<Record<'weight' | 'first' | 'second' | 'gradient' | 'updated', Float32Array>>

const update = (
  { weight, first, second, gradient, updated }: Arrays,
  scale: number,
  { beta1, beta2, epsilon, rate, kept }: AdamWNumbers,
): void => {
  for (let i = 0; i < weight.length; i++) {
    const g = gradient[i]! * scale
    const m = beta1 * first[i]! + (1 - beta1) * g
    const v = beta2 * second[i]! + (1 - beta2) * g * g
    first[i] = m
    second[i] = v
    updated[i] = weight[i]! * kept - (rate * m) / (Math.sqrt(v) + epsilon)
  }
}
