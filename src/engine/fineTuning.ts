import type { RunConfig } from '../core/experiment/config.ts'
import type { ModelFolder } from '../core/model/folder.ts'
import type { Checkpoint } from './checkpoint.ts'
import { EagerModel } from './eagerModel.ts'
import type { AnyHead } from './heads/head.ts'
import { RecordedModel } from './recordedModel.ts'
import type { TrainableModel } from './trainableModel.ts'
import { loadWeights } from './weights.ts'

/**
 * Pretrained weights with a fresh head, or those of a checkpoint, ready to train: compiled on
 * tensorflow, op by op on wasm.
 */
export const startFineTuning = (
  folder: ModelFolder,
  config: RunConfig,
  head: AnyHead,
  checkpoint: Checkpoint | undefined,
): TrainableModel => {
  const host = checkpoint?.weights ?? loadWeights(folder, head, config.seed)
  const bert = { ...folder.config, hiddenDropout: config.dropout, attentionDropout: config.dropout }
  const model =
    config.backend === 'tensorflow'
      ? new RecordedModel(host, bert, config, head)
      : new EagerModel(host, bert, config, head)
  if (checkpoint) model.restoreMoments(checkpoint.moments)
  return model
}
