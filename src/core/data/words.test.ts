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
const uncased = new BertTokenizer(readCasedVocabulary(), {
  lowercase: true,
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

  it.each([
    ['Then Jose\u0301 met Ana', ['Then', 'Jose\u0301', 'met', 'Ana']],
    [
      '\u0301A E\u0301. Noe\u0308\u0301 !\u0301x',
      ['A', 'E\u0301.', 'Noe\u0308\u0301', '!\u0301', 'x'],
    ],
    ['\u0301', []],
    ['#tag I ❤\ufe0f', ['#tag', 'I', '❤\ufe0f']],
  ])('keep the accents at their end that the model does not see: %j', (text, words) => {
    expect(wordsOf(uncased, text).map((word) => word.text)).toEqual(words)
  })

  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom(..."ab1 .,'’-@#:/&\u200d\n😀é[]\u0301\u0308"),
      maxLength: 40,
    }),
    fc.constantFrom(...readTexts().filter((text) => text.length < 500)),
  )

  it.each([
    ['cased', tokenizer],
    ['uncased', uncased],
  ])('have the pieces of the text, and stand where their offsets say: %s', (_, bert) => {
    fc.assert(
      fc.property(anyText, (text) => {
        const words = wordsOf(bert, text)
        const { ids } = bert.encode(text)
        expect(bert.encodeWords(words.map((word) => word.text)).ids).toEqual(ids)
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
