import { describe, expect, it } from 'vitest'
import type { TraceOutput } from '../../src/core/protocol/trace.ts'
import { cutSentence, headSentence, outputSentence, sourcesSentence } from './words.ts'

const tags = (...tagged: (readonly [text: string, tag: string])[]): TraceOutput => ({
  kind: 'tags',
  spans: tagged.every(([, tag]) => tag === 'O' || tag[1] === '-'),
  words: tagged.map(([text, label], piece) => ({
    piece,
    text,
    // Ten units for each word, which hyphens follow without a space.
    start: 10 * piece,
    end: 10 * piece + (tagged[piece + 1]?.[0] === '-' ? 10 : text.length),
    shares: [{ label, probability: 0.9 }],
  })),
})

describe('what the head says', () => {
  it('is the classes, most probable first', () => {
    const shares = [
      { label: 'good', probability: 0.7 },
      { label: 'bad', probability: 0.3 },
    ]
    const output = { kind: 'classes', shares, classes: 2 } as const
    expect(outputSentence(output)).toBe('good 70.0 %, bad 30.0 %')
  })

  it('is the entities, whole', () => {
    const output = tags(['Ada', 'B-PER'], ['Byrne', 'I-PER'], ['in', 'O'], ['Lisbon', 'B-LOC'])
    expect(outputSentence(output)).toBe('Ada Byrne PER, Lisbon LOC')
    expect(outputSentence(tags(['in', 'O']))).toBe('no entity')
    expect(outputSentence(tags(['Port', 'B-LOC'], ['-', 'I-LOC']))).toBe('Port- LOC')
    expect(outputSentence(tags())).toBe('no words')
  })

  it('is each word’s class, of many the first', () => {
    expect(outputSentence(tags(['go', 'VERB'], ['home', 'ADV']))).toBe('go VERB, home ADV')
    const many = Array.from({ length: 14 }, (_, at) => [`w${at}`, 'X'] as const)
    expect(outputSentence(tags(...many))).toMatch(/w9 X and 4 more$/)
  })

  it('is an answer, or none', () => {
    const answer = { kind: 'answer' as const, start: [], end: [], first: -1, last: -1 }
    expect(outputSentence({ ...answer, text: 'London', probability: 0.5 })).toBe('London, 50.0 %')
    expect(outputSentence({ ...answer, text: '', probability: 0.5 })).toBe('no answer, 50.0 %')
  })
})

describe('what is told of the drawing', () => {
  const pieces = ['[CLS]', 'film', '[SEP]'].map((text, id) => ({ text, id, segment: 0 }))

  it('names what a piece takes from', () => {
    const sources = [
      { piece: 0, share: 0.684 },
      { piece: 2, share: 0.3 },
      { piece: 1, share: 0.016 },
    ]
    expect(sourcesSentence(pieces, 3, 1, sources)).toBe(
      'Layer 3, “film” takes from: [CLS] 68.4 %, [SEP] 30.0 %.',
    )
    expect(sourcesSentence(pieces, 3, 1, [])).toBe(
      'Layer 3, “film” takes from: nothing as much as 2 %.',
    )
  })

  it('says what the head makes of a piece', () => {
    const output = tags(['Ada', 'B-PER'], ['met', 'O'])
    expect(headSentence(output, 1)).toBe('Tagged O 90.0 %.')
    expect(headSentence(output, 7)).toBe('')
    const answer = { kind: 'answer' as const, text: 'a', first: 1, last: 1, probability: 1 }
    expect(headSentence({ ...answer, start: [0, 0.5], end: [0, 0.25] }, 1)).toBe(
      'As the answer’s start 50.0 %, as its end 25.0 %.',
    )
    expect(headSentence({ kind: 'score', score: 1 }, 0)).toBe('')
  })

  it('says what was left out', () => {
    expect(cutSentence(0, 20)).toBe('')
    expect(cutSentence(7, 128)).toMatch(/first 128 pieces .* 7 more are left out/)
  })
})
