import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixture } from '../../../test/support/engineFiles.ts'
import { loadTokenizer } from '../tokenizer/loadTokenizer.ts'
import { encodeInWindows, wordWindows } from './tokenWindows.ts'

const sentence = fc.record({
  room: fc.integer({ min: 2, max: 60 }),
  overlap: fc.integer({ min: 0, max: 80 }),
  shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 120 }),
})
const piecesOf = (room: number, shares: readonly number[]) =>
  shares.map((share) => Math.round(share * share * Math.floor(room / 2)))
const sum = (pieces: readonly number[], from: number, to: number): number =>
  pieces.slice(from, to).reduce((a, b) => a + b, 0)

describe('windows over a sentence', () => {
  it('hold what fits, and predict every word once, in order', () => {
    fc.assert(
      fc.property(sentence, ({ room, overlap, shares }) => {
        const pieces = piecesOf(room, shares)
        const windows = wordWindows(pieces, room, overlap)
        let next = 0
        for (const { words, predicted } of windows) {
          expect(sum(pieces, ...words)).toBeLessThanOrEqual(room)
          expect(predicted[0]).toBe(next)
          expect(predicted[0]).toBeGreaterThanOrEqual(words[0])
          expect(predicted[1]).toBeLessThanOrEqual(words[1])
          next = predicted[1]
        }
        expect(next).toBe(pieces.length)
      }),
    )
  })

  it('predict a word where the lesser of its contexts is largest', () => {
    fc.assert(
      fc.property(sentence, ({ room, overlap, shares }) => {
        const pieces = piecesOf(room, shares)
        const windows = wordWindows(pieces, room, overlap)
        const context = (word: number, [from, to]: readonly [number, number]): number =>
          word < from || word >= to ? -1 : Math.min(sum(pieces, from, word), sum(pieces, word, to))
        pieces.forEach((_, word) => {
          const own = windows.find(({ predicted: [from, to] }) => word >= from && word < to)
          const best = Math.max(...windows.map(({ words }) => context(word, words)))
          expect(context(word, own!.words)).toBe(best)
        })
      }),
    )
  })

  it('are one where the sentence fits', () => {
    expect(wordWindows([3, 3, 4], 10, 5)).toEqual([{ words: [0, 3], predicted: [0, 3] }])
    expect(wordWindows([], 10, 5)).toEqual([])
  })
})

describe('encoded windows', () => {
  const tokenizer = loadTokenizer(fixture('training'))
  const encode = (words: readonly string[], maxLength: number, stride?: number) =>
    encodeInWindows(tokenizer, words, { maxLength, stride })

  it('are the plain encoding where it fits', () => {
    const words = ['w1', 'x-y', 'w2']
    const [only, ...others] = encode(words, 64)
    expect(others).toEqual([])
    expect(only?.ids).toEqual(tokenizer.encodeWords(words).ids)
    expect(only?.predicted).toEqual([
      { word: 0, token: 1 },
      { word: 1, token: 2 },
      { word: 2, token: 5 },
    ])
  })

  it('give every word with a piece a token of its own', () => {
    const words = Array.from({ length: 3000 }, (_, at) =>
      at % 50 === 7 ? '\u200b' : `w${at % 95}`,
    )
    const windows = encode(words, 32)
    const predicted = windows.flatMap((window) => {
      expect(window.ids.length).toBeLessThanOrEqual(32)
      expect([window.ids[0], window.ids.at(-1)]).toEqual([2, 3])
      return window.predicted.map(({ word, token }) => {
        expect(window.ids[token]).toBe(tokenizer.encodeWords([words[word]!]).ids[1])
        return word
      })
    })
    expect(predicted).toEqual(words.flatMap((word, at) => (word === '\u200b' ? [] : [at])))
  })

  it('cut a word of more pieces than half a window', () => {
    const long = 'a-'.repeat(5000)
    const windows = encode(['w1', long, 'w2'], 16)
    expect(windows.flatMap(({ predicted }) => predicted.map(({ word }) => word))).toEqual([0, 1, 2])
    expect(Math.max(...windows.map(({ ids }) => ids.length))).toBeLessThanOrEqual(16)
  })

  it('are none where no word has a piece', () => {
    expect(encode(['\u200b', '\u0007'], 16)).toEqual([])
  })
})
