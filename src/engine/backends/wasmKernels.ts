import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { type DropoutMaskAttributes, dropoutMaskKernel } from '../ops/dropoutMask.ts'
import { embeddingKernel } from '../ops/embedding.ts'
import { registerWasmAdamW } from './wasmAdamW.ts'

/**
 * What training needs and tfjs' WebAssembly backend lacks. Kernels here read and write the backend's
 * heap through typed arrays: plain loops that V8 compiles well.
 */
export const registerWasmKernels = (): void => {
  register('UnsortedSegmentSum', unsortedSegmentSum)
  register(dropoutMaskKernel, dropoutMask)
  register(embeddingKernel, embedding)
  registerWasmAdamW()
  const product = tf.getKernel('BatchMatMul', 'wasm')
  tf.unregisterKernel('BatchMatMul', 'wasm')
  // Its set-up binds the compiled function when the backend starts.
  tf.registerKernel({
    ...product,
    kernelFunc: productOfTransposed(product.kernelFunc) as unknown as tf.KernelFunc,
  })
}

interface KernelCall {
  readonly inputs: tf.NamedTensorInfoMap
  readonly attrs?: tf.NamedAttrMap
  readonly backend: unknown
}
type Kernel = (call: KernelCall) => tf.TensorInfo | tf.TensorInfo[]

const register = (kernelName: string, kernelFunc: Kernel): void =>
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: kernelFunc as unknown as tf.KernelFunc,
  })

const floats = (backend: BackendWasm, info: tf.TensorInfo) =>
  backend.typedArrayFromHeap(info) as Float32Array
const integers = (backend: BackendWasm, info: tf.TensorInfo) =>
  backend.typedArrayFromHeap(info) as Int32Array

const embedding: Kernel = ({ inputs, backend }) => {
  const gather = tf.getKernel('GatherV2', 'wasm').kernelFunc
  const { table, ids } = inputs as { table: tf.TensorInfo; ids: tf.TensorInfo }
  const call = { inputs: { x: table, indices: ids }, attrs: { axis: 0, batchDims: 0 }, backend }
  return gather(call as unknown as Parameters<tf.KernelFunc>[0])
}

/** The gradient of an embedding look-up: rows of x added up by segment. */
const unsortedSegmentSum: Kernel = ({ inputs, attrs, backend }) => {
  const wasm = backend as BackendWasm
  const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo }
  const segments = (attrs as unknown as { numSegments: number }).numSegments
  const rows = segmentIds.shape.reduce((product, size) => product * size, 1)
  const width = x.shape.reduce((product, size) => product * size, 1) / Math.max(1, rows)
  const out = wasm.makeOutput([segments, ...x.shape.slice(segmentIds.shape.length)], 'float32')
  // Views after the allocation: growing the heap detaches older ones.
  const values = floats(wasm, x)
  const ids = integers(wasm, segmentIds)
  const sums = floats(wasm, out).fill(0)
  for (let row = 0; row < rows; row++) {
    const segment = ids[row]!
    if (segment < 0 || segment >= segments) continue
    const from = row * width
    const to = segment * width
    for (let i = 0; i < width; i++) sums[to + i] = sums[to + i]! + values[from + i]!
  }
  return out
}

/** A counter-based generator: murmur3's finaliser over position, seed, step and site. */
const dropoutMask: Kernel = ({ inputs, attrs, backend }) => {
  const wasm = backend as BackendWasm
  const { shape, rate, site } = attrs as unknown as DropoutMaskAttributes
  const out = wasm.makeOutput(shape, 'float32')
  const [seed = 0, step = 0] = integers(wasm, inputs.key as tf.TensorInfo)
  const key = mix(mix(mix(seed) ^ step) ^ site)
  const mask = floats(wasm, out)
  const dropped = rate * 2 ** 32
  const kept = 1 / (1 - rate)
  for (let i = 0; i < mask.length; i++) mask[i] = mix(key + i) >>> 0 < dropped ? 0 : kept
  return out
}

const mix = (value: number): number => {
  let h = (value + 0x9e3779b9) | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) | 0
}

/**
 * The backend's product takes a scalar path for transposed operands; transposing first made a
 * training step 7.5 times faster (DESIGN §5).
 */
const productOfTransposed =
  (product: tf.KernelFunc): Kernel =>
  ({ inputs, attrs, backend }) => {
    const wasm = backend as BackendWasm
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo }
    const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean }
    const left = transposeA ? swapLastTwo(a, wasm) : a
    const right = transposeB ? swapLastTwo(b, wasm) : b
    const out = product({
      inputs: { a: left, b: right },
      attrs: { transposeA: false, transposeB: false },
      backend: wasm,
    })
    if (left !== a) wasm.disposeData(left.dataId)
    if (right !== b) wasm.disposeData(right.dataId)
    return out
  }

const swapLastTwo = (x: tf.TensorInfo, backend: BackendWasm): tf.TensorInfo => {
  const rank = x.shape.length
  const perm = x.shape.map((_, axis) => axis)
  perm[rank - 2] = rank - 1
  perm[rank - 1] = rank - 2
  const transpose = tf.getKernel('Transpose', 'wasm').kernelFunc
  return transpose({ inputs: { x }, attrs: { perm }, backend }) as tf.TensorInfo
}
