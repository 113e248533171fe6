import { canonicalJson } from '../core/experiment/canonicalJson.ts'
import type { RunConfig } from '../core/experiment/config.ts'
import type { BertConfig } from '../core/model/bertConfig.ts'
import type { ModelFolder } from '../core/model/folder.ts'
import type { Checkpoint } from './checkpoint.ts'
import { EagerModel } from './eagerModel.ts'
import type { EngineCache } from './engineCache.ts'
import type { AnyHead } from './heads/head.ts'
import { RecordedModel } from './recordedModel.ts'
import type { Task } from './tasks/task.ts'
import type { TrainableModel } from './trainableModel.ts'
import { type HostTensor, loadEncoderWeights, loadWeights } from './weights.ts'

/**
 * Pretrained weights with a fresh head, or those of a checkpoint, ready to train: compiled on
 * tensorflow (once for all runs with the same graph), op by op on wasm. The cache owns the model.
 */
export const startFineTuning = (
  folder: ModelFolder,
  config: RunConfig,
  { head, train }: Pick<Task, 'head' | 'train'>,
  checkpoint: Checkpoint | undefined,
  cache: EngineCache,
): TrainableModel => {
  const encoder = () => cache.encoderWeights(folder, () => loadEncoderWeights(folder))
  const weights = checkpoint?.weights ?? loadWeights(folder, head, config.seed, encoder())
  const bert = { ...folder.config, hiddenDropout: config.dropout, attentionDropout: config.dropout }
  const model =
    config.backend === 'tensorflow'
      ? cache.recorded(
          graphKey(weights, bert, config, head, train.pieces),
          { weights, weightDecay: config.weightDecay },
          () => new RecordedModel(weights, bert, config, head, train.pieces),
        )
      : cache.fresh(() => new EagerModel(weights, bert, config, head))
  if (checkpoint) model.restoreMoments(checkpoint.moments)
  return model
}

/** All that is written into a graph; batch, lengths, learning rate, step and seed are its inputs. */
const graphKey = (
  weights: ReadonlyMap<string, HostTensor>,
  bert: BertConfig,
  { precision, dropout, weightDecay, maxGradientNorm }: RunConfig,
  { prefix, outputs, pooled }: AnyHead,
  pieces: Int32Array,
): string =>
  canonicalJson({
    bert,
    pieces: [...pieces],
    weights: [...weights].map(([name, { shape }]) => [name, shape]),
    head: { prefix, outputs, pooled },
    precision,
    dropout,
    decays: weightDecay > 0,
    maxGradientNorm,
  })
