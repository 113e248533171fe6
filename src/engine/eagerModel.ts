import * as tf from '@tensorflow/tfjs-core'
import type { RunConfig } from '../core/experiment/config.ts'
import type { BertConfig } from '../core/model/bertConfig.ts'
import { AdamW, adamWConstants } from './adamW.ts'
import { type HostBatch, splitBatch, toTokenBatch } from './batches.ts'
import { type AnyHead, bertLogits } from './heads/head.ts'
import { dropoutFrom, noDropout } from './ops/dropout.ts'
import { plainOps } from './ops/layerOps.ts'
import { Parameters } from './parameters.ts'
import { dropoutKey, type StepInputs, type TrainableModel } from './trainableModel.ts'
import { type HostTensor, toVariables } from './weights.ts'

/** Op by op through tfjs, on any backend; the reference that a compiled step must equal. */
export class EagerModel implements TrainableModel {
  readonly parameterCount: number
  readonly sessionVariables = 0
  private readonly variables: ReadonlyMap<string, tf.Variable>
  private readonly parameters: Parameters
  private readonly optimizer: AdamW

  constructor(
    host: ReadonlyMap<string, HostTensor>,
    private readonly bert: BertConfig,
    private readonly config: Pick<RunConfig, 'dropout' | 'weightDecay' | 'maxGradientNorm'>,
    private readonly head: AnyHead,
  ) {
    this.variables = toVariables(host)
    this.parameters = new Parameters(this.variables)
    this.parameterCount = this.parameters.count
    this.optimizer = new AdamW(this.variables, {
      ...adamWConstants,
      weightDecay: config.weightDecay,
      maxGradientNorm: config.maxGradientNorm,
    })
  }

  train({ batch, step, learningRate, seed, microBatches = 1 }: StepInputs): number {
    const loss = tf.tidy(() => {
      let total: tf.Scalar | undefined
      let sums: tf.Tensor[] = []
      splitBatch(batch, microBatches).forEach((part, index) => {
        const key = dropoutKey(seed, step, index)
        const { value, grads } = tf
          .engine()
          .gradients(() => this.loss(part, key), this.parameters.list())
        sums = sums.length === 0 ? grads : sums.map((sum, i) => tf.add(sum, grads[i]!))
        total = total === undefined ? value : tf.add(total, value)
      })
      this.optimizer.apply(sums, step, learningRate)
      return total!
    })
    const value = loss.dataSync()[0]!
    loss.dispose()
    return value
  }

  predict(batch: HostBatch): Float32Array {
    const logits = tf.tidy(() =>
      bertLogits(this.head, this.parameters, this.bert, toTokenBatch(batch), plainOps(noDropout)),
    )
    // A copy: on WebAssembly this is a view of the heap.
    const values = Float32Array.from(logits.dataSync())
    logits.dispose()
    return values
  }

  weights(): Map<string, HostTensor> {
    return new Map([...this.variables].map(([name, tensor]) => [name, toHost(tensor)]))
  }

  moments(): Map<string, HostTensor> {
    const moments = new Map<string, HostTensor>()
    for (const [name, { first, second }] of this.optimizer.moments) {
      moments.set(`first/${name}`, toHost(first))
      moments.set(`second/${name}`, toHost(second))
    }
    return moments
  }

  restoreMoments(moments: ReadonlyMap<string, HostTensor>): void {
    for (const [name, { first, second }] of this.optimizer.moments) {
      assign(first, moments.get(`first/${name}`))
      assign(second, moments.get(`second/${name}`))
    }
  }

  dispose(): void {
    this.parameters.dispose()
    this.optimizer.dispose()
  }

  private loss(batch: HostBatch, key: Int32Array): tf.Scalar {
    const { size, length, targets, weights, count } = batch
    const dropout = this.config.dropout === 0 ? noDropout : dropoutFrom(tf.tensor1d(key, 'int32'))
    return this.head.loss(
      bertLogits(this.head, this.parameters, this.bert, toTokenBatch(batch), plainOps(dropout)),
      tf.tensor(targets, this.head.targetShape(size, length)),
      tf.tensor(weights, this.head.weightShape(size, length)),
      tf.scalar(count),
    )
  }
}

const toHost = (tensor: tf.Tensor): HostTensor => ({
  shape: tensor.shape,
  data: Float32Array.from(tensor.dataSync()),
})

const assign = (variable: tf.Variable, value: HostTensor | undefined): void => {
  if (!value) throw new Error(`The checkpoint has no moments for ${variable.name}.`)
  const tensor = tf.tensor(value.data, value.shape)
  variable.assign(tensor)
  tensor.dispose()
}
