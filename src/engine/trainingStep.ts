import * as tf from '@tensorflow/tfjs-core'
import type { BertConfig } from '../core/model/bertConfig.ts'
import type { AdamW } from './adamW.ts'
import { type HostBatch, toTokenBatch } from './batches.ts'
import { sentenceLogits, sentenceLoss } from './heads/sentence.ts'
import { dropoutFrom, noDropout } from './ops/dropout.ts'
import type { Parameters } from './parameters.ts'

export interface StepInputs {
  readonly batch: HostBatch
  /** From 1. */
  readonly step: number
  readonly learningRate: number
  /** Keys dropout, together with the step. */
  readonly seed: number
}

/** Runs training steps and predictions; one model, one head. */
export interface StepRunner {
  /** One optimizer step. @returns the batch's mean loss */
  train(inputs: StepInputs): number
  /** @returns logits, row-major [batch, classes] */
  predict(batch: HostBatch): Float32Array
  dispose(): void
}

/** Op by op through tfjs: any backend; the reference that a compiled step must equal. */
export class EagerStepRunner implements StepRunner {
  constructor(
    private readonly weights: Parameters,
    private readonly config: BertConfig,
    private readonly optimizer: AdamW | undefined,
    private readonly dropout: number,
  ) {}

  train({ batch, step, learningRate, seed }: StepInputs): number {
    const { optimizer } = this
    if (!optimizer) throw new Error('This runner was made for predictions.')
    const loss = tf.tidy(() => {
      const { value, grads } = tf
        .engine()
        .gradients(() => this.loss(batch, seed, step), this.weights.list())
      optimizer.apply(grads, step, learningRate)
      return value
    })
    const value = loss.dataSync()[0]!
    loss.dispose()
    return value
  }

  predict(batch: HostBatch): Float32Array {
    const logits = tf.tidy(() =>
      sentenceLogits(this.weights, this.config, toTokenBatch(batch), noDropout),
    )
    const values = logits.dataSync() as Float32Array
    logits.dispose()
    return values
  }

  dispose(): void {
    this.weights.dispose()
    this.optimizer?.dispose()
  }

  private loss(batch: HostBatch, seed: number, step: number): tf.Scalar {
    const classes = batch.targets.length / batch.size
    const dropout =
      this.dropout === 0 ? noDropout : dropoutFrom(tf.tensor1d([seed, step], 'int32'))
    return sentenceLoss(
      sentenceLogits(this.weights, this.config, toTokenBatch(batch), dropout),
      tf.tensor2d(batch.targets, [batch.size, classes]),
      tf.tensor1d(batch.weights),
      tf.scalar(batch.count),
    )
  }
}
