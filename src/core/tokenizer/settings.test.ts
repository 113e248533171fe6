import { describe, expect, it } from 'vitest'
import { readNormalizerSettings } from './settings.ts'
import { parseVocabulary } from './vocabulary.ts'

const vocabulary = (...tokens: string[]) =>
  parseVocabulary(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[unused1]', ...tokens].join('\n'))
const lower = vocabulary('the', '##ing')
const mixed = vocabulary('the', 'The')

const tokenizerJson = (lowercase: boolean, strip: boolean | null = null) => ({
  truncation: { max_length: 128, strategy: 'LongestFirst', stride: 0 },
  padding: { strategy: { Fixed: 128 } },
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: false,
    strip_accents: strip,
    lowercase,
  },
})

describe('readNormalizerSettings', () => {
  it('follows tokenizer_config.json before tokenizer.json', () => {
    const tokenizerConfig = {
      do_lower_case: true,
      strip_accents: true,
      tokenize_chinese_chars: true,
    }
    expect(
      readNormalizerSettings({ tokenizerConfig, tokenizerJson: tokenizerJson(false) }, lower),
    ).toEqual({ lowercase: true, stripAccents: true, tokenizeChineseChars: true })
  })

  it('follows tokenizer.json alone', () => {
    expect(readNormalizerSettings({ tokenizerJson: tokenizerJson(false) }, lower)).toEqual({
      lowercase: false,
      stripAccents: null,
      tokenizeChineseChars: false,
    })
  })

  it('follows tokenizer_config.json alone', () => {
    const tokenizerConfig = { do_lower_case: false, strip_accents: true }
    expect(readNormalizerSettings({ tokenizerConfig }, lower)).toEqual({
      lowercase: false,
      stripAccents: true,
      tokenizeChineseChars: true,
    })
  })

  it('guesses the casing from the vocabulary, its bracketed tokens aside', () => {
    expect(readNormalizerSettings({}, lower).lowercase).toBe(true)
    expect(readNormalizerSettings({}, mixed).lowercase).toBe(false)
  })

  it.each([null, 7, 'text', [], { normalizer: null }, { normalizer: { type: 'Lowercase' } }])(
    'guesses from the vocabulary where the files say %j',
    (file) => {
      const files = { tokenizerConfig: file, tokenizerJson: file }
      expect(readNormalizerSettings(files, mixed)).toEqual({
        lowercase: false,
        stripAccents: null,
        tokenizeChineseChars: true,
      })
    },
  )
})
