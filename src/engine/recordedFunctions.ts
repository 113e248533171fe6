import * as tf from '@tensorflow/tfjs-core'
import type { RunConfig } from '../core/experiment/config.ts'
import type { BertConfig } from '../core/model/bertConfig.ts'
import { type AnyHead, bertLogits } from './heads/head.ts'
import { dropoutFrom, noDropout } from './ops/dropout.ts'
import { fusedOps, hasFusedKernels } from './ops/fusedOps.ts'
import { plainOps } from './ops/layerOps.ts'
import { Parameters, SplitParameters } from './parameters.ts'
import type { SizedRecording } from './recorder/emit.ts'
import { record } from './recorder/recording.ts'
import type { HostTensor } from './weights.ts'

type InputShapes = Readonly<Record<string, readonly ['int32' | 'float32', readonly number[]]>>

/** What a prediction is fed with; −1 stands for batch size and length. */
export const predictionInputs: InputShapes = {
  ids: ['int32', [-1, -1]],
  typeIds: ['int32', [-1, -1]],
  mask: ['float32', [-1, -1]],
}

/** Of a word table in two parts (usedRows.ts); `usedRow` is −1 where a piece has no used row. */
export const splitTableInputs: InputShapes = {
  usedRow: ['int32', [-1, -1]],
  factor: ['float32', []],
}

/** The weight with the rows of the word table that training does not use. */
export const idleTable = 'idle rows'

/** What a step is fed with. */
export const stepInputs = (head: AnyHead): InputShapes => ({
  ...predictionInputs,
  targets: ['float32', head.targetShape(-1, -1)],
  weights: ['float32', head.weightShape(-1, -1)],
  count: ['float32', []],
  key: ['int32', [2]],
})

export interface RecordedSetting {
  readonly bert: BertConfig
  readonly head: AnyHead
  readonly dropout: number
  /** Of products. */
  readonly precision: RunConfig['precision']
}

/** Distinct primes, so that what depends on a size shows which (recorder/sizes.ts). */
const recordedSizes = [
  { batch: 2, length: 3 },
  { batch: 5, length: 7 },
  { batch: 11, length: 13 },
] as const

/** Inputs: ids, typeIds, mask, and `weight:…` for each weight. Output: `logits`. */
export const recordPrediction = (
  host: ReadonlyMap<string, HostTensor>,
  setting: RecordedSetting,
): SizedRecording[] => recordAtSizes(host, setting, prediction, predictionInputs)

/**
 * Likewise where of the word table `host` has the used rows only.
 *
 * Inputs besides: `splitTableInputs`, and `weight:` of `idleTable`.
 */
export const recordSplitPrediction = (
  host: ReadonlyMap<string, HostTensor>,
  table: HostTensor,
  setting: RecordedSetting,
): SizedRecording[] =>
  recordAtSizes(new Map(host).set(idleTable, table), setting, splitPrediction, {
    ...predictionInputs,
    ...splitTableInputs,
  })

/** Inputs: all of `stepInputs`, and the weights. Outputs: `loss`, `gradient:…` for each weight. */
export const recordGradients = (
  host: ReadonlyMap<string, HostTensor>,
  setting: RecordedSetting,
): SizedRecording[] => recordAtSizes(host, setting, gradients, stepInputs(setting.head))

type Inputs = ReadonlyMap<string, tf.Tensor>
type Recorded = (
  tensors: ReadonlyMap<string, tf.Tensor>,
  inputs: Inputs,
  setting: RecordedSetting,
) => Map<string, tf.Tensor>

const prediction: Recorded = (tensors, inputs, setting) =>
  predictWith(new Parameters(tensors), inputs, setting)

const splitPrediction: Recorded = (tensors, inputs, setting) => {
  const idle = {
    table: tensors.get(idleTable)!,
    factor: inputs.get('factor')!,
    usedRow: inputs.get('usedRow') as tf.Tensor2D,
  }
  return predictWith(new SplitParameters(tensors, idle), inputs, setting)
}

const predictWith = (
  weights: Parameters,
  inputs: Inputs,
  { bert, head, precision }: RecordedSetting,
) => {
  // In float32 the library fuses better, on x64 (fuseWherePossible).
  const fused = (precision === 'bf16' || process.arch !== 'x64') && hasFusedKernels()
  const ops = fused ? fusedOps(noDropout) : plainOps(noDropout)
  return new Map([['logits', bertLogits(head, weights, bert, tokenBatch(inputs), ops)]])
}

const gradients: Recorded = (tensors, inputs, { bert, head, dropout }) => {
  const weights = new Parameters(tensors)
  const drop = dropout === 0 ? noDropout : dropoutFrom(inputs.get('key') as tf.Tensor1D)
  const ops = hasFusedKernels() ? fusedOps(drop) : plainOps(drop)
  const { value, grads } = tf
    .engine()
    .gradients(
      () =>
        head.loss(
          bertLogits(head, weights, bert, tokenBatch(inputs), ops),
          inputs.get('targets')!,
          inputs.get('weights')!,
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

/** The values do not matter, only what is done with them: weights of the right shapes will do. */
const recordAtSizes = (
  host: ReadonlyMap<string, HostTensor>,
  setting: RecordedSetting,
  run: Recorded,
  inputShapes: InputShapes,
): SizedRecording[] => {
  const engine = tf.engine()
  engine.startScope()
  try {
    const weights = new Map(
      [...host].map(([name, { shape, data }]) => [name, tf.tensor(data, shape, 'float32')]),
    )
    return recordedSizes.map((sizes) => {
      const inputs = exampleInputs(inputShapes, sizes.batch, sizes.length)
      const named = new Map<string, tf.Tensor>(inputs)
      for (const [name, tensor] of weights) named.set(`weight:${name}`, tensor)
      const recording = record(named, () => run(weights, inputs, setting))
      return { sizes, recording }
    })
  } finally {
    engine.endScope()
  }
}

const tokenBatch = (inputs: Inputs) => ({
  ids: inputs.get('ids') as tf.Tensor2D,
  typeIds: inputs.get('typeIds') as tf.Tensor2D,
  mask: inputs.get('mask') as tf.Tensor2D,
})

const exampleInputs = (
  shapes: InputShapes,
  batch: number,
  length: number,
): Map<string, tf.Tensor> => {
  const sized = (shape: readonly number[]): number[] => {
    const varying = [batch, length]
    return shape.map((size) => (size === -1 ? varying.shift()! : size))
  }
  return new Map(
    Object.entries(shapes).map(([name, [dtype, shape]]) => [
      name,
      dtype === 'int32' ? tf.zeros(sized(shape), dtype) : tf.ones(sized(shape), dtype),
    ]),
  )
}
