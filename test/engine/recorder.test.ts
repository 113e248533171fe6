import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { startBackend } from '../../src/engine/backends/startBackend.ts'
import { CompiledGraph } from '../../src/engine/recorder/compiledGraph.ts'
import { emit, type SizedRecording } from '../../src/engine/recorder/emit.ts'
import { GraphBuilder } from '../../src/engine/recorder/graphBuilder.ts'
import { DataType } from '../../src/engine/recorder/protos.ts'
import { RecordingError, record } from '../../src/engine/recorder/recording.ts'
import { backendFiles } from '../support/engineFiles.ts'

beforeAll(() => startBackend('tensorflow', backendFiles()))

const features = 4
const weight = () =>
  tf.tensor2d(
    [...Array(features * 3).keys()].map((i) => Math.sin(i)),
    [features, 3],
  )

/** Compiles a function of x [rows, 4], recorded at three numbers of rows. */
const compile = (run: (x: tf.Tensor2D) => tf.Tensor): CompiledGraph => {
  const recordings: SizedRecording[] = [2, 5, 11].map((rows) => {
    const x = tf.ones([rows, features]) as tf.Tensor2D
    const recording = record(new Map([['x', x]]), () => new Map([['y', run(x)]]))
    x.dispose()
    return { sizes: { rows }, recording }
  })
  const graph = new GraphBuilder()
  const x = graph.placeholder('x', DataType.float, [-1, features])
  const int = { type: DataType.int32 }
  const shape = graph.add('Shape', [x], { T: { type: DataType.float }, out_type: int })
  const sizes = graph.add('Unpack', [shape], { T: int, num: { i: 2 }, axis: { i: 0 } })
  const options = { inputs: new Map([['x', x]]), dimensions: new Map([['rows', sizes]]) }
  const y = emit(graph, recordings, options).get('y')!
  graph.add('Identity', [y], { T: { type: DataType.float } }, 'y')
  return new CompiledGraph(graph)
}

const compare = (run: (x: tf.Tensor2D) => tf.Tensor): void => {
  const graph = compile(run)
  for (const rows of [1, 7, 32]) {
    const values = Float32Array.from({ length: rows * features }, (_, i) => Math.cos(i * rows))
    const feed = { dtype: 'float32', shape: [rows, features], values } as const
    const [compiled] = graph.run({ x: feed }, ['y'])
    const eager = tf.tidy(() => run(tf.tensor2d(values, [rows, features])).dataSync())
    expect(compiled).toHaveLength(eager.length)
    compiled!.forEach((value, i) => {
      expect(value).toBeCloseTo(eager[i]!, 5)
    })
  }
  graph.dispose()
}

describe('a compiled recording', () => {
  it('is a perceptron at every number of rows', () => {
    compare((x) => tf.softmax(tf.relu(tf.matMul(x, weight()))))
  })

  it('is the gradient of one', () => {
    compare((x) =>
      tf.grad((w: tf.Tensor) => tf.sum(tf.tanh(tf.matMul(x, w as tf.Tensor2D))))(weight()),
    )
  })

  it('is a transformer layer, and its gradient', () => {
    const layer = (x: tf.Tensor2D, query: tf.Tensor2D): tf.Tensor => {
      const scores = tf.matMul(tf.matMul(x, query), x, false, true) // [rows, rows]
      const mixed = tf.add(tf.matMul(tf.softmax(scores), x), x)
      const { mean, variance } = tf.moments(mixed, -1, true)
      const normal = tf.div(tf.sub(mixed, mean), tf.sqrt(tf.add(variance, 1e-5)))
      const hidden = tf.elu(tf.matMul(normal as tf.Tensor2D, weight())) // [rows, 3]
      return tf.logSoftmax(tf.concat([hidden, tf.neg(hidden)], 1))
    }
    const query = () =>
      tf.tensor2d(
        [...Array(16).keys()].map((i) => Math.cos(i)),
        [4, 4],
      )
    compare((x) => layer(x, query()))
    compare((x) =>
      tf.grad((q: tf.Tensor) => tf.mul(tf.sum(layer(x, q as tf.Tensor2D)), 0.01))(query()),
    )
  })

  it('computes shapes, slices, paddings and fills from the size', () => {
    compare((x) => {
      const rows = x.shape[0]
      const flat = tf.reshape(x, [rows * features])
      const padded = tf.pad1d(flat as tf.Tensor1D, [0, 200 - rows * features])
      return tf.add(tf.slice(padded, [0], [rows * 2]), tf.ones([rows * 2]))
    })
  })
})

describe('what cannot be compiled says so', () => {
  it('a value read back into JavaScript', () => {
    expect(() => compile((x) => tf.mul(x, tf.sum(x).dataSync()[0]!))).toThrow(RecordingError)
  })

  it('a tensor made before', () => {
    const early = weight()
    early.dataSync()
    tf.neg(early).dispose()
    expect(() => compile((x) => tf.matMul(x, early))).toThrow(/name it as an input/)
    early.dispose()
  })

  it('a branch on the size', () => {
    const run = (x: tf.Tensor2D) => (x.shape[0] > 4 ? tf.relu(tf.neg(x)) : tf.neg(x))
    expect(() => compile(run)).toThrow(/another number of ops/)
  })

  it('a number that depends on the size', () => {
    expect(() => compile((x) => tf.mul(x, tf.scalar(1 / x.shape[0])))).toThrow(
      /other values at other sizes/,
    )
  })
})
