import { describe, expect, it } from 'vitest'
import type { PredictedSpan } from '../protocol/predictions.ts'
import type { Annotation, AnnotationStatus } from './annotation.ts'
import { correctedSentences } from './correctedSentences.ts'
import { alignDocument, visibleText } from './formats/alignDocument.ts'
import { whatChanged } from './whatChanged.ts'

const text = 'Ada met Ren. Zoe saw Northgate at Quay 9. Nobody spoke.\nLisbon slept.'

const label = (piece: string, type: string, status: AnnotationStatus): Annotation => {
  const start = text.indexOf(piece)
  return {
    id: piece,
    start,
    end: start + piece.length,
    text: piece,
    type,
    status,
    by: 'ada',
    at: 1,
    before: '',
    after: '',
  }
}
const says = (piece: string, type: string, probability: number): PredictedSpan => {
  const start = text.indexOf(piece)
  return { start, end: start + piece.length, type, probability, types: [] }
}
const model = [
  says('Ada', 'PER', 0.9),
  says('Ren', 'ORG', 0.5),
  says('Northgate', 'ORG', 0.6),
  says('Quay 9', 'LOC', 0.95),
]
const predicted = ({ start, end }: { start: number; end: number }) =>
  model.filter((span) => span.start >= start && span.end <= end)
const corrected = (annotations: Annotation[]) => {
  const { sentences, unfinished } = correctedSentences(text, annotations, predicted, 0.8)
  return {
    unfinished,
    sentences: sentences.map(({ words, tags }) =>
      words.map((w, i) => (tags[i] === 'O' ? w : `${w}/${tags[i]}`)).join(' '),
    ),
  }
}

describe('correctedSentences', () => {
  it('takes what was judged, with what the model is sure of', () => {
    expect(corrected([label('Ren', 'PER', 'gold'), label('Northgate', 'LOC', 'gold')])).toEqual({
      unfinished: 0,
      sentences: ['Ada/B-PER met Ren/B-PER .', 'Zoe saw Northgate/B-LOC at Quay/B-LOC 9/I-LOC .'],
    })
  })

  it('leaves out where something doubtful waits, and takes back what was rejected', () => {
    expect(
      corrected([label('Ada', 'PER', 'rejected'), label('Northgate', 'ORG', 'rejected')]),
    ).toEqual({
      unfinished: 1,
      sentences: ['Zoe saw Northgate at Quay/B-LOC 9/I-LOC .'],
    })
  })

  it('takes a sentence that was only looked at', () => {
    expect(corrected([label('Nobody spoke.', '', 'reviewed')]).sentences).toEqual([
      'Nobody spoke .',
    ])
  })

  it('takes none for looked at that grew, or was joined with another, since', () => {
    const joined = { ...label('Nobody spoke.', '', 'reviewed'), end: text.length }
    const part = label('Nobody', '', 'reviewed')
    expect(corrected([joined, part])).toEqual({ unfinished: 0, sentences: [] })
  })
})

it('whatChanged tells fixed from broken', () => {
  const gold = [
    label('Ren', 'PER', 'gold'),
    label('Northgate', 'ORG', 'rejected'),
    label('Quay 9', 'LOC', 'gold'),
  ]
  const after = [says('Ren', 'PER', 1), says('Quay', 'LOC', 1)]
  expect(
    whatChanged(gold, model, after).map(({ change, before, after: now }) => [change, before, now]),
  ).toEqual([
    ['fixed', 'ORG', 'PER'],
    ['fixed', 'ORG', null],
    ['broken', 'LOC', 'LOC, other edges'],
  ])
})

it('alignDocument finds spans whatever the white space', () => {
  const document = {
    text: 'Zoe saw North gate at Quay 9 .',
    spans: [
      { type: 'ORG', start: 8, end: 18 },
      { type: 'LOC', start: 22, end: 28 },
    ],
  }
  const found = alignDocument(visibleText(text), document, 0)
  expect(found?.spans.map(({ start, end }) => text.slice(start, end))).toEqual([
    'Northgate',
    'Quay 9',
  ])
  expect(alignDocument(visibleText(text), document, found?.next ?? 0)).toBeUndefined()
})
