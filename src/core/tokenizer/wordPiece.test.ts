import { describe, expect, it } from 'vitest'
import { parseVocabulary } from './vocabulary.ts'
import { splitIntoPieces } from './wordPiece.ts'

const vocabulary = parseVocabulary(
  ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'un', 'unw', '##want', '##ed', '##wanted', '👍', '##👍']
    .concat(['a', '##a'])
    .join('\n'),
)

const pieces = (word: string): string[] =>
  splitIntoPieces(word, vocabulary).ids.map((id) => vocabulary.tokens[id] ?? '')

describe('splitIntoPieces', () => {
  it('takes the longest piece first', () => {
    expect(pieces('unwwanted')).toEqual(['unw', '##wanted'])
    expect(pieces('una')).toEqual(['un', '##a'])
  })

  it('does not go back on a piece it took', () => {
    // "un" and "##wanted" would do, but "unw" is longer.
    expect(pieces('unwanted')).toEqual(['[UNK]'])
  })

  it('makes the whole word [UNK] where a part is unknown', () => {
    expect(splitIntoPieces('unwwantedz', vocabulary)).toEqual({ ids: [1], ends: [10] })
  })

  it('ends pieces at whole characters', () => {
    expect(splitIntoPieces('👍👍a', vocabulary)).toEqual({ ids: [9, 10, 12], ends: [2, 4, 5] })
  })

  it('counts 100 characters, not UTF-16 units', () => {
    expect(pieces('a'.repeat(100))).toHaveLength(100)
    expect(pieces('a'.repeat(101))).toEqual(['[UNK]'])
    expect(pieces('👍'.repeat(100))).toHaveLength(100)
    expect(pieces('👍'.repeat(101))).toEqual(['[UNK]'])
  })
})
