import * as tf from '@tensorflow/tfjs-core'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js'
import type { TFEOpAttr, TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js'

/** A tensor made from JavaScript values while recording. `dtype` is TensorFlow's number. */
export interface RecordedConstant {
  readonly kind: 'constant'
  readonly id: number
  readonly dtype: number
  readonly shape: readonly number[]
  readonly values: Float32Array | Int32Array | Uint8Array
}

/** One executed op; ids are those of the binding. */
export interface RecordedOp {
  readonly kind: 'op'
  readonly op: string
  readonly attrs: readonly TFEOpAttr[]
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  /** Of each output, at the size that was recorded. */
  readonly shapes: readonly (readonly number[])[]
}

/** What a function did on TensorFlow, in order. */
export interface Recording {
  readonly steps: readonly (RecordedConstant | RecordedOp)[]
  readonly inputs: ReadonlyMap<number, string>
  readonly outputs: ReadonlyMap<string, number>
}

/** The function did something that a graph cannot repeat. */
export class RecordingError extends Error {
  override name = 'RecordingError'
}

/**
 * Runs a function eagerly and writes down each TensorFlow op that it executes.
 *
 * @param inputs tensors that will be fed, or are variables, when the recording is replayed; by name
 * @param run must compute with tensors alone: a value that it reads back would be frozen into the
 * graph, so reading one is refused
 * @throws RecordingError
 */
export const record = (
  inputs: ReadonlyMap<string, tf.Tensor>,
  run: () => ReadonlyMap<string, tf.Tensor>,
): Recording => {
  const backend = tf.backend() as unknown as RecordableBackend
  const steps: (RecordedConstant | RecordedOp)[] = []
  // Uploads what is still in JavaScript memory: it would be taken for a constant otherwise.
  const names = [...inputs.keys()]
  const ids = backend.getInputTensorIds([...inputs.values()])
  const inputNames = new Map(ids.map((id, index) => [id, names[index]!]))
  const original = backend.binding
  backend.binding = recordingBinding(original, steps, new Set(ids))
  try {
    const outputs = tf.tidy(() => {
      const results = [...run()]
      const outputIds = backend.getInputTensorIds(results.map(([, tensor]) => tensor))
      return new Map(results.map(([name], index) => [name, outputIds[index]!])) as never
    }) as unknown as Map<string, number>
    return { steps, inputs: inputNames, outputs }
  } finally {
    backend.binding = original
  }
}

/** The parts of tfjs-node's backend that it keeps private. */
type RecordableBackend = Omit<NodeJSKernelBackend, 'getInputTensorIds'> & {
  binding: TFJSBinding
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[]
}

/** The binding's methods cannot be assigned to (non-writable on its prototype), but shadowed. */
const recordingBinding = (
  binding: TFJSBinding,
  steps: (RecordedConstant | RecordedOp)[],
  known: Set<number>,
): TFJSBinding => {
  const shadow = (name: keyof TFJSBinding, value: unknown) =>
    Object.defineProperty(recording, name, { value })
  const recording = Object.create(binding) as TFJSBinding
  shadow(
    'createTensor',
    (shape: number[], dtype: number, values: RecordedConstant['values']): number => {
      const id = binding.createTensor(shape, dtype, values)
      known.add(id)
      steps.push({ kind: 'constant', id, dtype, shape: [...shape], values: values.slice() })
      return id
    },
  )
  shadow('executeOp', (op: string, attrs: TFEOpAttr[], inputs: number[], count: number) => {
    if (!inputs.every((id) => known.has(id))) {
      throw new RecordingError(
        `The recorded function gives ${op} a tensor that was made before it ran: name it as an input.`,
      )
    }
    const results = binding.executeOp(op, attrs, inputs, count)
    const outputs = results.map((result) => result.id as number)
    for (const id of outputs) known.add(id)
    const shapes = results.map((result) => [...(result.shape as number[])])
    steps.push({ kind: 'op', op, attrs, inputs: [...inputs], outputs, shapes })
    return results
  })
  shadow('tensorDataSync', () => {
    throw new RecordingError(
      'The recorded function reads a tensor back into JavaScript; what it computes from that cannot follow the next batch.',
    )
  })
  return recording
}
