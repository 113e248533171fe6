import fs from 'node:fs'
import path from 'node:path'
import { InputError, messageOf } from '../errors.ts'
import { type BertConfig, parseBertConfig } from './bertConfig.ts'
import { matchBertWeights } from './bertWeights.ts'
import { openSafetensors, pickleAdvice, type SafetensorsFile } from './safetensors.ts'

/** A checked folder in Hugging Face's layout. */
export interface ModelFolder {
  readonly dir: string
  readonly config: BertConfig
  readonly configFile: string
  readonly vocabFile: string
  readonly weightsFile: string
  readonly weights: SafetensorsFile
  /** Canonical parameter name → name in the weights file; see `matchBertWeights`. */
  readonly names: ReadonlyMap<string, string>
}

const largestText = 64 << 20

/**
 * Checks that a folder holds a BERT whose configuration, vocabulary and weights belong together,
 * from headers alone: no weight is read.
 * @throws InputError one sentence, with the file
 */
export const checkModelFolder = (dir: string): ModelFolder => {
  if (!fs.existsSync(dir)) throw new InputError(`The model folder ${dir} does not exist.`)
  if (!fs.statSync(dir).isDirectory()) {
    throw new InputError(
      `${dir} is not a folder: a model is a folder with config.json, vocab.txt and model.safetensors.`,
    )
  }
  const configFile = path.join(dir, 'config.json')
  const config = readBertConfig(configFile)
  const vocabFile = path.join(dir, 'vocab.txt')
  const weightsFile = findWeights(dir)
  checkVocabulary(vocabFile, config)
  for (const name of tokenizerFiles) checkJsonObject(path.join(dir, name))
  const weights = openSafetensors(weightsFile)
  const names = matchBertWeights(weights, config)
  return { dir, config, configFile, vocabFile, weightsFile, weights, names }
}

/** @throws InputError */
export const readBertConfig = (configFile: string): BertConfig =>
  parseBertConfig(parseJson(readText(configFile), configFile), configFile)

const parseJson = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    const why = messageOf(error).replace(/\s+/g, ' ')
    throw new InputError(`${file} is not valid JSON: ${why}.`)
  }
}

const readText = (file: string): string => {
  try {
    const stat = fs.statSync(file)
    if (!stat.isFile()) throw new Error('it is not a file')
    if (stat.size > largestText) throw new Error('it is larger than 64 MB')
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const why = missing ? 'is missing from the model folder' : `cannot be read: ${messageOf(error)}`
    throw new InputError(`${file} ${why}.`)
  }
}

const findWeights = (dir: string): string => {
  const file = path.join(dir, 'model.safetensors')
  if (fs.existsSync(file)) return file
  const names = fs.readdirSync(dir)
  const pickle = names.find((name) => /^pytorch_model.*\.(bin|pt|pth)$/.test(name))
  if (pickle !== undefined) {
    throw new InputError(
      `${path.join(dir, pickle)} is a pickle and there is no model.safetensors beside it; ${pickleAdvice}`,
    )
  }
  if (names.includes('model.safetensors.index.json')) {
    throw new InputError(
      `${dir} has its weights in several files (model.safetensors.index.json); save it as one model.safetensors.`,
    )
  }
  throw new InputError(`${file} is missing from the model folder.`)
}

const tokenizerFiles = ['tokenizer.json', 'tokenizer_config.json']

/** They are copied into the fine-tuned model: damage is said before the training, not after it. */
const checkJsonObject = (file: string): void => {
  if (!fs.existsSync(file)) return
  const json = parseJson(readText(file), file)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new InputError(`${file} is not a JSON object: fetch the model again.`)
  }
}

/** What every BERT vocabulary needs, in the original's spelling. */
const specialTokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]']

const checkVocabulary = (vocabFile: string, config: BertConfig): void => {
  const text = readText(vocabFile)
  const lines = text.split(/\r\n|\r|\n/)
  if (lines.at(-1) === '') lines.pop()
  if (!isVocabularySize(lines.length, config.vocabSize)) {
    throw new InputError(
      `${vocabFile} has ${lines.length} entries, config.json says vocab_size ${config.vocabSize}: the vocabulary is not this model's.`,
    )
  }
  const present = new Set(lines)
  const missing = specialTokens.find((token) => !present.has(token))
  if (missing !== undefined) throw new InputError(`${vocabFile} lacks the token ${missing}.`)
}

/** Some models round the number of embeddings up to a multiple of 8, 64 or 128 for the hardware. */
const isVocabularySize = (entries: number, vocabSize: number): boolean =>
  entries === vocabSize || (entries < vocabSize && vocabSize % 8 === 0 && vocabSize - entries < 128)
