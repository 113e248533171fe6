import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCasedVocabulary } from '../../../test/golden/readTokenizerGolden.ts'
import { BertTokenizer } from '../tokenizer/encode.ts'
import { answerPieces, windowTarget } from './answerSpan.ts'
import { type ChoiceSettings, chooseAnswer, type WindowScores } from './chooseAnswer.ts'
import { contextWindows, defaultStride, questionRoom } from './contextWindows.ts'
import { QuestionEncoder } from './encodeQuestion.ts'

const vocabulary = readCasedVocabulary()
const tokenizer = (lowercase: boolean) =>
  new BertTokenizer(vocabulary, { lowercase, stripAccents: null, tokenizeChineseChars: true })

/** One window a row of [start, end] logits, the windows one after the other. */
const windowsOf = (rows: readonly (readonly (readonly [number, number])[])[], none = -100) => {
  let from = 0
  return rows.map((pieces): WindowScores => {
    const window = {
      from,
      to: from + pieces.length,
      start: pieces.map(([start]) => start),
      end: pieces.map(([, end]) => end),
      noAnswer: { start: none / 2, end: none / 2 },
    }
    from += pieces.length
    return window
  })
}

// Four words of two letters.
const text = 'ab cd ef gh'
const pieces = { starts: Int32Array.of(0, 3, 6, 9), ends: Int32Array.of(2, 5, 8, 11) }
const choose = (windows: readonly WindowScores[], settings: Partial<ChoiceSettings> = {}) =>
  chooseAnswer(text, pieces, windows, { unanswerable: false, ...settings })

describe('choosing an answer', () => {
  it('takes the highest sum of a start and an end that is not before it', () => {
    const [window] = windowsOf([
      [
        [1, 9],
        [5, 1],
        [0, 4],
        [0, 0],
      ],
    ])
    const answer = choose([window!])
    // 5 + 9 would begin after its end; 1 + 9 is more than 5 + 4.
    expect(answer).toMatchObject({ text: 'ab', start: 0, end: 2, score: 10 })
    expect(answer.nbest[1]).toMatchObject({ text: 'cd ef', start: 3, end: 8, score: 9 })
    expect(answer.nbest).toHaveLength(10)
  })

  it('gives n-best probabilities over 20, whatever number is asked for', () => {
    const windows = windowsOf([
      [
        [1, 2],
        [3, 4],
        [2, 2],
        [0, 1],
      ],
    ])
    const all = choose(windows)
    expect(all.nbest.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1)
    expect(choose(windows, { nbest: 2 }).nbest).toEqual(all.nbest.slice(0, 2))
  })

  it('takes no answer that goes over two windows, or is too long', () => {
    const windows = windowsOf([
      [
        [9, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 9],
      ],
    ])
    expect(choose(windows)).toMatchObject({ score: 9, start: 0 })
    expect(choose(windows).text).not.toBe(text)
    const single = windowsOf([
      [
        [9, 0],
        [0, 0],
        [0, 0],
        [0, 9],
      ],
    ])
    expect(choose(single).text).toBe(text)
    expect(choose(single, { longest: 3 })).toMatchObject({ score: 9 })
  })

  it('has an answer once that two windows hold, with its higher score', () => {
    const [one] = windowsOf([[[1, 1]]])
    const again = { ...one!, start: [3], end: [3] }
    expect(choose([one!, again]).nbest).toHaveLength(1)
    expect(choose([again, one!]).score).toBe(6)
  })

  it('says that there is no answer where the lowest [CLS] is above the best answer', () => {
    const row = [[1, 1]] as const
    const windows = [...windowsOf([row], 5), ...windowsOf([row], 3)]
    expect(choose(windows)).toMatchObject({ text: 'ab', noAnswerScore: 1, probability: 1 })
    const none = choose(windows, { unanswerable: true })
    expect(none).toMatchObject({ text: '', start: -1, end: -1, score: 3 })
    expect(none.nbest.map((each) => each.text)).toEqual(['', 'ab'])
    expect(none.probability).toBeCloseTo(Math.E / (1 + Math.E))
    expect(choose(windows, { unanswerable: true, threshold: 1 }).text).toBe('ab')
  })

  it('has none where the context has no piece', () => {
    const empty = windowsOf([[]], 2)
    const none = { text: '', start: -1, end: -1, probability: 1, noAnswerScore: 0 }
    expect(choose(empty)).toMatchObject(none)
    expect(choose(empty, { unanswerable: true })).toMatchObject(none)
  })

  it('is never below the 20 best starts and ends of run_qa', () => {
    const logit = fc.double({ min: -9, max: 9, noNaN: true })
    const scores = fc.array(fc.tuple(logit, logit), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(scores, (row) => {
        const places = Int32Array.from(row, (_, at) => at)
        const [window] = windowsOf([row])
        const { score } = chooseAnswer(
          'x'.repeat(row.length + 1),
          { starts: places, ends: places.map((at) => at + 1) },
          [window!],
          { unanswerable: false },
        )
        const best = (column: 0 | 1) =>
          [...row.keys()].sort((a, b) => row[b]![column] - row[a]![column]).slice(0, 20)
        for (const start of best(0)) {
          for (const end of best(1)) {
            if (end < start || end - start >= 30) continue
            expect(score).toBeGreaterThanOrEqual(row[start]![0] + row[end]![1])
          }
        }
      }),
    )
  })
})

const words = fc.constantFrom(
  'plain',
  'na\u00efve',
  'nai\u0308ve',
  '\u{1f600}',
  '\u{1f468}\u200d\u{1f469}',
  '\u05e9\u05dc\u05d5\u05dd',
  '\u0645\u0631\u062d\u0628\u0627',
  '\ud55c\uad6d',
  '\u4e2d\u6587',
  '\r\n',
  '\u00a0',
  '  ',
  '\u200b',
  'a-b',
  '[SEP]',
  'Stra\u00dfe,',
  '\u0301',
)
const contexts = fc.array(words, { minLength: 1, maxLength: 40 }).map((parts) => parts.join(' '))

describe('answers in a context', () => {
  it('are slices of it, whatever its characters, and the answer trained on is found again', () => {
    fc.assert(
      fc.property(contexts, fc.nat(), fc.nat(5), fc.boolean(), (context, seed, more, lower) => {
        const encoder = new QuestionEncoder(tokenizer(lower), { maxLength: 24, stride: 10 })
        const encoded = encoder.encode('Who is it?', context)
        const count = encoded.context.ids.length
        fc.pre(count > 0)
        const first = seed % count
        const last = Math.min(count - 1, first + more)
        const start = encoded.context.starts[first]!
        const end = encoded.context.ends[last]!
        const span = answerPieces(encoded.context, start, end)!
        expect(span.first).toBeLessThanOrEqual(first)
        expect(span.last).toBeGreaterThanOrEqual(last)
        const windows = encoded.windows.map((window): WindowScores => {
          const target = windowTarget(span, window, 1)
          const one = (place: number) =>
            Array.from({ length: window.to - window.from }, (_, at) => (at + 1 === place ? 10 : 0))
          return {
            ...window,
            start: one(target.start),
            end: one(target.end),
            noAnswer: { start: 0, end: 0 },
          }
        })
        const chosen = chooseAnswer(context, encoded.context, windows, { unanswerable: false })
        for (const answer of chosen.nbest) {
          expect(answer.text).toBe(context.slice(answer.start, answer.end))
          expect(answer.text.trim()).toBe(answer.text)
          expect(answer.text).not.toBe('')
          expect(context.slice(answer.end)).not.toMatch(/^\p{M}/u)
        }
        const held = encoded.windows.some(({ from, to }) => span.first >= from && span.last < to)
        if (held)
          expect(chosen).toMatchObject({ score: 20, start: encoded.context.starts[span.first] })
      }),
    )
  })
})

describe('windows', () => {
  it('cover every piece, share the stride, and end at the last piece', () => {
    fc.assert(
      fc.property(
        fc.nat(3000),
        fc.integer({ min: 1, max: 500 }),
        fc.nat(600),
        (count, room, stride) => {
          const windows = contextWindows(count, room, stride)
          expect(windows[0]!.from).toBe(0)
          expect(windows.at(-1)!.to).toBe(count)
          windows.forEach(({ from, to }, at) => {
            expect(to - from).toBeLessThanOrEqual(room)
            const next = windows[at + 1]
            if (!next) return
            expect(to - from).toBe(room)
            expect(next.from).toBeGreaterThan(from)
            expect(to - next.from).toBe(Math.min(stride, Math.floor((room * 2) / 3)))
          })
        },
      ),
    )
  })

  it('leave the context at least half, and default to a third', () => {
    expect(questionRoom(384)).toBe(64)
    expect(questionRoom(64)).toBe(30)
    expect(questionRoom(4)).toBe(0)
    expect([384, 512, 256, 4].map(defaultStride)).toEqual([128, 128, 85, 1])
  })
})

describe('the pieces of an answer', () => {
  const span = (start: number, end: number) => answerPieces(pieces, start, end)

  it('cover it: a part of a word takes the word, spaces take nothing', () => {
    expect(span(3, 5)).toEqual({ first: 1, last: 1 })
    expect(span(4, 7)).toEqual({ first: 1, last: 2 })
    expect(span(2, 6)).toEqual({ first: 1, last: 1 })
    expect(span(5, 6)).toBeUndefined()
  })

  it('are [CLS] in a window that does not hold them all', () => {
    expect(windowTarget({ first: 2, last: 3 }, { from: 1, to: 4 }, 7)).toEqual({ start: 8, end: 9 })
    expect(windowTarget({ first: 2, last: 3 }, { from: 1, to: 3 }, 7)).toEqual({ start: 0, end: 0 })
    expect(windowTarget({ first: 2, last: 3 }, { from: 3, to: 5 }, 7)).toEqual({ start: 0, end: 0 })
    expect(windowTarget(undefined, { from: 3, to: 5 }, 7)).toEqual({ start: 0, end: 0 })
  })
})
