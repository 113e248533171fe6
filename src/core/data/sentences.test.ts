import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sentencesOf } from './sentences.ts'

const textsOf = (text: string): string[] =>
  sentencesOf(text).map(({ start, end }) => text.slice(start, end))

describe('sentences of a text', () => {
  it.each([
    [
      'One is here. Two follows! Three? 4 ends.',
      ['One is here.', 'Two follows!', 'Three?', '4 ends.'],
    ],
    [
      'Mr. Smith met J. Doe of Acme Inc. Then he left.',
      ['Mr. Smith met J. Doe of Acme Inc. Then he left.'],
    ],
    ['He said "Stop." Then "Go."', ['He said "Stop."', 'Then "Go."']],
    ['A line\r\n\r\n  another\n', ['A line', 'another']],
    ['version 1.5 and so on. then small', ['version 1.5 and so on. then small']],
    ['これは文です。次の文です。', ['これは文です。', '次の文です。']],
    ['1. Ann Lee won. 2. So', ['1. Ann Lee won.', '2.', 'So']],
    ['   ', []],
  ])('%s', (text, sentences) => {
    expect(textsOf(text)).toEqual(sentences)
  })

  it('leave out nothing but white space, in order', () => {
    const anyText = fc.string({
      unit: fc.constantFrom(...'aB1.!? \n\r"\'。\u00a0😀'),
      maxLength: 80,
    })
    fc.assert(
      fc.property(anyText, (text) => {
        expect(textsOf(text).join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
        let end = 0
        for (const stretch of sentencesOf(text)) {
          expect(stretch.start).toBeGreaterThanOrEqual(end)
          end = stretch.end
        }
      }),
    )
  })

  it('are found in a row of a million stops', () => {
    expect(sentencesOf('.'.repeat(1e6))).toHaveLength(1)
  })
})
