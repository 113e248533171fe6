import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import type { ModelFolder } from '../../src/core/model/folder.ts'
import { type HostBatch, toTokenBatch } from '../../src/engine/batches.ts'
import { type AnyHead, bertLogits } from '../../src/engine/heads/head.ts'
import { noDropout } from '../../src/engine/ops/dropout.ts'
import { plainOps } from '../../src/engine/ops/layerOps.ts'
import { Parameters } from '../../src/engine/parameters.ts'
import { learningRateAt } from '../../src/engine/schedule.ts'
import type { TrainableModel } from '../../src/engine/trainableModel.ts'
import { loadWeights, toFileLayout, toVariables } from '../../src/engine/weights.ts'

/** What torch gave for twenty steps: test/golden/make_*_golden.py. */
export interface TorchGolden<Step> {
  readonly settings: {
    readonly peak: number
    readonly warmup: number
    readonly weightDecay: number
    readonly maxGradientNorm: number
  }
  readonly steps: readonly (Step & { readonly learningRate: number; readonly loss: number })[]
  /** Of the first step. */
  readonly gradients: Readonly<Record<string, number[]>>
  /** Of the weights after the last. */
  readonly norms: Readonly<Record<string, number>>
  readonly samples: Readonly<Record<string, number[]>>
}

export const seed = 1

const norm = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values))
export const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  norm(Array.from(a, (value, i) => value - b[i]!))

/** Loss within 1e-5, gradients ‖Δ‖ ≤ 1e-4 ‖g‖ + 1e-7 ‖g of all‖. */
export const expectFirstStep = (
  golden: TorchGolden<unknown>,
  folder: ModelFolder,
  head: AnyHead,
  batch: HostBatch,
): void => {
  const variables = toVariables(loadWeights(folder, head, seed))
  const weights = new Parameters(variables)
  const { size, length } = batch
  const bert = { ...folder.config, hiddenDropout: 0, attentionDropout: 0 }
  const { value, grads } = tf
    .engine()
    .gradients(
      () =>
        head.loss(
          bertLogits(head, weights, bert, toTokenBatch(batch), plainOps(noDropout)),
          tf.tensor(batch.targets, head.targetShape(size, length)),
          tf.tensor(batch.weights, head.weightShape(size, length)),
          tf.scalar(batch.count),
        ),
      weights.list(),
    )
  expect(Math.abs(value.dataSync()[0]! - golden.steps[0]!.loss)).toBeLessThan(1e-5)
  const all = norm(Object.values(golden.gradients).map(norm))
  expect(weights.names.sort()).toEqual(Object.keys(golden.gradients).sort())
  ;[...variables.keys()].forEach((name, i) => {
    const { data } = toFileLayout(name, {
      shape: grads[i]!.shape,
      data: grads[i]!.dataSync() as Float32Array,
    })
    const expected = golden.gradients[name]!
    expect(difference(data, expected), name).toBeLessThanOrEqual(1e-4 * norm(expected) + 1e-7 * all)
  })
  weights.dispose()
}

/** Losses within 1e-4 over the twenty steps, and the weights after them within 1e-3. */
export const expectTrajectory = <Step>(
  golden: TorchGolden<Step>,
  model: TrainableModel,
  batchOf: (step: Step) => HostBatch,
): void => {
  const { peak, warmup } = golden.settings
  for (const [index, expected] of golden.steps.entries()) {
    const step = index + 1
    const learningRate = learningRateAt(step, golden.steps.length, warmup, peak)
    expect(learningRate).toBeCloseTo(expected.learningRate, 12)
    const loss = model.train({ batch: batchOf(expected), step, learningRate, seed })
    expect(Math.abs(loss - expected.loss), `step ${step}`).toBeLessThan(1e-4)
  }
  for (const [name, tensor] of model.weights()) {
    const samples = golden.samples[name]
    if (!samples) continue
    const { data } = toFileLayout(name, tensor)
    const every = Math.max(1, Math.floor(data.length / 16))
    const got = samples.map((_, i) => data[i * every]!)
    expect(difference(got, samples) / Math.max(norm(samples), 1e-3), name).toBeLessThan(1e-3)
    expect(norm(data) / golden.norms[name]!, name).toBeCloseTo(1, 4)
  }
}
