import * as tf from '@tensorflow/tfjs-core'
import { CompiledGraph } from '../recorder/compiledGraph.ts'
import { GraphBuilder, type NodeOutput } from '../recorder/graphBuilder.ts'
import { DataType } from '../recorder/protos.ts'
import { addAssignment, addVariable } from '../recorder/variables.ts'

const repetitions = 8
/** Long enough that what comes before and after the products does not count. */
const longEnoughMs = 100
const largest = 8192

/**
 * How fast this machine multiplies large square matrices on the backend in use: what a training step
 * could reach if it did nothing else. The best of eight, since whatever else runs only takes from it.
 *
 * @returns 10⁹ floating-point operations a second
 */
export const productSpeed = (precision: 'fp32' | 'bf16', backend: 'tensorflow' | 'wasm'): number =>
  backend === 'wasm'
    ? bestOf(512, 1, eagerProduct)
    : bestOf(1024, chained, (size) => chainOfProducts(size, precision))

interface Work {
  run(): void
  dispose(): void
}

const bestOf = (start: number, products: number, prepare: (size: number) => Work): number => {
  for (let size = start; ; size *= 2) {
    const work = prepare(size)
    try {
      work.run()
      const times = Array.from({ length: repetitions }, () => timeOf(work.run))
      const best = Math.min(...times)
      if (best >= longEnoughMs || size >= largest) return (products * 2 * size ** 3) / best / 1e6
    } finally {
      work.dispose()
    }
  }
}

const timeOf = (run: () => void): number => {
  const started = performance.now()
  run()
  return performance.now() - started
}

const eagerProduct = (size: number): Work => {
  const matrix = tf.tensor2d(numbers(size), [size, size])
  return {
    run: () => {
      const product = tf.matMul(matrix, matrix)
      product.dataSync()
      product.dispose()
    },
    dispose: () => matrix.dispose(),
  }
}

const chained = 8
const float = { type: DataType.float }

/** left · right · right …: one call into TensorFlow, one number out. */
const chainOfProducts = (size: number, precision: 'fp32' | 'bf16'): Work => {
  const shape = [size, size]
  const graph = new GraphBuilder()
  const left = addVariable(graph, 'left', shape)
  const right = addVariable(graph, 'right', shape)
  const type = { type: precision === 'bf16' ? DataType.bfloat16 : DataType.float }
  const cast = (node: NodeOutput, from: object, to: object): NodeOutput =>
    precision === 'fp32'
      ? node
      : graph.add('Cast', [node], {
          SrcT: from as typeof type,
          DstT: to as typeof type,
          Truncate: { b: false },
        })
  const factor = cast(right.read, float, type)
  let product = cast(left.read, float, type)
  for (let i = 0; i < chained; i++) {
    product = graph.add('MatMul', [product, factor], {
      T: type,
      transpose_a: { b: false },
      transpose_b: { b: false },
    })
  }
  const corner = graph.add('Slice', [product, graph.ints([0, 0]), graph.ints([1, 1])], {
    T: type,
    Index: { type: DataType.int32 },
  })
  const corner32 = cast(corner, type, float)
  const set = addAssignment(graph, [left, right], 'set')
  const compiled = new CompiledGraph(graph)
  const values = numbers(size)
  const feeds = [...set.values.values()].map((name) => [
    name,
    { dtype: 'float32', shape, values } as const,
  ])
  compiled.run(Object.fromEntries(feeds), [set.done])
  return {
    run: () => {
      compiled.run({}, [corner32])
    },
    dispose: () => compiled.dispose(),
  }
}

/** Of a size that keeps products of products about one: no overflow, no denormals. */
const numbers = (size: number): Float32Array => {
  const values = new Float32Array(size * size)
  const width = Math.sqrt(12 / size)
  let state = 1
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    values[i] = (state / 2 ** 32 - 0.5) * width
  }
  return values
}
