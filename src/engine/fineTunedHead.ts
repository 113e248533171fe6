import fs from 'node:fs'
import path from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { InputError } from '../core/errors.ts'
import type { ModelFolder } from '../core/model/folder.ts'

export interface FineTunedHead {
  /** Label order; empty for a score. */
  readonly labels: readonly string[]
  readonly regression: boolean
  readonly maxLength: number
}

const ConfigSchema = Type.Object({
  id2label: Type.Optional(Type.Record(Type.String(), Type.String())),
  problem_type: Type.Optional(Type.Union([Type.String(), Type.Null()])),
})

/** Some tokenizers say 1e30 for "no limit". */
const longest = 512

/**
 * What a folder's classifier gives, from `config.json` and the shape of its weights.
 *
 * @throws InputError where the folder has no classifier
 */
export const readHeadOf = (folder: ModelFolder): FineTunedHead => {
  const weight = folder.weights.tensors.get('classifier.weight')
  const outputs = weight?.shape[0]
  if (outputs === undefined || !folder.weights.tensors.has('classifier.bias')) {
    throw new InputError(
      `${folder.weightsFile} has no classifier: fine-tune it first, or choose a fine-tuned model.`,
    )
  }
  const config = readObject(folder.configFile)
  const known: Static<typeof ConfigSchema> = Value.Check(ConfigSchema, config) ? config : {}
  const regression = outputs === 1 || known.problem_type === 'regression'
  const labels = Array.from(
    { length: outputs },
    (_, index) => known.id2label?.[String(index)] ?? `LABEL_${index}`,
  )
  return { labels: regression ? [] : labels, regression, maxLength: maxLengthOf(folder) }
}

const maxLengthOf = (folder: ModelFolder): number => {
  const config = readObject(path.join(folder.dir, 'tokenizer_config.json'))
  const length = (config as { model_max_length?: unknown } | undefined)?.model_max_length
  return typeof length === 'number' && length >= 4 && length <= longest ? length : longest
}

const readObject = (file: string): unknown => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
