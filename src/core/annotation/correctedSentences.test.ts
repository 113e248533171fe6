import { describe, expect, it } from 'vitest'
import type { PredictedSpan } from '../protocol/predictions.ts'
import type { Annotation, AnnotationStatus } from './annotation.ts'
import {
  type CorrectedModel,
  correctedSentences,
  sentencesWithLabels,
} from './correctedSentences.ts'
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
const ner: CorrectedModel = { classes: false, predicted, threshold: 0.8, isIgnored: () => false }
const corrected = async (annotations: Annotation[], model = ner) => {
  const { sentences, unfinished } = await correctedSentences(text, annotations, model)
  return {
    unfinished,
    sentences: sentences.map(({ words, tags }) =>
      words.map((w, i) => (tags[i] === 'O' ? w : `${w}/${tags[i]}`)).join(' '),
    ),
  }
}

describe('correctedSentences', () => {
  it('takes what was judged, with what the model is sure of', async () => {
    expect(
      await corrected([label('Ren', 'PER', 'gold'), label('Northgate', 'LOC', 'gold')]),
    ).toEqual({
      unfinished: 0,
      sentences: ['Ada/B-PER met Ren/B-PER .', 'Zoe saw Northgate/B-LOC at Quay/B-LOC 9/I-LOC .'],
    })
  })

  it('leaves out a sentence in which two labels contradict each other', async () => {
    const two = [label('Ren', 'PER', 'gold'), { ...label('Ren', 'ORG', 'gold'), id: 'other' }]
    const rejected = [label('Ren', 'PER', 'gold'), { ...label('Ren', 'PER', 'rejected'), id: 'x' }]
    const overlap = [label('Quay 9', 'LOC', 'gold'), { ...label('9', 'ORG', 'gold'), id: 'y' }]
    for (const open of [two, rejected, overlap]) {
      expect(await corrected(open)).toEqual({ unfinished: 1, sentences: [] })
    }
    const apart = [label('Quay 9', 'LOC', 'gold'), label('9', 'ORG', 'rejected')]
    expect((await corrected([label('Northgate', 'ORG', 'gold'), ...apart])).unfinished).toBe(0)
  })

  it('leaves out where something doubtful waits, and takes back what was rejected', async () => {
    expect(
      await corrected([label('Ada', 'PER', 'rejected'), label('Northgate', 'ORG', 'rejected')]),
    ).toEqual({
      unfinished: 1,
      sentences: ['Zoe saw Northgate at Quay/B-LOC 9/I-LOC .'],
    })
  })

  it('takes a sentence that was only looked at', async () => {
    expect((await corrected([label('Nobody spoke.', '', 'reviewed')])).sentences).toEqual([
      'Nobody spoke .',
    ])
  })

  it('takes none for looked at that grew, or was joined with another, since', async () => {
    const joined = { ...label('Nobody spoke.', '', 'reviewed'), end: text.length }
    const part = label('Nobody', '', 'reviewed')
    expect(await corrected([joined, part])).toEqual({ unfinished: 0, sentences: [] })
  })

  it('neither waits for a word that is ignored nor learns it', async () => {
    const model = { ...ner, isIgnored: (word: string) => ['Ren', 'Quay 9'].includes(word) }
    expect(
      await corrected([label('Ada', 'PER', 'gold'), label('saw', 'ORG', 'gold')], model),
    ).toEqual({
      unfinished: 1,
      sentences: ['Ada/B-PER met Ren .'],
    })
    const sure = [label('Northgate', 'ORG', 'gold')]
    expect((await corrected(sure, model)).sentences).toEqual([
      'Zoe saw Northgate/B-ORG at Quay 9 .',
    ])
  })

  it('makes one sentence of two that a span joins, unless something waits in either', async () => {
    expect(await corrected([label('Ren. Zoe', 'PER', 'gold')])).toEqual({
      unfinished: 1,
      sentences: [],
    })
    const both = [label('Ren. Zoe', 'PER', 'gold'), label('Northgate', 'ORG', 'gold')]
    expect(await corrected(both)).toEqual({
      unfinished: 0,
      sentences: [
        'Ada/B-PER met Ren/B-PER ./I-PER Zoe/I-PER saw Northgate/B-ORG at Quay/B-LOC 9/I-LOC .',
      ],
    })
  })

  it('gives each word its class as it is, and waits for those that are not known', async () => {
    const classes = [
      ['Nobody', 'PRON', 0.9],
      ['spoke', 'NOUN', 0.95],
      ['.', 'PUNCT', 0.6],
    ] as const
    const end = text.indexOf('Nobody')
    const model: CorrectedModel = {
      ...ner,
      classes: true,
      predicted: () =>
        classes.map(([word, type, probability]) => {
          const start = text.indexOf(word, end)
          return { start, end: start + word.length, type, probability, types: [] }
        }),
    }
    const verb = label('spoke', 'VERB', 'gold')
    const reviewed = label('Nobody spoke.', '', 'reviewed')
    expect(await corrected([verb], model)).toEqual({ unfinished: 1, sentences: [] })
    expect((await corrected([verb, reviewed], model)).sentences).toEqual([
      'Nobody/PRON spoke/VERB ./PUNCT',
    ])
    const rejected = label('spoke', 'NOUN', 'rejected')
    expect(await corrected([rejected, reviewed], model)).toEqual({ unfinished: 1, sentences: [] })
  })

  it('looks at the lines with labels only, and lets others have their turn', async () => {
    const lines = Array.from(
      { length: 3000 },
      (_, at) => `Ada met Ren on day ${at}. Then she left.`,
    )
    const long = lines.join('\n')
    const labels = lines.flatMap((_, at) => {
      const start = long.indexOf(`day ${at}.`)
      const place = { start, end: start + 3, text: 'day' }
      return at % 3 === 0 ? [{ ...label('Ren', 'DAY', 'gold'), ...place, id: `${at}` }] : []
    })
    expect(sentencesWithLabels(long, labels)).toHaveLength(1000)
    let rests = 0
    const rest = async () => void rests++
    const none = { ...ner, predicted: () => [] }
    const { sentences } = await correctedSentences(long, labels, none, rest)
    expect(sentences).toHaveLength(1000)
    expect(sentences[1]?.tags).toEqual(['O', 'O', 'O', 'O', 'B-DAY', 'O', 'O'])
    expect(rests).toBeGreaterThanOrEqual(3)
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
