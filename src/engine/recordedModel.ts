import * as tf from '@tensorflow/tfjs-core'
import type { RunConfig } from '../core/experiment/config.ts'
import type { BertConfig } from '../core/model/bertConfig.ts'
import { adamWConstants } from './adamW.ts'
import type { HostBatch } from './batches.ts'
import { sentenceLogits, sentenceLoss } from './heads/sentence.ts'
import { isDecayed } from './ops/adamWUpdate.ts'
import { dropoutFrom, noDropout } from './ops/dropout.ts'
import { addAdamW, optimizerInputs } from './optimizerGraph.ts'
import { Parameters } from './parameters.ts'
import { productsInBfloat16 } from './recorder/bfloat16.ts'
import { CompiledGraph, type Feed } from './recorder/compiledGraph.ts'
import { emit, type SizedRecording } from './recorder/emit.ts'
import { GraphBuilder, type NodeOutput } from './recorder/graphBuilder.ts'
import { DataType } from './recorder/protos.ts'
import { record } from './recorder/recording.ts'
import { addAssignment, addVariable, addZeroing, type GraphVariable } from './recorder/variables.ts'
import type { StepInputs, TrainableModel } from './trainableModel.ts'
import type { HostTensor } from './weights.ts'

/** Distinct primes, so that what depends on a size shows which (recorder/sizes.ts). */
const recordedSizes = [
  { batch: 2, length: 3 },
  { batch: 5, length: 7 },
  { batch: 11, length: 13 },
] as const

/** What a step is fed with; −1 stands for batch size and length. */
const inputShapes = (classes: number) =>
  ({
    ids: ['int32', [-1, -1]],
    typeIds: ['int32', [-1, -1]],
    mask: ['float32', [-1, -1]],
    targets: ['float32', [-1, classes]],
    weights: ['float32', [-1]],
    count: ['float32', []],
    key: ['int32', [2]],
  }) as const

/**
 * One graph for training and prediction at every batch size and length: model, loss and gradients as
 * recorded from their eager run, AdamW behind them. A step is one call into TensorFlow.
 */
export class RecordedModel implements TrainableModel {
  readonly parameterCount: number
  private readonly graph: CompiledGraph
  private readonly variables: ReadonlyMap<string, GraphVariable>
  private readonly first: ReadonlyMap<string, GraphVariable>
  private readonly second: ReadonlyMap<string, GraphVariable>
  private readonly setWeights: Assignment
  private readonly setMoments: Assignment

  constructor(
    host: ReadonlyMap<string, HostTensor>,
    private readonly bert: BertConfig,
    private readonly config: Pick<
      RunConfig,
      'precision' | 'dropout' | 'weightDecay' | 'maxGradientNorm'
    >,
    private readonly classes: number,
  ) {
    this.parameterCount = [...host.values()].reduce((sum, { data }) => sum + data.length, 0)
    const graph = new GraphBuilder()
    const variables = (prefix: string) =>
      new Map(
        [...host].map(([name, { shape }]) => [name, addVariable(graph, prefix + name, shape)]),
      )
    this.variables = variables('')
    this.first = variables('first/')
    this.second = variables('second/')
    this.addGraphs(graph, host)
    this.setWeights = addAssignment(graph, [...this.variables.values()], 'setWeights')
    const moments = [...this.first.values(), ...this.second.values()]
    this.setMoments = addAssignment(graph, moments, 'setMoments')
    const zeroMoments = addZeroing(graph, moments, 'zeroMoments')
    this.graph = new CompiledGraph(graph)
    this.assign(this.setWeights, host)
    this.graph.run({}, [zeroMoments])
  }

  train({ batch, step, learningRate, seed }: StepInputs): number {
    const { beta1, beta2, epsilon } = adamWConstants
    const [loss] = this.graph.run(
      {
        ...batchFeeds(batch),
        targets: feed('float32', [batch.size, this.classes], batch.targets),
        weights: feed('float32', [batch.size], batch.weights),
        count: scalar(batch.count),
        key: feed('int32', [2], new Int32Array([seed, step])),
        learningRate: scalar(learningRate),
        beta1Power: scalar(beta1 ** step),
        beta2Power: scalar(beta2 ** step),
        epsilon: scalar(epsilon * Math.sqrt(1 - beta2 ** step)),
        decay: scalar(learningRate * this.config.weightDecay),
      },
      ['trained'],
    )
    return loss![0]!
  }

  predict(batch: HostBatch): Float32Array {
    return this.graph.run(batchFeeds(batch), ['predicted'])[0]!
  }

  weights(): Map<string, HostTensor> {
    return this.read([...this.variables.values()])
  }

  moments(): Map<string, HostTensor> {
    return this.read([...this.first.values(), ...this.second.values()])
  }

  restoreMoments(moments: ReadonlyMap<string, HostTensor>): void {
    this.assign(this.setMoments, moments)
  }

  dispose(): void {
    this.graph.dispose()
  }

  private addGraphs(graph: GraphBuilder, host: ReadonlyMap<string, HostTensor>): void {
    const inputs = new Map<string, NodeOutput>()
    for (const [name, [dtype, shape]] of Object.entries(inputShapes(this.classes))) {
      const type = dtype === 'int32' ? DataType.int32 : DataType.float
      inputs.set(name, graph.placeholder(name, type, shape))
    }
    for (const [name, variable] of this.variables) inputs.set(`weight:${name}`, variable.read)
    const dimensions = addDimensions(graph)
    const rewrite = this.config.precision === 'bf16' ? productsInBfloat16() : undefined
    const options = { inputs, dimensions, ...(rewrite ? { rewrite } : {}) }

    const predictions = emit(graph, this.recordings(host, predictionOf), options)
    graph.add(
      'Identity',
      [predictions.get('logits')!],
      { T: { type: DataType.float } },
      'predicted',
    )

    const trained = emit(graph, this.recordings(host, gradientsOf), options)
    const scalars = Object.fromEntries(
      optimizerInputs.map((name) => [name, graph.placeholder(name, DataType.float, [])]),
    ) as Record<(typeof optimizerInputs)[number], NodeOutput>
    const updates = addAdamW(
      graph,
      [...this.variables].map(([name, weight]) => ({
        weight,
        first: this.first.get(name)!,
        second: this.second.get(name)!,
        gradient: trained.get(`gradient:${name}`)!,
        decayed: isDecayed(name) && this.config.weightDecay > 0,
      })),
      scalars,
      { ...adamWConstants, maxGradientNorm: this.config.maxGradientNorm },
    )
    const after = updates.map((node) => `^${node}`)
    graph.add(
      'Identity',
      [trained.get('loss')!, ...after],
      { T: { type: DataType.float } },
      'trained',
    )
  }

  /** Runs a function at each of the sizes, on weights of the right shapes. */
  private recordings(
    host: ReadonlyMap<string, HostTensor>,
    run: (at: RecordedCall) => Map<string, tf.Tensor>,
  ): SizedRecording[] {
    return tf.tidy(() => {
      const weights = new Map(
        [...host].map(([name, { shape, data }]) => [name, tf.tensor(data, shape, 'float32')]),
      )
      return recordedSizes.map((sizes) => {
        const inputs = exampleInputs(sizes.batch, sizes.length, this.classes)
        const named = new Map<string, tf.Tensor>(inputs)
        for (const [name, tensor] of weights) named.set(`weight:${name}`, tensor)
        const call = {
          weights: new Parameters(weights),
          inputs,
          bert: this.bert,
          dropout: this.config.dropout,
        }
        return { sizes, recording: record(named, () => run(call)) }
      }) as never
    }) as unknown as SizedRecording[]
  }

  private assign({ values, done }: Assignment, host: ReadonlyMap<string, HostTensor>): void {
    const feeds = [...values].map(([name, placeholder]) => {
      const tensor = host.get(name)
      if (!tensor) throw new Error(`There is no value for ${name}.`)
      return [placeholder, feed('float32', tensor.shape, tensor.data)] as const
    })
    this.graph.run(Object.fromEntries(feeds), [done])
  }

  private read(variables: readonly GraphVariable[]): Map<string, HostTensor> {
    const values = this.graph.run(
      {},
      variables.map(({ read }) => read),
    )
    return new Map(
      variables.map(({ name, shape }, i) => [name, { shape: [...shape], data: values[i]! }]),
    )
  }
}

type Assignment = ReturnType<typeof addAssignment>

interface RecordedCall {
  readonly weights: Parameters
  readonly inputs: ReadonlyMap<string, tf.Tensor>
  readonly bert: BertConfig
  readonly dropout: number
}

const tokenBatch = (inputs: ReadonlyMap<string, tf.Tensor>) => ({
  ids: inputs.get('ids') as tf.Tensor2D,
  typeIds: inputs.get('typeIds') as tf.Tensor2D,
  mask: inputs.get('mask') as tf.Tensor2D,
})

const predictionOf = ({ weights, inputs, bert }: RecordedCall): Map<string, tf.Tensor> =>
  new Map([['logits', sentenceLogits(weights, bert, tokenBatch(inputs), noDropout)]])

const gradientsOf = ({ weights, inputs, bert, dropout }: RecordedCall): Map<string, tf.Tensor> => {
  const drop = dropout === 0 ? noDropout : dropoutFrom(inputs.get('key') as tf.Tensor1D)
  const { value, grads } = tf
    .engine()
    .gradients(
      () =>
        sentenceLoss(
          sentenceLogits(weights, bert, tokenBatch(inputs), drop),
          inputs.get('targets') as tf.Tensor2D,
          inputs.get('weights') as tf.Tensor1D,
          inputs.get('count') as tf.Scalar,
        ),
      weights.list(),
    )
  const outputs = new Map<string, tf.Tensor>([['loss', value]])
  weights.names.forEach((name, index) => {
    outputs.set(`gradient:${name}`, grads[index]!)
  })
  return outputs
}

const exampleInputs = (batch: number, length: number, classes: number): Map<string, tf.Tensor> =>
  new Map<string, tf.Tensor>([
    ['ids', tf.zeros([batch, length], 'int32')],
    ['typeIds', tf.zeros([batch, length], 'int32')],
    ['mask', tf.ones([batch, length])],
    ['targets', tf.ones([batch, classes])],
    ['weights', tf.ones([batch])],
    ['count', tf.scalar(batch)],
    ['key', tf.zeros([2], 'int32')],
  ])

const addDimensions = (graph: GraphBuilder): Map<string, NodeOutput> => {
  const int = { type: DataType.int32 }
  const shape = graph.add('Shape', ['ids'], { T: int, out_type: int })
  const sizes = graph.add('Unpack', [shape], { T: int, num: { i: 2 }, axis: { i: 0 } })
  return new Map([
    ['batch', sizes],
    ['length', `${sizes}:1`],
  ])
}

const feed = (dtype: Feed['dtype'], shape: readonly number[], values: Feed['values']): Feed => ({
  dtype,
  shape,
  values,
})
const scalar = (value: number): Feed => feed('float32', [], new Float32Array([value]))

const batchFeeds = ({ size, length, ids, typeIds, mask }: HostBatch): Record<string, Feed> => ({
  ids: feed('int32', [size, length], ids),
  typeIds: feed('int32', [size, length], typeIds),
  mask: feed('float32', [size, length], mask),
})
