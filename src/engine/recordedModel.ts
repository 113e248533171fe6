import type { RunConfig } from '../core/experiment/config.ts'
import type { BertConfig } from '../core/model/bertConfig.ts'
import { adamWConstants } from './adamW.ts'
import { type HostBatch, splitBatch } from './batches.ts'
import type { ModelStart, RestartableModel } from './engineCache.ts'
import type { AnyHead } from './heads/head.ts'
import { isDecayed } from './ops/adamWUpdate.ts'
import { addAdamW, optimizerInputs } from './optimizerGraph.ts'
import {
  idleTable,
  recordGradients,
  recordPrediction,
  recordSplitPrediction,
  stepInputs,
} from './recordedFunctions.ts'
import { addDimensions, batchFeeds, fuseWherePossible } from './recordedPrediction.ts'
import { productsInBfloat16 } from './recorder/bfloat16.ts'
import { CompiledGraph, type Feed } from './recorder/compiledGraph.ts'
import { emit } from './recorder/emit.ts'
import { GraphBuilder, type NodeOutput } from './recorder/graphBuilder.ts'
import { productsOfMatrices } from './recorder/matrixProducts.ts'
import { predictInBfloat16 } from './recorder/predictionInBfloat16.ts'
import { DataType } from './recorder/protos.ts'
import { addAssignment, addVariable, addZeroing, type GraphVariable } from './recorder/variables.ts'
import { SplitTable } from './splitTable.ts'
import { dropoutKey, type StepInputs } from './trainableModel.ts'
import { UsedRows, wordTable } from './usedRows.ts'
import type { HostTensor } from './weights.ts'

type Settings = Pick<RunConfig, 'precision' | 'dropout' | 'weightDecay' | 'maxGradientNorm'>
type Assignment = ReturnType<typeof addAssignment>
type Variables = ReadonlyMap<string, GraphVariable>

const float = { type: DataType.float }

/**
 * One graph for training and prediction at every batch size and length: model, loss and gradients as
 * recorded from their eager run, AdamW behind them. A step is one call into TensorFlow; with
 * micro-batches, one for each and one to apply what they add up to.
 */
export class RecordedModel implements RestartableModel {
  readonly parameterCount: number
  readonly sessionVariables: number
  private readonly graph: CompiledGraph
  private readonly weightVariables: Variables
  private readonly first: Variables
  private readonly second: Variables
  private readonly setMoments: Assignment
  private readonly setWeights: Assignment
  private readonly zeroMoments: NodeOutput
  private weightDecay: number
  private readonly used: UsedRows | undefined
  private readonly split: SplitTable | undefined

  /** @param pieces those that the training set uses; left out, all may occur */
  constructor(
    host: ReadonlyMap<string, HostTensor>,
    bert: BertConfig,
    private readonly settings: Settings,
    private readonly head: AnyHead,
    pieces?: Int32Array,
  ) {
    this.parameterCount = [...host.values()].reduce((sum, { data }) => sum + data.length, 0)
    this.used = pieces && new UsedRows(pieces, bert.vocabSize)
    const trained = this.used?.trained(host) ?? host
    const graph = new GraphBuilder()
    const variables = (prefix: string): Variables =>
      new Map(
        [...trained].map(([name, { shape }]) => [name, addVariable(graph, prefix + name, shape)]),
      )
    this.weightVariables = variables('')
    this.first = variables('first/')
    this.second = variables('second/')
    this.split = this.used && new SplitTable(graph, this.used, this.weightVariables.get(wordTable)!)
    const weights = [...this.weightVariables.values(), ...(this.split ? [this.split.idle] : [])]
    this.sessionVariables = weights.length + this.first.size + this.second.size
    this.addModel(graph, host, trained, bert, variables('sum/'))
    this.setWeights = addAssignment(graph, weights, 'setWeights')
    const moments = [...this.first.values(), ...this.second.values()]
    this.setMoments = addAssignment(graph, moments, 'setMoments')
    this.zeroMoments = addZeroing(graph, moments, 'zeroMoments')
    this.graph = new CompiledGraph(graph)
    this.weightDecay = settings.weightDecay
    this.restart({ weights: host, weightDecay: settings.weightDecay })
  }

  /** As if made anew: other weights of the same shapes, Adam's moments at zero. */
  restart({ weights, weightDecay }: ModelStart): void {
    this.weightDecay = weightDecay
    const trained = this.used?.trained(weights).set(idleTable, weights.get(wordTable)!)
    this.assign(this.setWeights, trained ?? weights)
    this.split?.restart()
    this.graph.run({}, [this.zeroMoments])
  }

  train(inputs: StepInputs): number {
    const loss = this.step(inputs)
    this.split?.decay(inputs.learningRate * this.weightDecay)
    return loss
  }

  private step(inputs: StepInputs): number {
    const { batch, microBatches = 1 } = inputs
    if (microBatches === 1) {
      return this.run(
        { ...this.lossFeeds(inputs, batch, 0), ...this.updateFeeds(inputs) },
        'trained',
      )
    }
    let loss = 0
    splitBatch(batch, microBatches).forEach((part, index) => {
      const feeds = this.lossFeeds(inputs, part, index)
      loss += this.run(feeds, index === 0 ? 'accumulated/first' : 'accumulated/next')
    })
    this.run(this.updateFeeds(inputs), 'applied')
    return loss
  }

  predict(batch: HostBatch): Float32Array {
    const feeds = { ...batchFeeds(batch), ...this.split?.predictionFeeds(batch) }
    return this.graph.run(feeds, ['predicted'])[0]!
  }

  weights(): Map<string, HostTensor> {
    const { split } = this
    if (!split) return this.read([...this.weightVariables.values()])
    split.join((feeds, output) => this.run(feeds, output))
    const variables = new Map(this.weightVariables).set(wordTable, split.idle)
    const values = this.read([...variables.values()]).values()
    return new Map([...variables.keys()].map((name) => [name, values.next().value!]))
  }

  moments(): Map<string, HostTensor> {
    const moments = this.read([...this.first.values(), ...this.second.values()])
    return this.used?.withPieces(moments) ?? moments
  }

  restoreMoments(moments: ReadonlyMap<string, HostTensor>): void {
    this.assign(this.setMoments, this.used?.momentsFrom(moments) ?? moments)
  }

  dispose(): void {
    this.graph.dispose()
  }

  /** Nodes to fetch: predicted; trained; accumulated/first, accumulated/next, applied. */
  private addModel(
    graph: GraphBuilder,
    host: ReadonlyMap<string, HostTensor>,
    trained: ReadonlyMap<string, HostTensor>,
    bert: BertConfig,
    sums: Variables,
  ): void {
    const inputs = new Map<string, NodeOutput>(this.split?.inputs)
    for (const [name, [dtype, shape]] of Object.entries(stepInputs(this.head))) {
      const type = dtype === 'int32' ? DataType.int32 : DataType.float
      inputs.set(name, graph.placeholder(name, type, shape))
    }
    for (const [name, { read }] of this.weightVariables) inputs.set(`weight:${name}`, read)
    const dimensions = addDimensions(graph)
    const { dropout, precision } = this.settings
    const setting = { bert, head: this.head, dropout, precision }
    const inBfloat16 = precision === 'bf16'

    const shared = graph.nodes.map(({ name }) => name)
    const recorded = this.split
      ? recordSplitPrediction(trained, host.get(wordTable)!, setting)
      : recordPrediction(host, setting)
    const predicted = { inputs, dimensions, rewrite: productsOfMatrices() }
    const logits = emit(graph, recorded, predicted).get('logits')!
    graph.add('Identity', [logits], { T: float }, 'predicted')
    fuseWherePossible(graph, new Set([...shared, 'predicted']))
    if (inBfloat16) predictInBfloat16(graph, new Map())

    const rewrite = inBfloat16 ? productsInBfloat16() : productsOfMatrices()
    const recordedGradients = recordGradients(trained, setting)
    const results = emit(graph, recordedGradients, { inputs, dimensions, rewrite })
    const loss = results.get('loss')!
    const gradients = [...host.keys()].map((name) => results.get(`gradient:${name}`)!)
    const after = (nodes: readonly NodeOutput[], name: string) =>
      graph.add('Identity', [loss, ...nodes.map((node) => `^${node}`)], { T: float }, name)

    const scalars = Object.fromEntries(
      optimizerInputs.map((name) => [name, graph.placeholder(name, DataType.float, [])]),
    ) as Record<(typeof optimizerInputs)[number], NodeOutput>
    after(this.addUpdates(graph, gradients, scalars), 'trained')

    const sum = [...sums.values()]
    const accumulate = (op: string, name: string) =>
      after(
        sum.map(({ handle }, i) => graph.add(op, [handle, gradients[i]!], { dtype: float })),
        name,
      )
    accumulate('AssignVariableOp', 'accumulated/first')
    accumulate('AssignAddVariableOp', 'accumulated/next')
    const totals = sum.map(({ read }) => read)
    graph.done(this.addUpdates(graph, totals, scalars), 'applied')
  }

  private addUpdates(
    graph: GraphBuilder,
    gradients: readonly NodeOutput[],
    scalars: Readonly<Record<(typeof optimizerInputs)[number], NodeOutput>>,
  ): NodeOutput[] {
    const trained = [...this.weightVariables].map(([name, weight], i) => ({
      weight,
      first: this.first.get(name)!,
      second: this.second.get(name)!,
      gradient: gradients[i]!,
      decayed: isDecayed(name) && this.settings.weightDecay > 0,
    }))
    const { maxGradientNorm } = this.settings
    return addAdamW(graph, trained, scalars, { ...adamWConstants, maxGradientNorm })
  }

  private lossFeeds(
    { step, seed }: StepInputs,
    part: HostBatch,
    index: number,
  ): Record<string, Feed> {
    const { size, length, targets, weights, count } = part
    return {
      ...batchFeeds(part),
      ...this.split?.trainingFeeds(part),
      targets: feed('float32', this.head.targetShape(size, length), targets),
      weights: feed('float32', this.head.weightShape(size, length), weights),
      count: scalar(count),
      key: feed('int32', [2], dropoutKey(seed, step, index)),
    }
  }

  private updateFeeds({ step, learningRate }: StepInputs): Record<string, Feed> {
    const { beta1, beta2, epsilon } = adamWConstants
    return {
      learningRate: scalar(learningRate),
      beta1Power: scalar(beta1 ** step),
      beta2Power: scalar(beta2 ** step),
      epsilon: scalar(epsilon * Math.sqrt(1 - beta2 ** step)),
      decay: scalar(learningRate * this.weightDecay),
    }
  }

  private run(feeds: Record<string, Feed>, output: string): number {
    return this.graph.run(feeds, [output])[0]![0]!
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

const feed = (dtype: Feed['dtype'], shape: readonly number[], values: Feed['values']): Feed => ({
  dtype,
  shape,
  values,
})
const scalar = (value: number): Feed => feed('float32', [], new Float32Array([value]))
