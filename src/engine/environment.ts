import os from 'node:os'
import * as tf from '@tensorflow/tfjs-core'

/** What the runtime knows of the machine and the engine does not. */
export interface RuntimeFacts {
  /** Version of TensorFlow's library. */
  readonly tensorflow?: string
  /** Name of the graphics processor that this process was given; asked only where one computes. */
  readonly gpuName?: () => string | undefined
}

/** What a run computes on, by name, for its record; the backend is started. */
export const describeEnvironment = (
  backend: 'tensorflow' | 'wasm',
  facts: RuntimeFacts,
): Record<string, string> => ({
  device: deviceName(backend, facts),
  ...(backend === 'tensorflow' && facts.tensorflow ? { tensorflow: facts.tensorflow } : {}),
  node: process.versions.node,
  platform: `${process.platform}-${process.arch}`,
})

const deviceName = (backend: 'tensorflow' | 'wasm', { gpuName }: RuntimeFacts): string => {
  if (backend === 'tensorflow' && isUsingGpu()) return gpuName?.() ?? 'GPU'
  const threads = backend === 'wasm' ? 1 : threadCount()
  const processor = os.cpus()[0]?.model.trim() || os.machine()
  return `${processor}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
}

/** As TensorFlow reads it (src/runtime/seats.ts). */
const threadCount = (): number => {
  const set = Number(process.env.TF_NUM_INTRAOP_THREADS)
  return set > 0 ? set : os.availableParallelism()
}

const isUsingGpu = (): boolean => {
  const backend: object = tf.backend()
  return 'isUsingGpuDevice' in backend && backend.isUsingGpuDevice === true
}

/** Tensors that tfjs holds: a number that grows from epoch to epoch is a leak. */
export const tensorsAlive = (): number => tf.memory().numTensors
