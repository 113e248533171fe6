import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { InputError } from '../errors.ts'

export type HiddenActivation = 'gelu' | 'gelu_new' | 'relu'

/** The sizes of a BERT, from its `config.json`; names as in the original, in camelCase. */
export interface BertConfig {
  readonly vocabSize: number
  readonly hiddenSize: number
  readonly layers: number
  readonly heads: number
  readonly intermediateSize: number
  readonly maxPositions: number
  readonly typeVocabSize: number
  readonly layerNormEps: number
  readonly hiddenAct: HiddenActivation
  readonly hiddenDropout: number
  readonly attentionDropout: number
  readonly initializerRange: number
}

// Far above any BERT; keeps products of sizes exact and what they allocate within reason.
const size = (maximum: number) => Type.Integer({ minimum: 1, maximum })
const share = Type.Optional(Type.Number({ minimum: 0, exclusiveMaximum: 1 }))

/** Keys of Hugging Face's `BertConfig`; left-out ones have its defaults. */
const FileSchema = Type.Object({
  model_type: Type.Literal('bert'),
  vocab_size: size(5_000_000),
  hidden_size: size(65_536),
  num_hidden_layers: size(1000),
  num_attention_heads: size(1024),
  intermediate_size: size(1_000_000),
  max_position_embeddings: size(1_000_000),
  type_vocab_size: Type.Optional(size(1000)),
  layer_norm_eps: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
  hidden_act: Type.Optional(Type.String()),
  hidden_dropout_prob: share,
  attention_probs_dropout_prob: share,
  initializer_range: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
  position_embedding_type: Type.Optional(Type.String()),
  is_decoder: Type.Optional(Type.Boolean()),
})

const activations: Readonly<Record<string, HiddenActivation>> = {
  gelu: 'gelu',
  gelu_new: 'gelu_new',
  gelu_pytorch_tanh: 'gelu_new',
  relu: 'relu',
}

/**
 * Reads what `config.json` says.
 * @param json its parsed content
 * @param file its path, for messages
 * @throws InputError where it is not the configuration of a BERT that Headway can train
 */
export const parseBertConfig = (json: unknown, file: string): BertConfig => {
  const type = modelTypeOf(json)
  if (type !== 'bert') {
    const what = type === undefined ? 'names no "model_type"' : `is of a "${type}" model`
    throw new InputError(`${file} ${what}; Headway fine-tunes BERT (model_type "bert").`)
  }
  if (!Value.Check(FileSchema, json)) {
    const first = Value.Errors(FileSchema, json)[0]
    const where = first?.instancePath.slice(1) ?? ''
    throw new InputError(
      `${file} is not a valid BERT configuration: ${where === '' ? '' : `"${where}" `}${first?.message ?? 'unexpected content'}.`,
    )
  }
  return checkSizes(json, file)
}

const modelTypeOf = (json: unknown): string | undefined => {
  if (typeof json !== 'object' || json === null || !('model_type' in json)) return undefined
  return String(json.model_type).slice(0, 60)
}

const checkSizes = (json: Static<typeof FileSchema>, file: string): BertConfig => {
  if (json.hidden_size % json.num_attention_heads !== 0) {
    throw new InputError(
      `${file}: hidden_size ${json.hidden_size} is not divisible by num_attention_heads ${json.num_attention_heads}.`,
    )
  }
  if ((json.position_embedding_type ?? 'absolute') !== 'absolute') {
    throw new InputError(
      `${file}: position_embedding_type "${json.position_embedding_type}" is not supported; choose a BERT with absolute positions.`,
    )
  }
  if (json.is_decoder === true) {
    throw new InputError(`${file}: the model is a decoder (is_decoder); choose an encoder BERT.`)
  }
  const hiddenAct = activations[json.hidden_act ?? 'gelu']
  if (hiddenAct === undefined) {
    throw new InputError(
      `${file}: hidden_act "${json.hidden_act}" is not supported (${Object.keys(activations).join(', ')} are).`,
    )
  }
  return {
    vocabSize: json.vocab_size,
    hiddenSize: json.hidden_size,
    layers: json.num_hidden_layers,
    heads: json.num_attention_heads,
    intermediateSize: json.intermediate_size,
    maxPositions: json.max_position_embeddings,
    typeVocabSize: json.type_vocab_size ?? 2,
    layerNormEps: json.layer_norm_eps ?? 1e-12,
    hiddenAct,
    hiddenDropout: json.hidden_dropout_prob ?? 0.1,
    attentionDropout: json.attention_probs_dropout_prob ?? 0.1,
    initializerRange: json.initializer_range ?? 0.02,
  }
}
