import * as tf from '@tensorflow/tfjs-core'
import type { RunConfig } from '../core/experiment/config.ts'
import type { ModelFolder } from '../core/model/folder.ts'
import { AdamW, adamWConstants } from './adamW.ts'
import type { Checkpoint } from './checkpoint.ts'
import { Parameters } from './parameters.ts'
import { EagerStepRunner, type StepRunner } from './trainingStep.ts'
import { type HostTensor, loadWeights, toVariables } from './weights.ts'

/** A model in training: steps, predictions, and its numbers for a checkpoint. */
export interface FineTuning extends StepRunner {
  readonly parameterCount: number
  weights(): Map<string, HostTensor>
  moments(): Map<string, HostTensor>
}

/**
 * Pretrained weights with a fresh head, or those of a checkpoint, ready to train.
 *
 * @param classes outputs of the head; 1 for regression
 */
export const startFineTuning = (
  folder: ModelFolder,
  config: RunConfig,
  classes: number,
  checkpoint: Checkpoint | undefined,
): FineTuning => {
  const host = checkpoint?.weights ?? loadWeights(folder, classes, config.seed)
  const variables = toVariables(host)
  const optimizer = new AdamW(variables, {
    ...adamWConstants,
    weightDecay: config.weightDecay,
    maxGradientNorm: config.maxGradientNorm,
  })
  if (checkpoint) restoreMoments(optimizer, checkpoint)
  const parameters = new Parameters(variables)
  const bert = { ...folder.config, hiddenDropout: config.dropout, attentionDropout: config.dropout }
  const runner = new EagerStepRunner(parameters, bert, optimizer, config.dropout)
  return {
    parameterCount: parameters.count,
    train: (inputs) => runner.train(inputs),
    predict: (batch) => runner.predict(batch),
    dispose: () => runner.dispose(),
    weights: () => new Map([...variables].map(([name, tensor]) => [name, toHost(tensor)])),
    moments: () => momentsToHost(optimizer),
  }
}

const toHost = (tensor: tf.Tensor): HostTensor => ({
  shape: tensor.shape,
  // A copy: on WebAssembly this is a view of the heap.
  data: Float32Array.from(tensor.dataSync()),
})

const momentsToHost = (optimizer: AdamW): Map<string, HostTensor> => {
  const moments = new Map<string, HostTensor>()
  for (const [name, { first, second }] of optimizer.moments) {
    moments.set(`first/${name}`, toHost(first))
    moments.set(`second/${name}`, toHost(second))
  }
  return moments
}

const restoreMoments = (optimizer: AdamW, { moments }: Checkpoint): void => {
  for (const [name, { first, second }] of optimizer.moments) {
    assign(first, moments.get(`first/${name}`))
    assign(second, moments.get(`second/${name}`))
  }
}

const assign = (variable: tf.Variable, value: HostTensor | undefined): void => {
  if (!value) throw new Error(`The checkpoint has no moments for ${variable.name}.`)
  const tensor = tf.tensor(value.data, value.shape)
  variable.assign(tensor)
  tensor.dispose()
}
