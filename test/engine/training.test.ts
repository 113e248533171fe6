import fs from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkModelFolder } from '../../src/core/model/folder.ts'
import { startBackend } from '../../src/engine/backends/startBackend.ts'
import { type HostBatch, makeBatch, toTokenBatch } from '../../src/engine/batches.ts'
import { EagerModel } from '../../src/engine/eagerModel.ts'
import { bertLogits } from '../../src/engine/heads/head.ts'
import { sentenceHead } from '../../src/engine/heads/sentence.ts'
import { noDropout } from '../../src/engine/ops/dropout.ts'
import { plainOps } from '../../src/engine/ops/layerOps.ts'
import { Parameters } from '../../src/engine/parameters.ts'
import { RecordedModel } from '../../src/engine/recordedModel.ts'
import { learningRateAt } from '../../src/engine/schedule.ts'
import { piecesOf } from '../../src/engine/tasks/task.ts'
import type { TrainableModel } from '../../src/engine/trainableModel.ts'
import { loadWeights, toFileLayout, toVariables } from '../../src/engine/weights.ts'
import { backendFiles, fixture } from '../support/engineFiles.ts'

interface GoldenStep {
  readonly ids: number[][]
  readonly typeIds: number[][]
  readonly lengths: number[]
  readonly labels: number[]
  readonly learningRate: number
  readonly loss: number
}
interface Golden {
  readonly settings: { peak: number; warmup: number; weightDecay: number; maxGradientNorm: number }
  readonly steps: readonly GoldenStep[]
  readonly gradients: Readonly<Record<string, number[]>>
  readonly norms: Readonly<Record<string, number>>
  readonly samples: Readonly<Record<string, number[]>>
}
const golden = JSON.parse(fs.readFileSync(fixture('training/golden.json'), 'utf8')) as Golden
const folder = checkModelFolder(fixture('training'))
const bert = { ...folder.config, hiddenDropout: 0, attentionDropout: 0 }
const head = sentenceHead(3)
const seed = 1

const batchOf = (step: GoldenStep): HostBatch =>
  makeBatch(
    head,
    step.labels.map((target, row) => ({
      ids: step.ids[row]!.slice(0, step.lengths[row]),
      typeIds: step.typeIds[row]!.slice(0, step.lengths[row]),
      target,
    })),
    step.labels.length,
    64,
  )

/** Fewer than the vocabulary has: the others are only decayed. */
const usedPieces = piecesOf(golden.steps.flatMap(({ ids }) => ids))

const config = { ...golden.settings, dropout: 0, precision: 'fp32' } as const
const norm = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values))
const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  norm(Array.from(a, (value, i) => value - b[i]!))

const useTensorflow = () => startBackend('tensorflow', backendFiles())

describe('one step against torch', () => {
  beforeAll(async () => {
    await useTensorflow()
    tf.engine().startScope()
  })
  afterAll(() => tf.engine().endScope())

  it('has its loss within 1e-5 and its gradients within 1e-4', () => {
    const variables = toVariables(loadWeights(folder, head, seed))
    const weights = new Parameters(variables)
    const batch = batchOf(golden.steps[0]!)
    const { value, grads } = tf
      .engine()
      .gradients(
        () =>
          head.loss(
            bertLogits(head, weights, bert, toTokenBatch(batch), plainOps(noDropout)),
            tf.tensor2d(batch.targets, [batch.size, head.outputs]),
            tf.tensor1d(batch.weights),
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
      expect(difference(data, expected), name).toBeLessThanOrEqual(
        1e-4 * norm(expected) + 1e-7 * all,
      )
    })
    weights.dispose()
  })
})

/** Largest difference of the losses over the twenty steps, and of the weights after them. */
const followTorch = (model: TrainableModel) => {
  let loss = 0
  for (const [index, expected] of golden.steps.entries()) {
    const step = index + 1
    const { peak, warmup } = golden.settings
    const learningRate = learningRateAt(step, golden.steps.length, warmup, peak)
    expect(learningRate).toBeCloseTo(expected.learningRate, 12)
    const got = model.train({ batch: batchOf(expected), step, learningRate, seed })
    loss = Math.max(loss, Math.abs(got - expected.loss))
  }
  let weight = 0
  for (const [name, tensor] of model.weights()) {
    const samples = golden.samples[name]
    if (!samples) continue
    const { data } = toFileLayout(name, tensor)
    const every = Math.max(1, Math.floor(data.length / 16))
    const got = samples.map((_, i) => data[i * every]!)
    weight = Math.max(weight, difference(got, samples) / Math.max(norm(samples), 1e-3))
    expect(norm(data) / golden.norms[name]!, name).toBeCloseTo(1, 4)
  }
  return { loss, weight }
}

describe('twenty steps of AdamW against torch', () => {
  it.each(['tensorflow', 'wasm'] as const)(
    'eagerly on %s',
    { timeout: 60_000 },
    async (backend) => {
      await startBackend(backend, backendFiles())
      const model = new EagerModel(loadWeights(folder, head, seed), bert, config, head)
      const worst = followTorch(model)
      expect(worst.loss).toBeLessThan(1e-4)
      expect(worst.weight).toBeLessThan(1e-3)
      model.dispose()
      expect(tf.memory().numTensors).toBe(0)
    },
  )

  it.each([
    ['recorded', undefined],
    ['recorded, of the word table the used rows', usedPieces],
  ] as const)('%s', { timeout: 60_000 }, async (_, pieces) => {
    await useTensorflow()
    const model = new RecordedModel(loadWeights(folder, head, seed), bert, config, head, pieces)
    const worst = followTorch(model)
    expect(worst.loss).toBeLessThan(1e-4)
    expect(worst.weight).toBeLessThan(1e-3)
    model.dispose()
    expect(tf.memory().numTensors).toBe(0)
  })
})

describe('a word table of which the used rows are trained', () => {
  beforeAll(useTensorflow)
  const model = (pieces?: Int32Array) =>
    new RecordedModel(loadWeights(folder, head, seed), bert, config, head, pieces)
  const inputs = (step: number) => ({
    batch: batchOf(golden.steps[step]!),
    step,
    learningRate: 1e-2,
    seed,
  })
  const idle = Array.from({ length: bert.vocabSize }, (_, id) => id).filter(
    (id) => !usedPieces.includes(id),
  )
  const unseen = makeBatch(head, [{ ids: idle, typeIds: idle.map(() => 0), target: 0 }], 1, 64)

  it('predicts texts with other pieces as if all rows were, before and after a checkpoint', () => {
    expect(idle.length).toBeGreaterThan(1)
    const whole = model()
    const split = model(usedPieces)
    const untrained = split.predict(unseen)
    for (const step of [1, 2, 3, 4]) {
      expect(split.train(inputs(step))).toBeCloseTo(whole.train(inputs(step)), 6)
      expect(difference(split.predict(unseen), whole.predict(unseen))).toBeLessThan(1e-5)
      for (const [name, { data }] of split.weights()) {
        expect(difference(data, whole.weights().get(name)!.data), name).toBeLessThan(1e-4)
      }
    }
    expect(difference(split.predict(unseen), untrained)).toBeGreaterThan(1e-3)
    whole.dispose()
    split.dispose()
  })

  it('goes on from the whole table’s moments, and from its own', () => {
    const whole = model()
    whole.train(inputs(1))
    const second = model(usedPieces)
    second.restart({ weights: whole.weights(), weightDecay: config.weightDecay })
    second.restoreMoments(whole.moments())
    expect(second.train(inputs(2))).toBeCloseTo(whole.train(inputs(2)), 6)
    const third = model(usedPieces)
    third.restart({ weights: second.weights(), weightDecay: config.weightDecay })
    third.restoreMoments(second.moments())
    expect(third.train(inputs(3))).toBeCloseTo(whole.train(inputs(3)), 6)
    for (const one of [whole, second, third]) one.dispose()
  })

  it('refuses a piece that it does not train, and moments of others', () => {
    const split = model(usedPieces)
    expect(() => split.train({ ...inputs(1), batch: unseen })).toThrow(/Word piece \d+ is not/)
    const fewer = model(usedPieces.slice(0, -1))
    expect(() => fewer.restoreMoments(split.moments())).toThrow('other word pieces')
    split.dispose()
    fewer.dispose()
  })
})

describe('the recorded model', () => {
  beforeAll(useTensorflow)
  const recorded = (precision: 'fp32' | 'bf16', dropout = 0) =>
    new RecordedModel(
      loadWeights(folder, head, seed),
      { ...bert, hiddenDropout: dropout, attentionDropout: dropout },
      { ...config, precision, dropout },
      head,
    )

  it('predicts what the eager one does, at sizes it was not recorded at', () => {
    const eager = new EagerModel(loadWeights(folder, head, seed), bert, config, head)
    const compiled = recorded('fp32')
    for (const step of golden.steps.slice(0, 4)) {
      const batch = batchOf(step)
      expect(difference(compiled.predict(batch), eager.predict(batch))).toBeLessThan(1e-5)
    }
    compiled.dispose()
    eager.dispose()
  })

  it('is close to fp32 in bf16, and not equal', () => {
    const exact = recorded('fp32')
    const rounded = recorded('bf16')
    const batch = batchOf(golden.steps[0]!)
    const gap = difference(exact.predict(batch), rounded.predict(batch))
    expect(gap).toBeGreaterThan(0)
    expect(gap / norm(exact.predict(batch))).toBeLessThan(0.05)
    exact.dispose()
    rounded.dispose()
  })

  it.each([
    ['recorded', () => recorded('fp32')],
    ['eager', () => new EagerModel(loadWeights(folder, head, seed), bert, config, head)],
  ] as const)('steps alike in micro-batches, %s', (_, make) => {
    const whole = make()
    const parts = make()
    for (const [index, expected] of golden.steps.slice(0, 5).entries()) {
      const inputs = { batch: batchOf(expected), step: index + 1, learningRate: 1e-3, seed }
      const loss = whole.train(inputs)
      expect(parts.train({ ...inputs, microBatches: 4 })).toBeCloseTo(loss, 5)
    }
    whole.dispose()
    parts.dispose()
  })

  it('draws dropout from seed and step alone', () => {
    const batch = batchOf(golden.steps[0]!)
    const at = (step: number, key: number): number => {
      const model = recorded('fp32', 0.1)
      const loss = model.train({ batch, step, learningRate: 0, seed: key })
      model.dispose()
      return loss
    }
    expect(at(3, 1)).toBe(at(3, 1))
    expect(new Set([at(3, 1), at(4, 1), at(3, 2)]).size).toBe(3)
  })

  it('gives its state back: another one with it goes on alike', () => {
    const inputs = (step: number) => ({
      batch: batchOf(golden.steps[step]!),
      step,
      learningRate: 1e-3,
      seed,
    })
    const first = recorded('fp32', 0.1)
    first.train(inputs(1))
    first.train(inputs(2))
    const second = new RecordedModel(
      first.weights(),
      { ...bert, hiddenDropout: 0.1, attentionDropout: 0.1 },
      { ...config, dropout: 0.1 },
      head,
    )
    second.restoreMoments(first.moments())
    expect(second.train(inputs(3))).toBeCloseTo(first.train(inputs(3)), 6)
    expect(second.train(inputs(4))).toBeCloseTo(first.train(inputs(4)), 6)
    first.dispose()
    second.dispose()
  })
})
