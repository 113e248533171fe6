import * as tf from '@tensorflow/tfjs-core'
import { checkModelFolder, type ModelFolder } from '../core/model/folder.ts'
import { loadTokenizer } from '../core/tokenizer/loadTokenizer.ts'
import { type BackendFiles, startBackend } from './backends/startBackend.ts'
import { type EncodedExample, type HostBatch, makeBatch, toTokenBatch } from './batches.ts'
import { bertEncoder } from './bert.ts'
import { predictAll, softmax } from './evaluate.ts'
import { readHeadOf } from './fineTunedHead.ts'
import { sentenceLogits } from './heads/sentence.ts'
import { noDropout } from './ops/dropout.ts'
import { Parameters } from './parameters.ts'
import { loadEncoderWeights, loadFineTunedWeights, toVariables } from './weights.ts'

export interface PredictorOptions {
  readonly backend: 'tensorflow' | 'wasm'
  readonly files: BackendFiles
  /** Longest sequence, word pieces; else what the model was fine-tuned with. */
  readonly maxLength?: number
}

export interface TextInput {
  readonly text: string
  readonly textPair?: string
}

/** A fine-tuned sentence or pair model, in memory. */
export interface Predictor {
  /** Label order; empty for a score. */
  readonly labels: readonly string[]
  /** @returns for each text its probabilities by class, or its one score */
  predict(inputs: readonly TextInput[]): number[][]
  dispose(): void
}

/**
 * Loads a fine-tuned model from its Hugging Face folder.
 *
 * @throws InputError where the folder has no classifier
 */
export const loadPredictor = async (
  modelFolder: string,
  options: PredictorOptions,
): Promise<Predictor> => {
  const folder = checkModelFolder(modelFolder)
  const head = readHeadOf(folder)
  await startBackend(options.backend, options.files)
  const tokenizer = loadTokenizer(folder.dir)
  const maxLength = Math.min(options.maxLength ?? head.maxLength, folder.config.maxPositions)
  const parameters = new Parameters(toVariables(loadFineTunedWeights(folder)))
  const classes = head.regression ? 1 : head.labels.length
  const model = {
    predict: (batch: HostBatch): Float32Array => {
      const logits = tf.tidy(() =>
        sentenceLogits(parameters, folder.config, toTokenBatch(batch), noDropout),
      )
      const values = Float32Array.from(logits.dataSync())
      logits.dispose()
      return values
    },
  }
  const encode = ({ text, textPair }: TextInput): EncodedExample => ({
    ...tokenizer.encode(text, { maxLength, ...(textPair === undefined ? {} : { textPair }) }),
    target: 0,
  })
  return {
    labels: head.labels,
    predict: (inputs) => {
      const logits = predictAll(model, inputs.map(encode), maxLength, classes)
      return head.regression ? logits : logits.map(softmax)
    },
    dispose: () => parameters.dispose(),
  }
}

/** The last layer's hidden states of a text. */
export interface Embedder {
  /** @returns [tokens][hidden size], [CLS] and [SEP] included */
  embed(input: TextInput): number[][]
  dispose(): void
}

/** Loads an encoder without any head, pretrained or fine-tuned. */
export const loadEmbedder = async (
  modelFolder: string,
  options: PredictorOptions,
): Promise<Embedder> => {
  const folder = checkModelFolder(modelFolder)
  await startBackend(options.backend, options.files)
  const tokenizer = loadTokenizer(folder.dir)
  const maxLength = options.maxLength ?? folder.config.maxPositions
  const parameters = new Parameters(toVariables(loadEncoderWeights(folder)))
  return {
    embed: ({ text, textPair }) => {
      const encoding = tokenizer.encode(text, {
        maxLength,
        ...(textPair === undefined ? {} : { textPair }),
      })
      return hiddenStates(parameters, folder, { ...encoding, target: 0 })
    },
    dispose: () => parameters.dispose(),
  }
}

const hiddenStates = (
  parameters: Parameters,
  folder: ModelFolder,
  example: EncodedExample,
): number[][] => {
  const batch = makeBatch([example], 1, folder.config.maxPositions, 1)
  const width = folder.config.hiddenSize
  const hidden = tf.tidy(() =>
    bertEncoder(parameters, folder.config, toTokenBatch(batch), noDropout),
  )
  const values = Float32Array.from(hidden.dataSync())
  hidden.dispose()
  return example.ids.map((_, token) =>
    Array.from(values.subarray(token * width, (token + 1) * width)),
  )
}
