import * as tf from '@tensorflow/tfjs-core'
import { checkModelFolder, type ModelFolder } from '../core/model/folder.ts'
import { loadTokenizer } from '../core/tokenizer/loadTokenizer.ts'
import { startBackend } from './backends/startBackend.ts'
import { bertEncoder } from './bert.ts'
import type { PredictorOptions } from './loadedModel.ts'
import { noDropout } from './ops/dropout.ts'
import { plainOps } from './ops/layerOps.ts'
import { Parameters } from './parameters.ts'
import type { TextInput } from './textPredictor.ts'
import { loadEncoderWeights, toVariables } from './weights.ts'

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
      const pair = textPair === undefined ? {} : { textPair }
      const { ids, typeIds } = tokenizer.encode(text, { maxLength, ...pair })
      return hiddenStates(parameters, folder, ids, typeIds)
    },
    dispose: () => parameters.dispose(),
  }
}

const hiddenStates = (
  parameters: Parameters,
  { config }: ModelFolder,
  ids: readonly number[],
  typeIds: readonly number[],
): number[][] => {
  const width = config.hiddenSize
  const hidden = tf.tidy(() => {
    const batch = {
      ids: tf.tensor2d([[...ids]], undefined, 'int32'),
      typeIds: tf.tensor2d([[...typeIds]], undefined, 'int32'),
      mask: tf.ones([1, ids.length]) as tf.Tensor2D,
    }
    return bertEncoder(parameters, config, batch, plainOps(noDropout)) // [seq, hidden]
  })
  const values = Float32Array.from(hidden.dataSync())
  hidden.dispose()
  return ids.map((_, token) => Array.from(values.subarray(token * width, (token + 1) * width)))
}
