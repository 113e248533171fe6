import { beforeAll, describe, expect, it } from 'vitest'
import { checkModelFolder } from '../../src/core/model/folder.ts'
import { startBackend } from '../../src/engine/backends/startBackend.ts'
import { type HostBatch, makeBatch } from '../../src/engine/batches.ts'
import { EagerModel } from '../../src/engine/eagerModel.ts'
import type { AnyHead, Head } from '../../src/engine/heads/head.ts'
import { qaHead } from '../../src/engine/heads/qa.ts'
import { sentenceHead } from '../../src/engine/heads/sentence.ts'
import { tokenHead } from '../../src/engine/heads/token.ts'
import { predictionInputs, recordPrediction } from '../../src/engine/recordedFunctions.ts'
import { addDimensions, RecordedPrediction } from '../../src/engine/recordedPrediction.ts'
import { emit } from '../../src/engine/recorder/emit.ts'
import { fuse } from '../../src/engine/recorder/fusion.ts'
import { GraphBuilder } from '../../src/engine/recorder/graphBuilder.ts'
import { productsOfMatrices } from '../../src/engine/recorder/matrixProducts.ts'
import { DataType } from '../../src/engine/recorder/protos.ts'
import { addVariable } from '../../src/engine/recorder/variables.ts'
import { loadWeights } from '../../src/engine/weights.ts'
import { backendFiles, fixture } from '../support/engineFiles.ts'

const folder = checkModelFolder(fixture('training'))
const { config: bert } = folder
const settings = { dropout: 0, weightDecay: 0, maxGradientNorm: 1 }

beforeAll(() => startBackend('tensorflow', backendFiles()))

/** Texts of other lengths, at sizes that no graph was recorded at. */
const batchOf = <Target>(head: Head<Target>, target: Target, rows: number): HostBatch =>
  makeBatch(
    head,
    Array.from({ length: rows }, (_, row) => {
      const ids = Array.from({ length: 5 + 3 * row }, (_, at) => (7 * row + at) % 90)
      return { ids, typeIds: ids.map((_, at) => (at > 3 ? 1 : 0)), target }
    }),
    rows,
    64,
  )

const heads: readonly [string, AnyHead, (rows: number) => HostBatch][] = [
  ['sentence', sentenceHead(3), (rows) => batchOf(sentenceHead(3), 1, rows)],
  ['token', tokenHead(5), (rows) => batchOf(tokenHead(5), [-1, 2], rows)],
  ['qa', qaHead, (rows) => batchOf(qaHead, { start: 2, end: 3, context: [2, 4] as const }, rows)],
]

describe.each(heads)('a prediction graph, head %s', (_, head, batch) => {
  const host = loadWeights(folder, head, 1)

  it.each([
    ['fp32', 2e-6],
    ['bf16', 0.03],
  ] as const)('says in %s what the eager model does', (precision, tolerance) => {
    const compiled = new RecordedPrediction(host, bert, head, precision)
    const eager = new EagerModel(host, bert, settings, head)
    for (const rows of [1, 4, 9]) {
      const expected = eager.predict(batch(rows))
      const got = compiled.predict(batch(rows))
      expect(got).toHaveLength(expected.length)
      const worst = Math.max(...got.map((value, i) => Math.abs(value - expected[i]!)))
      expect(worst).toBeLessThan(tolerance * Math.max(1, ...expected.map(Math.abs)))
    }
    compiled.dispose()
    eager.dispose()
  })
})

it('runs products with their bias and GELU, and LayerNorm, as one op each', () => {
  const head = sentenceHead(2)
  const host = loadWeights(folder, head, 1)
  const graph = new GraphBuilder()
  const inputs = new Map<string, string>()
  for (const [name, [dtype, shape]] of Object.entries(predictionInputs)) {
    inputs.set(
      name,
      graph.placeholder(name, DataType[dtype === 'int32' ? 'int32' : 'float'], shape),
    )
  }
  for (const [name, { shape }] of host) {
    inputs.set(`weight:${name}`, addVariable(graph, name, shape).read)
  }
  const recordings = recordPrediction(host, { bert, head, dropout: 0, precision: 'fp32' })
  const rewrite = productsOfMatrices()
  const dimensions = addDimensions(graph)
  const logits = emit(graph, recordings, { inputs, dimensions, rewrite }).get('logits')!
  fuse(graph, new Set([logits]))
  const count = (op: string) => graph.nodes.filter((node) => node.op === op).length
  expect(count('_MklLayerNorm')).toBe(2 * bert.layers + 1)
  // Query, key, value, output, two of the feed-forward net; the pooler and the classifier.
  expect(count('_FusedMatMul')).toBe(6 * bert.layers + 2)
  // Scores and their mix.
  expect(count('BatchMatMulV2')).toBe(2 * bert.layers)
  expect(count('Erf')).toBe(0)
})
