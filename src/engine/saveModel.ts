import fs from 'node:fs'
import path from 'node:path'
import { messageOf } from '../core/errors.ts'
import type { ModelFolder } from '../core/model/folder.ts'
import { writeSafetensors } from '../core/model/safetensorsWriter.ts'
import { type HostTensor, toFileLayout } from './weights.ts'

export interface FineTunedModel {
  readonly folder: ModelFolder
  readonly architecture: 'BertForSequenceClassification'
  /** Label order; one empty list for regression. */
  readonly labels: readonly string[]
  readonly regression: boolean
  readonly maxLength: number
}

/**
 * Saves in Hugging Face's layout, so that `transformers` loads it and gives the same outputs. Written
 * beside and renamed into place: the folder is there whole or not at all.
 */
export const saveModel = (
  dir: string,
  model: FineTunedModel,
  weights: ReadonlyMap<string, HostTensor>,
): void => {
  const temporary = `${dir}.${process.pid}.tmp`
  fs.rmSync(temporary, { recursive: true, force: true })
  fs.mkdirSync(temporary, { recursive: true })
  try {
    const inFile = new Map([...weights].map(([name, tensor]) => [name, toFileLayout(name, tensor)]))
    writeSafetensors(path.join(temporary, 'model.safetensors'), inFile, { format: 'pt' })
    writeJson(path.join(temporary, 'config.json'), configOf(model))
    copyTokenizer(model, temporary)
    fs.rmSync(dir, { recursive: true, force: true })
    fs.renameSync(temporary, dir)
  } catch (error) {
    fs.rmSync(temporary, { recursive: true, force: true })
    throw new Error(
      `The fine-tuned model could not be saved in ${dir} (${messageOf(error)}); mend that and resume the run.`,
    )
  }
}

const configOf = ({ folder, architecture, labels, regression }: FineTunedModel) => {
  const pretrained = JSON.parse(fs.readFileSync(folder.configFile, 'utf8')) as object
  const names = regression ? ['LABEL_0'] : labels
  return {
    ...pretrained,
    architectures: [architecture],
    id2label: Object.fromEntries(names.map((label, index) => [index, label])),
    label2id: Object.fromEntries(names.map((label, index) => [label, index])),
    problem_type: regression ? 'regression' : 'single_label_classification',
    torch_dtype: 'float32',
  }
}

const copyTokenizer = ({ folder, maxLength }: FineTunedModel, to: string): void => {
  fs.copyFileSync(folder.vocabFile, path.join(to, 'vocab.txt'))
  const special = path.join(folder.dir, 'special_tokens_map.json')
  if (fs.existsSync(special)) fs.copyFileSync(special, path.join(to, 'special_tokens_map.json'))
  // The starter's tokenizer.json pads and truncates to 128 by itself; that is the caller's to say.
  patchJson(folder.dir, to, 'tokenizer.json', { padding: null, truncation: null })
  patchJson(folder.dir, to, 'tokenizer_config.json', {
    tokenizer_class: 'BertTokenizer',
    model_max_length: maxLength,
  })
}

const patchJson = (from: string, to: string, name: string, patch: object): void => {
  const file = path.join(from, name)
  if (!fs.existsSync(file)) return
  writeJson(path.join(to, name), { ...JSON.parse(fs.readFileSync(file, 'utf8')), ...patch })
}

const writeJson = (file: string, value: unknown): void =>
  fs.writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
