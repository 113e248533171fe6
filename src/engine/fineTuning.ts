import type { RunConfig } from '../core/experiment/config.ts'
import type { ModelFolder } from '../core/model/folder.ts'
import type { Checkpoint } from './checkpoint.ts'
import { EagerModel } from './eagerModel.ts'
import { RecordedModel } from './recordedModel.ts'
import type { TrainableModel } from './trainableModel.ts'
import { loadWeights } from './weights.ts'

/**
 * Pretrained weights with a fresh head, or those of a checkpoint, ready to train: compiled on
 * tensorflow, op by op on wasm.
 *
 * @param classes outputs of the head; 1 for regression
 */
export const startFineTuning = (
  folder: ModelFolder,
  config: RunConfig,
  classes: number,
  checkpoint: Checkpoint | undefined,
): TrainableModel => {
  const host = checkpoint?.weights ?? loadWeights(folder, classes, config.seed)
  const bert = { ...folder.config, hiddenDropout: config.dropout, attentionDropout: config.dropout }
  const model =
    config.backend === 'tensorflow'
      ? new RecordedModel(host, bert, config, classes)
      : new EagerModel(host, bert, config)
  if (checkpoint) model.restoreMoments(checkpoint.moments)
  return model
}
