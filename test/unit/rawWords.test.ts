import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { spansOf } from '../../src/core/data/tagSchemes.ts'
import { loadTokenData } from '../../src/core/data/tokenData.ts'
import { wordsOf } from '../../src/core/data/words.ts'
import { BertTokenizer } from '../../src/core/tokenizer/encode.ts'
import { readCasedVocabulary } from '../golden/readTokenizerGolden.ts'
import { detokenise } from '../support/detokenise.ts'

const shared = path.resolve(import.meta.dirname, '../../../shared/data')
const tokenizer = new BertTokenizer(readCasedVocabulary(), {
  lowercase: false,
  stripAccents: null,
  tokenizeChineseChars: true,
})

// What raw text may cost entity F1 at most: an entity whose words are cut otherwise is lost.
describe.skipIf(!fs.existsSync(shared))('words of raw text (data in ../shared)', () => {
  it.each([
    ['conll03/eng.testa.iob2.conll', 0.985],
    ['wnut17/emerging.dev.conll', 0.95],
  ])('are cut where entities of %s begin and end', async (file, least) => {
    const { sentences } = await loadTokenData(path.join(shared, file))
    let entities = 0
    let kept = 0
    for (const { words, tags } of sentences) {
      const { text, places } = detokenise(words)
      const found = wordsOf(tokenizer, text)
      const starts = new Set(found.map(({ start }) => start))
      const ends = new Set(found.map(({ end }) => end))
      for (const span of spansOf(tags)) {
        entities++
        const [start] = places[span.start]!
        const [, end] = places[span.end - 1]!
        if (starts.has(start) && ends.has(end)) kept++
      }
    }
    expect(kept / entities).toBeGreaterThan(least)
  })
})
