import { describe, expect, it } from 'vitest'
import { InputError } from '../errors.ts'
import { parseVocabulary } from './vocabulary.ts'

const lines = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'un', '##able']

describe('parseVocabulary', () => {
  it('numbers the lines from 0', () => {
    const vocabulary = parseVocabulary(`${lines.join('\n')}\n`)
    expect(vocabulary.tokens).toEqual(lines)
    expect(vocabulary.idOf.get('un')).toBe(5)
    expect(vocabulary.continuationIdOf.get('able')).toBe(6)
    expect(vocabulary.special).toEqual({ pad: 0, unk: 1, cls: 2, sep: 3, mask: 4 })
    expect(vocabulary.longest).toBe(6)
  })

  it('reads Windows line ends, a byte order mark and no last line end', () => {
    expect(parseVocabulary(`\uFEFF${lines.join('\r\n')}`).tokens).toEqual(lines)
  })

  it('keeps the ids after an empty line', () => {
    const vocabulary = parseVocabulary(`${lines.join('\n')}\n\nlast\n`)
    expect(vocabulary.idOf.get('last')).toBe(8)
    expect(vocabulary.idOf.has('')).toBe(false)
  })

  it('does without [MASK]', () => {
    expect(parseVocabulary('[PAD]\n[UNK]\n[CLS]\n[SEP]\n').special.mask).toBeNull()
  })

  it('names the missing tokens and the file', () => {
    const parse = () => parseVocabulary('[PAD]\n[CLS]\nword\n', 'models/mine/vocab.txt')
    expect(parse).toThrow(InputError)
    expect(parse).toThrow(/^models\/mine\/vocab\.txt has no \[UNK\], \[SEP\]: .*use /)
  })

  it('names a repeated token and both lines', () => {
    const parse = () => parseVocabulary(`${lines.join('\n')}\nun\n`)
    expect(parse).toThrow(InputError)
    expect(parse).toThrow('vocab.txt:8 repeats the token "un" of line 6')
  })
})
