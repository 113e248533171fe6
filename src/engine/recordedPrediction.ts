import * as tf from '@tensorflow/tfjs-core'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js'
import type { RunConfig } from '../core/experiment/config.ts'
import type { BertConfig } from '../core/model/bertConfig.ts'
import type { HostBatch } from './batches.ts'
import type { AnyHead } from './heads/head.ts'
import { predictionInputs, recordPrediction } from './recordedFunctions.ts'
import { CompiledGraph, type Feed } from './recorder/compiledGraph.ts'
import { emit } from './recorder/emit.ts'
import { fuse } from './recorder/fusion.ts'
import { GraphBuilder, type NodeOutput } from './recorder/graphBuilder.ts'
import { productsOfMatrices } from './recorder/matrixProducts.ts'
import { predictInBfloat16 } from './recorder/predictionInBfloat16.ts'
import { DataType } from './recorder/protos.ts'
import { prune } from './recorder/prune.ts'
import { addAssignment, addVariable, type GraphVariable } from './recorder/variables.ts'
import type { HostTensor } from './weights.ts'

const output = 'predicted'
const copySuffix = ' in bfloat16'

/** A fine-tuned model that only predicts: one graph for every batch size and length. */
export class RecordedPrediction {
  private readonly graph: CompiledGraph

  constructor(
    host: ReadonlyMap<string, HostTensor>,
    bert: BertConfig,
    head: AnyHead,
    precision: RunConfig['precision'],
  ) {
    const graph = new GraphBuilder()
    const variables = [...host].map(([name, { shape }]) => addVariable(graph, name, shape))
    const inputs = new Map<string, NodeOutput>()
    for (const [name, [dtype, shape]] of Object.entries(predictionInputs)) {
      const type = dtype === 'int32' ? DataType.int32 : DataType.float
      inputs.set(name, graph.placeholder(name, type, shape))
    }
    for (const { name, read } of variables) inputs.set(`weight:${name}`, read)
    const recordings = recordPrediction(host, { bert, head, dropout: 0, precision })
    const rewrite = productsOfMatrices()
    const logits = emit(graph, recordings, { inputs, dimensions: addDimensions(graph), rewrite })
    graph.add('Identity', [logits.get('logits')!], { T: { type: DataType.float } }, output)
    fuseWherePossible(graph, new Set([output]))
    if (precision === 'bf16') variables.push(...roundProducts(graph, variables))
    const here = new Set(graph.nodes.map(({ name }) => name))
    const { values, done } = addAssignment(
      graph,
      variables.filter(({ read }) => here.has(read)),
      'setWeights',
    )
    this.graph = new CompiledGraph(graph)
    const feeds = [...values].map(([name, placeholder]) => {
      const { shape, data } = host.get(name.replace(copySuffix, ''))!
      return [placeholder, { dtype: 'float32', shape, values: data } satisfies Feed] as const
    })
    this.graph.run(Object.fromEntries(feeds), [done])
  }

  /** @returns the head's logits, row-major */
  predict(batch: HostBatch): Float32Array {
    return this.graph.run(batchFeeds(batch), [output])[0]!
  }

  dispose(): void {
    this.graph.dispose()
  }
}

/**
 * The kernels are oneDNN's, on x64; a GPU has others, and XLA fuses there.
 *
 * @param keep nodes that are fetched by name
 */
export const fuseWherePossible = (graph: GraphBuilder, keep: ReadonlySet<NodeOutput>): void => {
  const { isUsingGpuDevice } = tf.backend() as unknown as NodeJSKernelBackend
  if (process.arch === 'x64' && !isUsingGpuDevice) fuse(graph, keep)
}

/** Weights of products are kept in bfloat16, so that no prediction rounds them anew. */
const roundProducts = (
  graph: GraphBuilder,
  variables: readonly GraphVariable[],
): GraphVariable[] => {
  const copies = variables.map(({ name, shape }) =>
    addVariable(graph, `${name}${copySuffix}`, shape, DataType.bfloat16),
  )
  // Read before they are used: nodes come in the order of their inputs.
  graph.nodes.unshift(...graph.nodes.splice(-2 * copies.length))
  const copyOf = new Map(variables.map(({ read }, index) => [read, copies[index]!.read]))
  predictInBfloat16(graph, copyOf)
  prune(graph, [output])
  return copies
}

/** Nodes with the batch's size and length. */
export const addDimensions = (graph: GraphBuilder): Map<string, NodeOutput> => {
  const int = { type: DataType.int32 }
  const shape = graph.add('Shape', ['ids'], { T: int, out_type: int })
  const sizes = graph.add('Unpack', [shape], { T: int, num: { i: 2 }, axis: { i: 0 } })
  return new Map([
    ['batch', sizes],
    ['length', `${sizes}:1`],
  ])
}

export const batchFeeds = ({ size, length, ids, typeIds, mask }: HostBatch) =>
  ({
    ids: { dtype: 'int32', shape: [size, length], values: ids },
    typeIds: { dtype: 'int32', shape: [size, length], values: typeIds },
    mask: { dtype: 'float32', shape: [size, length], values: mask },
  }) satisfies Record<string, Feed>
