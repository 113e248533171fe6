import { describe, expect, it } from 'vitest'
import { splitIntoWords } from './basicTokenizer.ts'
import type { NormalizerSettings } from './normalize.ts'

const uncased: NormalizerSettings = {
  lowercase: true,
  stripAccents: null,
  tokenizeChineseChars: true,
}
const cased: NormalizerSettings = { ...uncased, lowercase: false }

const words = (text: string, settings = uncased): string[] =>
  splitIntoWords(text, settings).map((word) => word.text)

describe('splitIntoWords', () => {
  it.each([
    ['Hello, world!', ['hello', ',', 'world', '!']],
    ['Crème brûlée', ['creme', 'brulee']],
    ['$5 a+b', ['$', '5', 'a', '+', 'b']],
    ['我爱you', ['我', '爱', 'you']],
    ['ΟΔΟΣ', ['οδοσ']],
    ['İstanbul', ['istanbul']],
    ['a\u200bb\u000bc\u0000d', ['abcd']],
    ['a\u00a0b\u2028c\r\nd', ['a', 'b', 'c', 'd']],
    ['\ud83d lone \udc00', ['lone']],
    ['👍🏿', ['👍🏿']],
    [' \t', []],
  ])('cuts %j', (text, expected) => {
    expect(words(text)).toEqual(expected)
  })

  it('keeps case and accents where it is told to', () => {
    expect(words('Crème İ', cased)).toEqual(['Crème', 'İ'])
    expect(words('Crème', { ...cased, stripAccents: true })).toEqual(['Creme'])
    expect(words('İ', { ...uncased, stripAccents: false })).toEqual(['i\u0307'])
    expect(words('我爱', { ...uncased, tokenizeChineseChars: false })).toEqual(['我爱'])
  })

  it('gives each unit its span in the source', () => {
    expect(splitIntoWords('x e\u0301t 한 👍', uncased)).toEqual([
      { text: 'x', starts: [0], ends: [1] },
      { text: 'et', starts: [2, 4], ends: [3, 5] },
      { text: '\u1112\u1161\u11ab', starts: [6, 6, 6], ends: [7, 7, 7] },
      { text: '👍', starts: [8, 8], ends: [10, 10] },
    ])
  })
})
