import { describe, expect, it } from 'vitest'
import { toCsv } from './csv.ts'

describe('CSV', () => {
  it('quotes what needs it, and leaves what is undefined empty', () => {
    expect(toCsv([['a', 'b,c', 'say "x"', 1.5, null, undefined, 'two\nlines']])).toBe(
      'a,"b,c","say ""x""",1.5,,,"two\nlines"\r\n',
    )
  })

  it('gives a spreadsheet no formula to run', () => {
    expect(toCsv([['=HYPERLINK("x")', '-3', '@a']])).toBe(`"'=HYPERLINK(""x"")",-3,'@a\r\n`)
  })
})
