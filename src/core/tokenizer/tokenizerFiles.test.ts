import { describe, expect, it } from 'vitest'
import { BertTokenizer } from './encode.ts'
import { readNormalizerSettings } from './settings.ts'
import { tokenizerConfig, tokenizerJson } from './tokenizerFiles.ts'
import { unsupportedTokenizer } from './unsupportedTokenizer.ts'
import { parseVocabulary } from './vocabulary.ts'

const vocabulary = parseVocabulary('[PAD]\n[UNK]\n[CLS]\n[SEP]\nthe\nThe\n##s')

describe('tokenizer files', () => {
  it.each([true, false])(
    'say of themselves what they were made from, lower-casing %s',
    (lowercase) => {
      const settings = { lowercase, stripAccents: !lowercase, tokenizeChineseChars: lowercase }
      const tokenizer = new BertTokenizer(vocabulary, settings)
      const files = { json: tokenizerJson(tokenizer), config: tokenizerConfig(tokenizer, 64) }
      expect(unsupportedTokenizer(files.json)).toBeNull()
      expect(readNormalizerSettings({ tokenizerJson: files.json }, vocabulary)).toEqual(settings)
      expect(readNormalizerSettings({ tokenizerConfig: files.config }, vocabulary)).toEqual(
        settings,
      )
    },
  )

  it('names only the special tokens that the vocabulary has', () => {
    const settings = { lowercase: true, stripAccents: null, tokenizeChineseChars: true }
    const json = tokenizerJson(new BertTokenizer(vocabulary, settings))
    expect(JSON.stringify(json)).not.toContain('[MASK]')
  })
})
