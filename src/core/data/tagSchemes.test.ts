import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  areSpanTags,
  convertTags,
  detectScheme,
  invalidTags,
  type Span,
  spansOf,
  tagSchemes,
  tagsOf,
} from './tagSchemes.ts'

/** A sentence's length and spans that do not overlap, many of them side by side. */
const spansArbitrary = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 2 }),
      length: fc.integer({ min: 1, max: 3 }),
      type: fc.constantFrom('PER', 'LOC', 'creative-work', 'O'),
    }),
    { maxLength: 8 },
  )
  .map((parts) => {
    const spans: Span[] = []
    let at = 0
    for (const { gap, length, type } of parts) {
      spans.push({ type, start: at + gap, end: at + gap + length })
      at += gap + length
    }
    return { spans, length: at + 1 }
  })

describe('tags of spans', () => {
  it('come back as the same spans in every scheme', () => {
    fc.assert(
      fc.property(spansArbitrary, fc.constantFrom(...tagSchemes), ({ spans, length }, scheme) => {
        const tags = tagsOf(length, spans, scheme)
        expect(spansOf(tags)).toEqual(spans)
        expect(invalidTags(tags, scheme)).toEqual([])
      }),
    )
  })

  it('go from scheme to scheme and back', () => {
    const schemes = fc.constantFrom(...tagSchemes)
    fc.assert(
      fc.property(spansArbitrary, schemes, schemes, ({ spans, length }, from, to) => {
        const tags = tagsOf(length, spans, from)
        expect(convertTags(convertTags(tags, from, to), to, from)).toEqual(tags)
      }),
    )
  })

  it('show their scheme where the tags are valid in one only', () => {
    fc.assert(
      fc.property(spansArbitrary, fc.constantFrom(...tagSchemes), ({ spans, length }, scheme) => {
        const tags = tagsOf(length, spans, scheme)
        const valid = tagSchemes.filter((each) => invalidTags(tags, each).length === 0)
        expect(valid).toContain(detectScheme([tags]))
      }),
    )
    expect(detectScheme([['I-PER', 'I-PER', 'O']])).toBe('IOB1')
    expect(detectScheme([['B-PER', 'I-PER', 'O']])).toBe('IOB2')
    expect(detectScheme([['S-PER', 'B-PER', 'E-PER']])).toBe('BIOES')
    expect(detectScheme([['U-PER', 'B-PER', 'L-PER']])).toBe('BIOES')
    expect(detectScheme([['O'], []])).toBe('IOB2')
  })

  it('stay what they mostly are where one is wrong', () => {
    const good = Array.from({ length: 20 }, () => ['B-PER', 'I-PER', 'O'])
    expect(detectScheme([...good, ['I-PER', 'O'], ['E-PER']])).toBe('IOB2')
  })

  it.each([
    ['IOB2', 'O I-PER', 'I-PER after O'],
    ['IOB2', 'B-PER I-LOC', 'I-LOC after B-PER'],
    ['IOB2', 'I-PER', 'I-PER at the start of a sentence'],
    ['IOB2', 'O E-PER', 'E-PER, which is no IOB2 tag'],
    ['IOB2', 'O 0', '0, which is no IOB2 tag'],
    ['IOB1', 'O B-PER', 'B-PER after O'],
    ['IOB1', 'I-LOC B-PER', 'B-PER after I-LOC'],
    ['BIOES', 'B-PER O', 'B-PER before O'],
    ['BIOES', 'B-PER', 'B-PER at the end of a sentence'],
    ['BIOES', 'O E-PER', 'E-PER after O'],
    ['BIOES', 'S-PER E-PER', 'E-PER after S-PER'],
  ] as const)('in %s "%s" has a tag that is wrong', (scheme, tags, what) => {
    expect(invalidTags(tags.split(' '), scheme).map((each) => each.what)).toEqual([what])
  })

  it('are told from classes', () => {
    expect(areSpanTags([['O', 'O']])).toBe(true)
    expect(areSpanTags([['NOUN', 'VERB', 'X']])).toBe(false)
    expect(areSpanTags([['O', 'PER', 'LOC']])).toBe(false)
    expect(areSpanTags([[...new Array<string>(20).fill('B-PER'), '0']])).toBe(true)
    expect(areSpanTags([])).toBe(false)
  })
})
