import * as tf from '@tensorflow/tfjs-core'
import { checkModelFolder } from '../core/model/folder.ts'
import { mostTracedPieces, type Trace } from '../core/protocol/trace.ts'
import { loadTokenizer } from '../core/tokenizer/loadTokenizer.ts'
import { startBackend } from './backends/startBackend.ts'
import { headOf, readHeadOf } from './fineTunedHead.ts'
import { bertLogits } from './heads/head.ts'
import type { PredictorOptions } from './loadedModel.ts'
import { noDropout } from './ops/dropout.ts'
import { plainOps } from './ops/layerOps.ts'
import { Parameters } from './parameters.ts'
import { type TracedTexts, traceReader } from './traceReaders.ts'
import { loadFineTunedWeights, toVariables } from './weights.ts'

/** Shows the way of a text through a fine-tuned model, op by op: a picture needs no compiled graph. */
export interface Tracer {
  /** @param texts of a qa model question and context */
  trace(texts: TracedTexts): Trace
  dispose(): void
}

/** @throws InputError where the folder has no head */
export const loadTracer = async (
  modelFolder: string,
  { backend, files }: Pick<PredictorOptions, 'backend' | 'files'>,
): Promise<Tracer> => {
  const folder = checkModelFolder(modelFolder)
  const head = readHeadOf(folder)
  await startBackend(backend, files)
  const maxLength = Math.min(head.maxLength, mostTracedPieces)
  // Before the weights, which nobody would let go where the vocabulary is broken.
  const read = traceReader(head, loadTokenizer(folder.dir), maxLength)
  const tensors = headOf(head)
  const parameters = new Parameters(toVariables(loadFineTunedWeights(folder, tensors)))
  const { config } = folder
  return {
    trace(texts) {
      const { pieces, cut, outputOf } = read(texts)
      const length = pieces.length
      const attention = new Uint8Array(config.layers * config.heads * length ** 2)
      const logits = tf.tidy(() => {
        const row = (values: number[]) => tf.tensor2d([values], undefined, 'int32')
        const batch = {
          ids: row(pieces.map(({ id }) => id)),
          typeIds: row(pieces.map(({ segment }) => segment)),
          mask: tf.ones([1, length]) as tf.Tensor2D,
        }
        return bertLogits(
          tensors,
          parameters,
          config,
          batch,
          plainOps(noDropout),
          (layer, shares) => {
            const bytes = Uint8Array.from(shares.dataSync(), (share) => Math.round(255 * share))
            attention.set(bytes, layer * bytes.length)
          },
        )
      })
      // A copy: on WebAssembly this is a view of the heap.
      const values = Float32Array.from(logits.dataSync())
      logits.dispose()
      return {
        pieces,
        cut,
        layers: config.layers,
        heads: config.heads,
        attention: Buffer.from(attention).toString('base64'),
        output: outputOf(values),
      }
    },
    dispose: () => parameters.dispose(),
  }
}
