import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readCodePointDigests } from '../../../test/golden/readTokenizerGolden.ts'
import { splitIntoWords } from './basicTokenizer.ts'
import type { NormalizerSettings } from './normalize.ts'

const BLOCK = 0x1000

const SETTINGS: Readonly<Record<string, NormalizerSettings>> = {
  uncased: { lowercase: true, stripAccents: null, tokenizeChineseChars: true },
  cased: { lowercase: false, stripAccents: null, tokenizeChineseChars: true },
  'lower-case, accents kept': { lowercase: true, stripAccents: false, tokenizeChineseChars: true },
  'cased, accents stripped': { lowercase: false, stripAccents: true, tokenizeChineseChars: true },
  'uncased, ideographs joined': {
    lowercase: true,
    stripAccents: null,
    tokenizeChineseChars: false,
  },
}

const digest = (block: number, settings: NormalizerSettings): string => {
  const hash = createHash('sha1')
  for (let code = block * BLOCK; code < (block + 1) * BLOCK; code++) {
    if (code >= 0xd800 && code < 0xe000) continue
    const words = splitIntoWords(`a${String.fromCodePoint(code)}b`, settings)
    hash.update([...words.map((word) => word.text), '\n'].join(' '))
  }
  return hash.digest('hex').slice(0, 8)
}

describe.each(Object.entries(readCodePointDigests()))('every code point, %s', (name, digests) => {
  it('becomes the words Hugging Face makes of it', () => {
    const settings = SETTINGS[name]
    if (settings === undefined) throw new Error(`no settings named ${name}`)
    expect(digests).toHaveLength(0x110000 / BLOCK)
    const differing = digests.flatMap((expected, block) =>
      digest(block, settings) === expected ? [] : [`U+${(block * BLOCK).toString(16)}…`],
    )
    expect(differing).toEqual([])
  }, 60_000)
})
