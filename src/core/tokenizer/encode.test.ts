import { describe, expect, it } from 'vitest'
import { InputError } from '../errors.ts'
import { BertTokenizer } from './encode.ts'
import { parseVocabulary } from './vocabulary.ts'

const vocabulary = parseVocabulary(
  ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'the', 'cat', 'sat', '##s', '.'].join('\n'),
)
const settings = { lowercase: true, stripAccents: null, tokenizeChineseChars: true }
const tokenizer = new BertTokenizer(vocabulary, settings)

describe('BertTokenizer', () => {
  it('frames one text', () => {
    expect(tokenizer.encode('The cats!')).toEqual({
      ids: [2, 4, 5, 7, 1, 3],
      tokens: ['[CLS]', 'the', 'cat', '##s', '[UNK]', '[SEP]'],
      typeIds: [0, 0, 0, 0, 0, 0],
      offsets: [
        [0, 0],
        [0, 3],
        [4, 7],
        [7, 8],
        [8, 9],
        [0, 0],
      ],
      sequence: [null, 0, 0, 0, 0, null],
      wordIndex: [null, 0, 1, 1, 2, null],
      overflow: 0,
    })
  })

  it('frames two texts, an empty second one too', () => {
    const pair = tokenizer.encode('the cat', { textPair: 'sat' })
    expect(pair.tokens.join(' ')).toBe('[CLS] the cat [SEP] sat [SEP]')
    expect(pair.typeIds).toEqual([0, 0, 0, 0, 1, 1])
    expect(pair.sequence).toEqual([null, 0, 0, null, 1, null])
    expect(tokenizer.encode('the', { textPair: '' }).ids).toEqual([2, 4, 3, 3])
  })

  it('cuts at the maximum length and counts what it cut', () => {
    const short = new BertTokenizer(vocabulary, { ...settings, maxLength: 4 })
    expect(short.encode('the cat sat .')).toMatchObject({ ids: [2, 4, 5, 3], overflow: 2 })
    expect(short.encode('the cat sat .', { maxLength: 5 })).toMatchObject({ overflow: 1 })
  })

  it.each([
    ['one text', { maxLength: 1 }],
    ['two texts', { maxLength: 2, textPair: 'cat' }],
    ['no number', { maxLength: Number.NaN }],
  ])('refuses a maximum length without room for [CLS] and [SEP]: %s', (_, options) => {
    expect(() => tokenizer.encode('the', options)).toThrow(InputError)
  })

  it('reads a special token in the text as that token, one the vocabulary lacks as text', () => {
    expect(tokenizer.encode('the[SEP]cat [sep]').ids).toEqual([2, 4, 3, 5, 1, 1, 1, 3])
    expect(tokenizer.encode('[MASK]').ids).toEqual([2, 1, 1, 1, 3])
  })

  it('counts words where they are given', () => {
    const encoding = tokenizer.encodeWords(['The', '\u200b', 'cats.', ''])
    expect(encoding.tokens.join(' ')).toBe('[CLS] the cat ##s . [SEP]')
    expect(encoding.wordIndex).toEqual([null, 0, 2, 2, 2, null])
    expect(encoding.offsets.slice(1, -1)).toEqual([
      [0, 3],
      [0, 3],
      [3, 4],
      [4, 5],
    ])
  })

  it('gives the same for a text it has seen', () => {
    const text = 'the cat sat the cats.'
    expect(tokenizer.encode(text)).toEqual(tokenizer.encode(text))
  })
})
