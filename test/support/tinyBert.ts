import fs from 'node:fs'
import path from 'node:path'
import { writeSafetensors } from '../../src/core/model/safetensorsWriter.ts'
import { benchModelConfig, randomWeights } from '../../src/engine/bench/benchModels.ts'
import { toFileLayout } from '../../src/engine/weights.ts'

const words = Array.from({ length: 95 }, (_, i) => `w${i}`)
const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words]

/** Writes a BERT of 2 layers, 128 wide, with random weights, that knows the words of textTask.ts. */
export const writeTinyBert = (folder: string): void => {
  const config = { ...benchModelConfig('tiny'), vocabSize: vocabulary.length, maxPositions: 64 }
  fs.mkdirSync(folder, { recursive: true })
  const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text)
  write('vocab.txt', `${vocabulary.join('\n')}\n`)
  write(
    'config.json',
    JSON.stringify({
      model_type: 'bert',
      vocab_size: config.vocabSize,
      hidden_size: config.hiddenSize,
      num_hidden_layers: config.layers,
      num_attention_heads: config.heads,
      intermediate_size: config.intermediateSize,
      max_position_embeddings: config.maxPositions,
      type_vocab_size: config.typeVocabSize,
      layer_norm_eps: config.layerNormEps,
      hidden_act: config.hiddenAct,
      hidden_dropout_prob: config.hiddenDropout,
      attention_probs_dropout_prob: config.attentionDropout,
      initializer_range: config.initializerRange,
    }),
  )
  const weights = [...randomWeights(config, 2)].filter(([name]) => name.startsWith('bert.'))
  writeSafetensors(
    path.join(folder, 'model.safetensors'),
    new Map(weights.map(([name, tensor]) => [name, toFileLayout(name, tensor)])),
  )
}
