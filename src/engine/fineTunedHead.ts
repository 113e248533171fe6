import fs from 'node:fs'
import path from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { InputError } from '../core/errors.ts'
import type { ModelFolder } from '../core/model/folder.ts'
import type { AnyHead } from './heads/head.ts'
import { qaHead } from './heads/qa.ts'
import { sentenceHead } from './heads/sentence.ts'
import { tokenHead } from './heads/token.ts'

export interface FineTunedHead {
  readonly kind: 'sentence' | 'token' | 'qa'
  /** Label order; empty for a score and for answers. */
  readonly labels: readonly string[]
  readonly regression: boolean
  /** Of a sentence model: whether it reads two texts; undefined where its folder does not say. */
  readonly pair?: boolean | undefined
  readonly maxLength: number
}

/** The head's tensors. */
export const headOf = ({ kind, labels, regression }: FineTunedHead): AnyHead => {
  switch (kind) {
    case 'sentence':
      return sentenceHead(regression ? 1 : labels.length)
    case 'token':
      return tokenHead(labels.length)
    case 'qa':
      return qaHead
    default:
      return kind satisfies never
  }
}

const ConfigSchema = Type.Object({
  architectures: Type.Optional(Type.Array(Type.String())),
  id2label: Type.Optional(Type.Record(Type.String(), Type.String())),
  problem_type: Type.Optional(Type.Union([Type.String(), Type.Null()])),
})

/** What Headway adds to `config.json`. */
const OwnSchema = Type.Object({ headway: Type.Object({ head: Type.String() }) })

const pairOf = (config: unknown): boolean | undefined => {
  const head = Value.Check(OwnSchema, config) ? config.headway.head : undefined
  return head === 'pair' || head === 'sentence' ? head === 'pair' : undefined
}

/** Of a folder that says nothing, or 1e30 for "no limit": what BERT was made for. */
const usualLength = 512

/**
 * What a folder's head gives, from `config.json` and the shapes of its weights.
 *
 * @throws InputError where the folder has no head
 */
export const readHeadOf = (folder: ModelFolder): FineTunedHead => {
  const { tensors } = folder.weights
  const maxLength = maxLengthOf(folder)
  if (tensors.has('qa_outputs.weight') && tensors.has('qa_outputs.bias')) {
    return { kind: 'qa', labels: [], regression: false, maxLength }
  }
  const outputs = tensors.get('classifier.weight')?.shape[0]
  if (outputs === undefined || !tensors.has('classifier.bias')) {
    throw new InputError(
      `${folder.weightsFile} has no head: fine-tune it first, or choose a fine-tuned model.`,
    )
  }
  const config = readObject(folder.configFile)
  const known: Static<typeof ConfigSchema> = Value.Check(ConfigSchema, config) ? config : {}
  const labels = Array.from(
    { length: outputs },
    (_, index) => known.id2label?.[String(index)] ?? `LABEL_${index}`,
  )
  if (known.architectures?.includes('BertForTokenClassification')) {
    return { kind: 'token', labels, regression: false, maxLength }
  }
  const regression = outputs === 1 || known.problem_type === 'regression'
  const pair = pairOf(config)
  return { kind: 'sentence', labels: regression ? [] : labels, regression, pair, maxLength }
}

const maxLengthOf = (folder: ModelFolder): number => {
  const config = readObject(path.join(folder.dir, 'tokenizer_config.json'))
  const length = (config as { model_max_length?: unknown } | undefined)?.model_max_length
  const { maxPositions } = folder.config
  const isSaid = typeof length === 'number' && length >= 4 && length <= maxPositions
  return isSaid ? length : Math.min(usualLength, maxPositions)
}

const readObject = (file: string): unknown => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
