import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PredictedSpan } from '../protocol/predictions.ts'
import { byNearness, type DisplaySpan, displaySpans, doubt } from './displaySpans.ts'
import { LabelledText } from './labelledText.ts'
import { PredictionMap, SentenceCache } from './predictionMap.ts'
import { TextLines } from './textLines.ts'

/** A model that knows capital words: sure of long ones. */
const model = (sentence: string): PredictedSpan[] =>
  Array.from(sentence.matchAll(/\p{Lu}\p{Ll}+/gu), ({ 0: word, index }) => ({
    start: index,
    end: index + word.length,
    type: word.length > 4 ? 'LOC' : 'PER',
    probability: Math.min(0.99, word.length / 8),
    types: [{ type: 'LOC', probability: 0.5 }],
  }))

const predict = (map: PredictionMap, asked: string[] = []): void => {
  for (let missing = map.settle(0, 1e9); missing.length > 0; missing = map.settle(0, 1e9)) {
    asked.push(...missing)
    for (const sentence of missing) map.cache.put(sentence, model(sentence))
  }
}

const sample = 'then Ada met Renate. She saw Lisbon.\n\nAt Quay nine Zoe slept.\n\tLisbon'

const setUp = (text = sample) => {
  const labelled = new LabelledText(TextLines.of(text))
  const map = new PredictionMap(labelled.text, new SentenceCache())
  const show = () =>
    displaySpans(
      {
        text: labelled.text,
        annotations: labelled.annotations,
        predictions: map,
        threshold: 0.7,
        modelTime: 2,
      },
      0,
      1e9,
    )
  const words = () => show().map(({ start, end }) => labelled.text.slice(start, end))
  const edit = (start: number, end: number, piece: string) => {
    map.edit([{ start, end, text: piece }])
    return labelled.edit([{ start, end, text: piece }], false)
  }
  return { labelled, map, show, words, edit }
}

describe('PredictionMap', () => {
  it('asks again only for the sentence that an edit touched; spans move at once', () => {
    const { map, words, edit } = setUp()
    predict(map)
    const before = words()
    edit(0, 0, 'So ')
    expect(words()).toEqual(before)
    const asked: string[] = []
    predict(map, asked)
    expect(asked).toEqual(['So then Ada met Renate.'])
    expect(words()).toEqual(['So', ...before])
  })

  it('stays what a new prediction of the whole text would be, after any edits', () => {
    const edits = fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.integer({ min: 0, max: 15 }),
        piece: fc.constantFrom('', 'a', 'Ben ', '\n', '. Now', '👩‍🚀', 'x\ny. Zed\n'),
      }),
      { minLength: 1, maxLength: 12 },
    )
    fc.assert(
      fc.property(edits, (all) => {
        const { labelled, map, show, edit } = setUp()
        predict(map)
        for (const { at, length, piece } of all) {
          const start = Math.floor(at * labelled.text.length)
          edit(start, Math.min(labelled.text.length, start + length), piece)
          for (const span of show()) {
            expect(span.end).toBeLessThanOrEqual(labelled.text.length)
            expect(labelled.text.slice(span.start, span.end)).not.toContain('\n')
          }
        }
        predict(map)
        const anew = setUp(labelled.text.toString())
        predict(anew.map)
        expect(show()).toEqual(anew.show())
      }),
    )
  })
})

describe('displaySpans', () => {
  it('puts a person before the model, and says where they differ', () => {
    const { labelled, map, show } = setUp()
    predict(map)
    const lisbon = sample.indexOf('Lisbon')
    labelled.change({
      what: 'label',
      set: [
        { id: 'a', start: 5, end: 8, type: 'ORG', status: 'gold' },
        { id: 'b', start: lisbon, end: lisbon + 6, type: 'LOC', status: 'rejected' },
      ],
      by: 'ada',
      at: 1,
    })
    const later = { id: 'c', start: 0, end: 4, type: 'PER', status: 'gold' } as const
    labelled.change({ what: 'label', set: [later], by: 'ada', at: 3 })
    const seen = show().map(({ start, end, look, modelSays }) => [
      sample.slice(start, end),
      look,
      modelSays,
    ])
    expect(seen.slice(0, 5)).toEqual([
      ['then', 'gold', null],
      ['Ada', 'gold', 'PER'],
      ['Renate', 'certain', undefined],
      ['She', 'doubtful', undefined],
      ['Lisbon', 'rejected', undefined],
    ])
    expect(show().map(doubt).slice(0, 5)).toEqual([0, 0.5, 0, 1 - 3 / 8, 0])
  })

  it('marks what another run sees otherwise', () => {
    const { labelled, map } = setUp('Ada saw Lisbon')
    predict(map)
    const other = new PredictionMap(labelled.text, new SentenceCache())
    const spans = model('Ada saw Lisbon')
    other.cache.put('Ada saw Lisbon', [
      { ...spans[0]!, type: 'ORG', probability: 1 },
      { ...spans[0]!, start: 4, end: 7, type: 'MISC' },
    ])
    other.settle(0, 1)
    const source = { text: labelled.text, annotations: [], predictions: map, threshold: 0 }
    const seen = displaySpans({ ...source, other }, 0, 1)
    expect(seen.map(({ type, look, other: says }) => [type, look, says])).toEqual([
      ['PER', 'doubtful', 'ORG'],
      ['MISC', 'doubtful', 'MISC'],
      ['LOC', 'doubtful', null],
    ])
  })
})

it('a sentence that was looked at hides what the model says, until it is joined with another', () => {
  const { labelled, map, words, edit } = setUp()
  predict(map)
  const start = sample.indexOf('She')
  const end = sample.indexOf('\n')
  const reviewed = { id: 'r', start, end, type: '', status: 'reviewed' as const }
  labelled.change({ what: 'review', set: [reviewed], by: 'ada', at: 1 })
  expect(words()).not.toContain('She')
  edit(0, 0, 'So ')
  expect(words()).not.toContain('She')
  const stop = start + 1
  expect(labelled.text.slice(stop, stop + 1)).toBe('.')
  edit(stop, stop + 1, '')
  expect(words()).toContain('She')
})

it('of several spans at a place the one is meant that covers just it, then what waits for a word', () => {
  const span = (start: number, end: number, look: DisplaySpan['look']): DisplaySpan => ({
    start,
    end,
    type: look,
    look,
    types: [],
  })
  const spans = [
    span(0, 6, 'gold'),
    span(0, 12, 'unreviewed'),
    span(7, 12, 'gold'),
    span(7, 12, 'unreviewed'),
    span(12, 15, 'doubtful'),
  ]
  const order = (start: number, end: number) =>
    byNearness(spans, { start, end }).map((each) => `${each.start}-${each.end} ${each.look}`)
  expect(order(7, 12).slice(0, 3)).toEqual(['7-12 unreviewed', '7-12 gold', '0-12 unreviewed'])
  expect(order(9, 9).slice(0, 3)).toEqual(['7-12 unreviewed', '0-12 unreviewed', '7-12 gold'])
  expect(order(3, 3)[0]).toBe('0-12 unreviewed')
})

it('SentenceCache lets those go that were not used for longest', () => {
  const cache = new SentenceCache()
  const sentence = (letter: string) => letter.repeat(1_500_000)
  cache.put(sentence('a'), [])
  cache.put(sentence('b'), [])
  expect(cache.get(sentence('a'))).toEqual([])
  cache.put(sentence('c'), [])
  expect(cache.get(sentence('a'))).toEqual([])
  expect(cache.get(sentence('b'))).toBeUndefined()
})
