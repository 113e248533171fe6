import { describe, expect, it } from 'vitest'
import { extendByWord, identicalMentions, shrinkByWord, snapToWords, wordsOf } from './words.ts'

const show =
  (text: string) =>
  ({ start, end }: { start: number; end: number }) =>
    text.slice(start, end)

describe('words', () => {
  it('are what a person would mark', () => {
    const text = 'Zoë O’Neill-Byrne’s (U.S.) 👩‍🚀 sang, 3.5 e\u0301te\u0301; دبي'
    expect(wordsOf(text).map(show(text))).toEqual([
      'Zoë',
      'O’Neill-Byrne’s',
      '(',
      'U.S',
      '.',
      ')',
      '👩‍🚀',
      'sang',
      ',',
      '3.5',
      'e\u0301te\u0301',
      ';',
      'دبي',
    ])
  })

  it('snap a selection, and a caret', () => {
    const text = 'at Quay 9, then'
    const snapped = (start: number, end: number) => {
      const range = snapToWords(text, { start, end })
      return range && show(text)(range)
    }
    expect(snapped(4, 8)).toBe('Quay')
    expect(snapped(4, 9)).toBe('Quay 9')
    expect(snapped(3, 3)).toBe('Quay')
    expect(snapped(9, 9)).toBe('9')
    expect(snapped(10, 11)).toBeUndefined()
    expect(snapped(2, 3)).toBeUndefined()
  })

  it('extend and shrink a span', () => {
    const text = 'the Port Authority had'
    const span = { start: 4, end: 8 }
    expect(show(text)(extendByWord(text, span, 'end'))).toBe('Port Authority')
    expect(show(text)(extendByWord(text, span, 'start'))).toBe('the Port')
    expect(show(text)(shrinkByWord(text, { start: 0, end: 18 }, 'end'))).toBe('the Port')
    expect(show(text)(shrinkByWord(text, { start: 0, end: 18 }, 'start'))).toBe('Port Authority')
    expect(shrinkByWord(text, span, 'end')).toEqual(span)
  })

  it('finds mentions as whole words only', () => {
    const text = 'Ren met Renate; Ren. Łren Ren\u0301 Ren'
    expect(identicalMentions(text, 'Ren').map(({ start }) => start)).toEqual([0, 16, 31])
    expect(identicalMentions('(x) (x)', '(x)').length).toBe(2)
    expect(identicalMentions('aaa', ' ')).toEqual([])
  })
})
