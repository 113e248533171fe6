import { InputError } from '../errors.ts'
import type { BertConfig } from './bertConfig.ts'
import type { SafetensorsFile } from './safetensors.ts'

type Shape = readonly number[]

/** BERT's parameters under Hugging Face's names (without `bert.`), with their shapes. */
export const bertWeightShapes = (config: BertConfig): Map<string, Shape> => {
  const hidden = config.hiddenSize
  const shapes = new Map<string, Shape>()
  const layerNorm = (name: string) => {
    shapes.set(`${name}.weight`, [hidden])
    shapes.set(`${name}.bias`, [hidden])
  }
  // As torch keeps them: [output, input].
  const linear = (name: string, output: number, input: number) => {
    shapes.set(`${name}.weight`, [output, input])
    shapes.set(`${name}.bias`, [output])
  }
  shapes.set('embeddings.word_embeddings.weight', [config.vocabSize, hidden])
  shapes.set('embeddings.position_embeddings.weight', [config.maxPositions, hidden])
  shapes.set('embeddings.token_type_embeddings.weight', [config.typeVocabSize, hidden])
  layerNorm('embeddings.LayerNorm')
  for (let layer = 0; layer < config.layers; layer++) {
    const name = `encoder.layer.${layer}`
    linear(`${name}.attention.self.query`, hidden, hidden)
    linear(`${name}.attention.self.key`, hidden, hidden)
    linear(`${name}.attention.self.value`, hidden, hidden)
    linear(`${name}.attention.output.dense`, hidden, hidden)
    layerNorm(`${name}.attention.output.LayerNorm`)
    linear(`${name}.intermediate.dense`, config.intermediateSize, hidden)
    linear(`${name}.output.dense`, hidden, config.intermediateSize)
    layerNorm(`${name}.output.LayerNorm`)
  }
  for (const [name, shape] of poolerShapes(config)) shapes.set(name, shape)
  return shapes
}

const poolerShapes = ({ hiddenSize }: BertConfig): [string, Shape][] => [
  ['pooler.dense.weight', [hiddenSize, hiddenSize]],
  ['pooler.dense.bias', [hiddenSize]],
]

/** Without the prefix of models with a head, and with today's names for the oldest checkpoints'. */
export const canonicalWeightName = (name: string): string =>
  name
    .replace(/^bert\./, '')
    .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
    .replace(/LayerNorm\.beta$/, 'LayerNorm.bias')

const floatTypes = new Set(['F32', 'F16', 'BF16', 'F64'])

/**
 * Which tensor of a file is which of BERT's parameters: canonical name → name in the file. The
 * pooler may be absent (models without one): then its two names are not in the map.
 * @throws InputError where a parameter is missing, or of another shape or type
 */
export const matchBertWeights = (
  weights: SafetensorsFile,
  config: BertConfig,
): Map<string, string> => {
  const inFile = new Map<string, string>()
  for (const name of weights.tensors.keys()) {
    const canonical = canonicalWeightName(name)
    const other = inFile.get(canonical)
    if (other !== undefined) {
      throw new InputError(`${weights.file} has "${canonical}" twice: as "${other}" and "${name}".`)
    }
    inFile.set(canonical, name)
  }
  const matched = new Map<string, string>()
  for (const [canonical, shape] of bertWeightShapes(config)) {
    const name = inFile.get(canonical)
    if (name !== undefined) {
      checkTensor(weights, name, shape)
      matched.set(canonical, name)
    } else if (!canonical.startsWith('pooler.')) {
      throw new InputError(
        `${weights.file} lacks "${canonical}", which config.json asks for: these are not this BERT's weights.`,
      )
    }
  }
  return matched
}

const checkTensor = (weights: SafetensorsFile, name: string, shape: Shape): void => {
  const entry = weights.tensors.get(name)
  if (!entry) return
  if (entry.shape.length !== shape.length || entry.shape.some((size, i) => size !== shape[i])) {
    throw new InputError(
      `${weights.file}: "${name}" has the shape [${entry.shape.join(', ')}], config.json asks for [${shape.join(', ')}].`,
    )
  }
  if (!floatTypes.has(entry.dtype)) {
    throw new InputError(
      `${weights.file}: "${name}" is of type ${entry.dtype}; weights are F32, F16, BF16 or F64.`,
    )
  }
}
