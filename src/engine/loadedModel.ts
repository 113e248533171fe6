import * as tf from '@tensorflow/tfjs-core'
import type { RunConfig } from '../core/experiment/config.ts'
import { checkModelFolder, type ModelFolder } from '../core/model/folder.ts'
import type { BertTokenizer } from '../core/tokenizer/encode.ts'
import { loadTokenizer } from '../core/tokenizer/loadTokenizer.ts'
import { type BackendFiles, startBackend } from './backends/startBackend.ts'
import { toTokenBatch } from './batches.ts'
import type { FineTunedHead } from './fineTunedHead.ts'
import { headOf, readHeadOf } from './fineTunedHead.ts'
import { type AnyHead, bertLogits } from './heads/head.ts'
import { noDropout } from './ops/dropout.ts'
import { plainOps } from './ops/layerOps.ts'
import { Parameters } from './parameters.ts'
import { RecordedPrediction } from './recordedPrediction.ts'
import type { LogitsOf } from './tasks/task.ts'
import { type HostTensor, loadFineTunedWeights, toVariables } from './weights.ts'

export interface PredictorOptions {
  readonly backend: 'tensorflow' | 'wasm'
  readonly files: BackendFiles
  /** fp32 when left out: the same logits as in `transformers`. */
  readonly precision?: RunConfig['precision']
  /** Longest sequence, word pieces; else what the model was fine-tuned with. */
  readonly maxLength?: number
}

/** A fine-tuned model in memory, ready to predict: compiled on tensorflow, op by op on wasm. */
export interface LoadedModel extends LogitsOf {
  readonly head: FineTunedHead
  readonly tokenizer: BertTokenizer
  /** Longest sequence, word pieces. */
  readonly maxLength: number
  dispose(): void
}

/**
 * Loads a fine-tuned model from its Hugging Face folder.
 *
 * @throws InputError where the folder has no head
 */
export const loadFineTuned = async (
  modelFolder: string,
  options: PredictorOptions,
): Promise<LoadedModel> => {
  const folder = checkModelFolder(modelFolder)
  const head = readHeadOf(folder)
  await startBackend(options.backend, options.files)
  const tensors = headOf(head)
  const host = loadFineTunedWeights(folder, tensors)
  const model =
    options.backend === 'tensorflow'
      ? new RecordedPrediction(host, folder.config, tensors, options.precision ?? 'fp32')
      : eagerPrediction(host, folder, tensors)
  return {
    head,
    tokenizer: loadTokenizer(folder.dir),
    maxLength: Math.min(options.maxLength ?? head.maxLength, folder.config.maxPositions),
    predict: (batch) => model.predict(batch),
    dispose: () => model.dispose(),
  }
}

const eagerPrediction = (
  host: ReadonlyMap<string, HostTensor>,
  { config }: ModelFolder,
  head: AnyHead,
): LogitsOf & { dispose(): void } => {
  const parameters = new Parameters(toVariables(host))
  return {
    predict(batch) {
      const logits = tf.tidy(() =>
        bertLogits(head, parameters, config, toTokenBatch(batch), plainOps(noDropout)),
      )
      // A copy: on WebAssembly this is a view of the heap.
      const values = Float32Array.from(logits.dataSync())
      logits.dispose()
      return values
    },
    dispose: () => parameters.dispose(),
  }
}
