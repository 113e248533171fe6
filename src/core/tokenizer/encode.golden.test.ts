import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  type GoldenCase,
  readCasedVocabulary,
  readGolden,
  readStarterVocabulary,
  readTexts,
} from '../../../test/golden/readTokenizerGolden.ts'
import { BertTokenizer, type Encoding } from './encode.ts'
import type { NormalizerSettings } from './normalize.ts'

const texts = readTexts()
const golden = readGolden()
const starter = readStarterVocabulary()
const cased = readCasedVocabulary()

const UNCASED: NormalizerSettings = {
  lowercase: true,
  stripAccents: null,
  tokenizeChineseChars: true,
}
const CASED: NormalizerSettings = { ...UNCASED, lowercase: false }

const tokenizers: Readonly<Record<string, BertTokenizer>> = {
  uncased: new BertTokenizer(starter, UNCASED),
  cased: new BertTokenizer(cased, CASED),
  'lower-case, accents kept': new BertTokenizer(starter, { ...UNCASED, stripAccents: false }),
  'cased, accents stripped': new BertTokenizer(cased, { ...CASED, stripAccents: true }),
  'uncased, ideographs joined': new BertTokenizer(starter, {
    ...UNCASED,
    tokenizeChineseChars: false,
  }),
}

const encode = (tokenizer: BertTokenizer, input: GoldenCase): Encoding => {
  const limit = input.maxLength === undefined ? {} : { maxLength: input.maxLength }
  const words = golden.wordLists[input.wordList ?? -1]
  if (words !== undefined) return tokenizer.encodeWords(words, limit)
  const textPair = texts[input.pair ?? -1]
  const pair = textPair === undefined ? {} : { textPair }
  return tokenizer.encode(texts[input.text ?? -1] ?? '', { ...limit, ...pair })
}

const inGoldenForm = (encoding: Encoding, input: GoldenCase): GoldenCase => {
  const { setup, text, pair, wordList, maxLength } = input
  return {
    setup,
    ...(text === undefined ? {} : { text }),
    ...(pair === undefined ? {} : { pair }),
    ...(wordList === undefined ? {} : { wordList }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ids: encoding.ids,
    types: encoding.typeIds.join(''),
    offsets: encoding.offsets.flat(),
    sequences: encoding.sequence.map((sequence) => sequence ?? '-').join(''),
    words: encoding.wordIndex.map((index) => index ?? -1),
    ...(input.tokens === undefined ? {} : { tokens: encoding.tokens }),
    overflow: encoding.overflow,
  }
}

describe.each(Object.entries(tokenizers))('BertTokenizer, %s', (setup, tokenizer) => {
  const cases = golden.cases.filter((input) => input.setup === setup)

  it(`equals Hugging Face on ${cases.length} inputs`, () => {
    expect(cases.length).toBeGreaterThan(300)
    const differing = cases.filter(
      (input) => !isDeepStrictEqual(inGoldenForm(encode(tokenizer, input), input), input),
    )
    const [first] = differing
    if (first !== undefined) expect(inGoldenForm(encode(tokenizer, first), first)).toEqual(first)
    expect(differing).toHaveLength(0)
  })
})
