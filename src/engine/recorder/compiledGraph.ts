import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js'
import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js'
import type { GraphBuilder, NodeOutput } from './graphBuilder.ts'
import { DataType, encodeSavedModel } from './protos.ts'

/** What goes into a run, by placeholder name. */
export interface Feed {
  readonly dtype: 'float32' | 'int32'
  readonly shape: readonly number[]
  readonly values: Float32Array | Int32Array
}

/** A graph in a TensorFlow session of its own, with its variables. */
export class CompiledGraph {
  private readonly binding: TFJSBinding
  private readonly session: number

  /** @throws Error with TensorFlow's words where the graph is not valid */
  constructor(graph: GraphBuilder) {
    this.binding = (tf.backend() as unknown as NodeJSKernelBackend).binding
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-graph-'))
    try {
      fs.writeFileSync(path.join(folder, 'saved_model.pb'), savedModelOf(graph))
      this.session = this.binding.loadSavedModel(folder, 'serve')
    } finally {
      fs.rmSync(folder, { recursive: true, force: true })
    }
  }

  /**
   * Runs what the outputs depend on. TensorFlow prepares each set of inputs and outputs once, which
   * takes longer than running it: ask for many outputs at once rather than one by one.
   *
   * @returns their values, in the order asked for
   */
  run(feeds: Readonly<Record<string, Feed>>, outputs: readonly NodeOutput[]): Float32Array[] {
    const { binding } = this
    const names = Object.keys(feeds)
    const ids = names.map((name) => {
      const { dtype, shape, values } = feeds[name]!
      return binding.createTensor(
        [...shape],
        DataType[dtype === 'int32' ? 'int32' : 'float'],
        values,
      )
    })
    try {
      const results = binding.runSavedModel(
        this.session,
        ids,
        names.map((name) => `${name}:0`).join(','),
        outputs.map((name) => `${name}:0`).join(','),
      )
      return results.map(({ id }) => {
        const values = binding.tensorDataSync(id) as Float32Array
        binding.deleteTensor(id)
        return values
      })
    } finally {
      for (const id of ids) binding.deleteTensor(id)
    }
  }

  dispose(): void {
    this.binding.deleteSavedModel(this.session)
  }
}

// Op versions that TensorFlow 2.x produces; consumers refuse graphs of a newer producer.
const graphVersion = { producer: 1087, minConsumer: 12 }

const savedModelOf = (graph: GraphBuilder): Uint8Array =>
  encodeSavedModel({
    savedModelSchemaVersion: 1,
    metaGraphs: [
      {
        metaInfo: { tags: ['serve'], tensorflowVersion: '2' },
        graphDef: { node: graph.nodes, versions: graphVersion },
      },
    ],
  })
