import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCasedVocabulary, readTexts } from '../../../test/golden/readTokenizerGolden.ts'
import { BertTokenizer } from '../tokenizer/encode.ts'
import { spacedWords, wordsOf } from './words.ts'

const tokenizer = new BertTokenizer(readCasedVocabulary(), {
  lowercase: false,
  stripAccents: null,
  tokenizeChineseChars: true,
})
const textsOf = (text: string): string[] => wordsOf(tokenizer, text).map((word) => word.text)

describe('words of raw text', () => {
  it.each([
    ["Tim O'Gorman (U.S.) won 6-3.", ['Tim', "O'Gorman", '(', 'U.S.', ')', 'won', '6-3', '.']],
    [
      "T.O'Gorman met J. Smith at Lord's, London.",
      ["T.O'Gorman", 'met', 'J.', 'Smith', 'at', 'Lord', "'s", ',', 'London', '.'],
    ],
    ['$1,000.50, 10:30; 1996-08-30', ['$', '1,000.50', ',', '10:30', ';', '1996-08-30']],
    [
      '"AT&T" (well-known) - yes--no',
      ['"', 'AT&T', '"', '(', 'well-known', ')', '-', 'yes', '-', '-', 'no'],
    ],
    [
      '@ann_b #tag me@x.org https://t.co/aB?c=1.',
      ['@ann_b', '#tag', 'me@x.org', 'https://t.co/aB?c=1', '.'],
    ],
    ['Acme Corp. of St. Paul ended.', ['Acme', 'Corp.', 'of', 'St.', 'Paul', 'ended', '.']],
    ['2. Ann 2.', ['2.', 'Ann', '2', '.']],
    ['東京タワー', ['東', '京', 'タワー']],
    ['', []],
  ])('%s', (text, words) => {
    expect(textsOf(text)).toEqual(words)
  })

  it('stay apart at hyphens where tags are classes', () => {
    const words = wordsOf(tokenizer, "a well-known U.S. man's", 'classes').map(({ text }) => text)
    expect(words).toEqual(['a', 'well', '-', 'known', 'U.S.', 'man', "'s"])
  })

  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(..."ab1 .,'’-@#:/&\u200d\n😀é[]"), maxLength: 40 }),
    fc.constantFrom(...readTexts().filter((text) => text.length < 500)),
  )

  it('have the pieces of the text, and stand where their offsets say', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const words = wordsOf(tokenizer, text)
        const { ids } = tokenizer.encode(text)
        expect(tokenizer.encodeWords(words.map((word) => word.text)).ids).toEqual(ids)
        let end = 0
        for (const word of words) {
          expect(word.start).toBeGreaterThanOrEqual(end)
          expect(text.slice(word.start, word.end)).toBe(word.text)
          end = word.end
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('that are given stand as with one space between them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), (words) => {
        const text = words.join(' ')
        expect(spacedWords(words).map(({ start, end }) => text.slice(start, end))).toEqual(words)
      }),
    )
  })
})
