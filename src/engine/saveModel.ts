import fs from 'node:fs'
import path from 'node:path'
import { messageOf } from '../core/errors.ts'
import type { TaskHead } from '../core/experiment/schema.ts'
import type { ModelFolder } from '../core/model/folder.ts'
import { writeSafetensors } from '../core/model/safetensorsWriter.ts'
import { loadTokenizer } from '../core/tokenizer/loadTokenizer.ts'
import { tokenizerConfig, tokenizerJson } from '../core/tokenizer/tokenizerFiles.ts'
import type { AnyHead } from './heads/head.ts'
import { type HostTensor, toFileLayout } from './weights.ts'

export interface FineTunedModel {
  readonly folder: ModelFolder
  readonly taskHead: TaskHead
  readonly architecture: AnyHead['architecture']
  /** Label order; empty for regression and for answers. */
  readonly labels: readonly string[]
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
    writeTokenizer(model, temporary)
    fs.rmSync(dir, { recursive: true, force: true })
    fs.renameSync(temporary, dir)
  } catch (error) {
    fs.rmSync(temporary, { recursive: true, force: true })
    throw new Error(
      `The fine-tuned model could not be saved in ${dir} (${messageOf(error)}); mend that and resume the run.`,
    )
  }
}

const configOf = ({ folder, architecture, labels, taskHead }: FineTunedModel) => {
  const pretrained = JSON.parse(fs.readFileSync(folder.configFile, 'utf8')) as object
  const common = {
    ...pretrained,
    architectures: [architecture],
    torch_dtype: 'float32',
    // The architecture is that of one text and of two. `transformers` keeps keys it does not know.
    headway: { head: taskHead },
  }
  if (architecture === 'BertForQuestionAnswering') return common
  const regression = labels.length === 0
  const names = regression ? ['LABEL_0'] : labels
  return {
    ...common,
    id2label: Object.fromEntries(names.map((label, index) => [index, label])),
    label2id: Object.fromEntries(names.map((label, index) => [label, index])),
    ...(architecture === 'BertForSequenceClassification'
      ? { problem_type: regression ? 'regression' : 'single_label_classification' }
      : {}),
  }
}

/** The files beside vocab.txt are written anew: whoever loads the model must tokenize as it did. */
const writeTokenizer = ({ folder, maxLength }: FineTunedModel, to: string): void => {
  fs.copyFileSync(folder.vocabFile, path.join(to, 'vocab.txt'))
  const special = path.join(folder.dir, 'special_tokens_map.json')
  if (fs.existsSync(special)) fs.copyFileSync(special, path.join(to, 'special_tokens_map.json'))
  const tokenizer = loadTokenizer(folder.dir)
  writeJson(path.join(to, 'tokenizer.json'), tokenizerJson(tokenizer))
  writeJson(path.join(to, 'tokenizer_config.json'), tokenizerConfig(tokenizer, maxLength))
}

const writeJson = (file: string, value: unknown): void =>
  fs.writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
