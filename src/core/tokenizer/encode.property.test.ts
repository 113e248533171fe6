import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCasedVocabulary, readTexts } from '../../../test/golden/readTokenizerGolden.ts'
import { BertTokenizer } from './encode.ts'
import { normalizeCharacter } from './normalize.ts'

const uncasedSettings = { lowercase: true, stripAccents: null, tokenizeChineseChars: true }
const vocabulary = readCasedVocabulary()
const tokenizers = [
  new BertTokenizer(vocabulary, uncasedSettings),
  new BertTokenizer(vocabulary, { ...uncasedSettings, lowercase: false }),
]

const corpus = readTexts().filter((text) => text.length < 200)
// Any UTF-16 units, lone surrogates among them; and the ugly texts, cut and joined anywhere.
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.tuple(fc.constantFrom(...corpus), fc.nat(20), fc.nat(40)), { maxLength: 6 })
    .map((cuts) => cuts.map(([text, from, length]) => text.slice(from, from + length)).join('')),
)
const anyTokenizer = fc.constantFrom(...tokenizers)

const normalized = (text: string, tokenizer: BertTokenizer): string =>
  [...text]
    .map((character) => normalizeCharacter(character, tokenizer.settings))
    .join('')
    .replaceAll(' ', '')

const growsIn = (text: string, tokenizer: BertTokenizer): boolean =>
  [...text].some((character) => [...normalized(character, tokenizer)].length > 1)

describe('BertTokenizer on any text', () => {
  it('gives spans within the text that never go back', () => {
    fc.assert(
      fc.property(anyTokenizer, anyText, (tokenizer, text) => {
        const { offsets } = tokenizer.encode(text)
        let [lastStart, lastEnd] = [0, 0]
        for (const [start, end] of offsets.slice(1, -1)) {
          expect(start).toBeGreaterThanOrEqual(lastStart)
          expect(end).toBeGreaterThanOrEqual(lastEnd)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(text.length)
          lastStart = start
          lastEnd = end
        }
      }),
    )
  })

  it('gives spans whose text, normalised, holds the piece', () => {
    fc.assert(
      fc.property(anyTokenizer, anyText, (tokenizer, text) => {
        const { tokens, offsets } = tokenizer.encode(text)
        for (const [index, token] of tokens.entries()) {
          const [start, end] = offsets[index] ?? [0, 0]
          if (/^\[[A-Z]+\]$/.test(token)) continue
          const source = text.slice(start, end)
          const piece = token.length > 2 ? token.replace(/^##/, '') : token
          expect(normalized(source, tokenizer)).toContain(piece)
          // Only a character that becomes several (한) can be shared by several pieces.
          if (!growsIn(source, tokenizer)) expect(normalized(source, tokenizer)).toBe(piece)
        }
      }),
    )
  })

  it('keeps every list one entry a token, and the maximum length', () => {
    fc.assert(
      fc.property(
        anyTokenizer,
        anyText,
        fc.option(anyText, { nil: undefined }),
        fc.integer({ min: 3, max: 40 }),
        (tokenizer, text, textPair, maxLength) => {
          const pair = textPair === undefined ? {} : { textPair }
          const cut = tokenizer.encode(text, { maxLength, ...pair })
          const full = tokenizer.encode(text, pair)
          expect(cut.ids.length).toBeLessThanOrEqual(maxLength)
          expect(cut.ids.length + cut.overflow).toBe(full.ids.length)
          for (const list of [cut.tokens, cut.typeIds, cut.offsets, cut.sequence, cut.wordIndex]) {
            expect(list).toHaveLength(cut.ids.length)
          }
        },
      ),
    )
  })

  it('gives words alone the pieces they have in a text', () => {
    fc.assert(
      fc.property(anyTokenizer, fc.array(anyText, { maxLength: 5 }), (tokenizer, words) => {
        const encoding = tokenizer.encodeWords(words)
        const alone = words.flatMap((word) => tokenizer.encode(word).ids.slice(1, -1))
        expect(encoding.ids.slice(1, -1)).toEqual(alone)
      }),
    )
  })
})
