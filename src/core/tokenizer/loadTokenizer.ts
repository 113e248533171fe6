import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../errors.ts'
import { BertTokenizer } from './encode.ts'
import { readNormalizerSettings } from './settings.ts'
import { unsupportedTokenizer } from './unsupportedTokenizer.ts'
import { parseVocabulary } from './vocabulary.ts'

/**
 * The tokenizer of a model folder: vocab.txt, with casing from the two JSON files where present.
 *
 * @throws InputError where the files ask for another tokenizer than BERT's
 */
export const loadTokenizer = (modelFolder: string): BertTokenizer => {
  const file = path.join(modelFolder, 'vocab.txt')
  const vocabulary = parseVocabulary(fs.readFileSync(file, 'utf8'), file)
  const files = {
    tokenizerConfig: readJson(path.join(modelFolder, 'tokenizer_config.json')),
    tokenizerJson: readJson(path.join(modelFolder, 'tokenizer.json')),
  }
  const unsupported = unsupportedTokenizer(files.tokenizerJson)
  if (unsupported !== null) {
    throw new InputError(
      `${path.join(modelFolder, 'tokenizer.json')} asks for ${unsupported}, which Headway's WordPiece does not do; choose a model with BERT's tokenizer.`,
    )
  }
  return new BertTokenizer(vocabulary, readNormalizerSettings(files, vocabulary))
}

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
