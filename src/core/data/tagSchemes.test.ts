import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelKindOf } from './labelKind.ts'
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

  it('may be letters alone, where all are', () => {
    expect(areSpanTags([['B', 'I', 'O'], ['B']])).toBe(true)
    expect(areSpanTags([['B', 'E', 'S', 'O']])).toBe(true)
    expect(areSpanTags([['N', 'V', 'I', 'B', 'S']])).toBe(false)
    expect(areSpanTags([['E', 'S', 'O']])).toBe(false)
    expect(spansOf(['B', 'I', 'O', 'B'])).toEqual([
      { type: '_', start: 0, end: 2 },
      { type: '_', start: 3, end: 4 },
    ])
    expect(convertTags(['B', 'E', 'O', 'S'], 'BIOES', 'IOB2')).toEqual(['B', 'I', 'O', 'B'])
    expect(invalidTags(['O', 'I'], 'IOB2').map(({ what }) => what)).toEqual(['I after O'])
    // Among tags with types a letter is a mistake.
    expect(areSpanTags([['B-PER', 'I-PER', 'B']])).toBe(false)
    expect(invalidTags(['B'], 'IOB2', true).map(({ what }) => what)).toEqual([
      'B, which is no IOB2 tag',
    ])
    expect(labelKindOf(['O', 'B', 'I'])).toBe('spans')
    expect(labelKindOf(['B', 'I', 'N', 'V'])).toBe('classes')
  })
})
