import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseVocabulary, type Vocabulary } from '../../src/core/tokenizer/vocabulary.ts'

/** What Hugging Face gives for one input; lists are parallel, one entry a token. */
export interface GoldenCase {
  /** Which vocabulary and normalisation: a name of `SETUPS` in make_tokenizer_golden.py. */
  readonly setup: string
  /** Index in texts.json of the text, or in `wordLists` of the words. */
  readonly text?: number
  readonly pair?: number
  readonly wordList?: number
  readonly maxLength?: number
  readonly ids: readonly number[]
  readonly tokens?: readonly string[]
  /** A digit a token. */
  readonly types: string
  /** A digit a token, `-` for an added [CLS] or [SEP]. */
  readonly sequences: string
  /** Start and end of each token in UTF-16 units, flat. */
  readonly offsets: readonly number[]
  /** -1 for an added [CLS] or [SEP]. */
  readonly words: readonly number[]
  readonly overflow: number
}

export interface Golden {
  readonly wordLists: readonly (readonly string[])[]
  readonly cases: readonly GoldenCase[]
}

const fixture = (name: string): URL => new URL(`../fixtures/tokenizer/${name}`, import.meta.url)

const readJson = <T>(name: string): T => JSON.parse(readFileSync(fixture(name), 'utf8')) as T

export const readGolden = (): Golden => readJson('golden.json')

export const readTexts = (): readonly string[] => readJson('texts.json')

/** By normalisation, for each 4096 code points, the first 8 digits of the SHA-1 of their words. */
export const readCodePointDigests = (): Readonly<Record<string, readonly string[]>> =>
  readJson('codepoints.json')

export const readCasedVocabulary = (): Vocabulary =>
  parseVocabulary(readFileSync(fixture('cased-vocab.txt'), 'utf8'), 'cased-vocab.txt')

/** The starter model's vocabulary, from the cache: the repository holds no model. */
export const readStarterVocabulary = (): Vocabulary => {
  const cache = process.env.HEADWAY_CACHE || join(homedir(), '.cache', 'headway')
  const path = join(cache, 'models', 'sentence-transformers--all-MiniLM-L6-v2', 'vocab.txt')
  if (!existsSync(path)) {
    throw new Error(
      `The starter model's vocabulary is not at ${path}: run npm test, which gets it.`,
    )
  }
  return parseVocabulary(readFileSync(path, 'utf8'), path)
}
