import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBrat, writeBrat } from './brat.ts'
import { CodePoints } from './codePoints.ts'
import { readConllText, writeConll } from './conll.ts'
import { readDoccano, writeDoccano } from './doccano.ts'
import type { LabelledDocument } from './labelledDocument.ts'
import { readLabelStudio, writeLabelStudio } from './labelStudio.ts'
import { readOffsetsJsonl, writeOffsetsJsonl } from './offsetsJsonl.ts'
import { readSpacy, writeSpacy } from './spacy.ts'

const pieces = fc.constantFrom(
  'Ada',
  'Byrne',
  ' ',
  ' ',
  '\t',
  '\n',
  '. ',
  '👩‍🚀',
  '💩',
  'e\u0301',
  'القاهرة',
  '\u202eabc\u202c',
  '東京。',
  '"\\',
  '<b>',
  ';',
  '\u00a0',
)

/** Texts with spans that do not overlap and cover something visible at both ends. */
const documents = fc
  .tuple(
    fc.array(pieces, { minLength: 1, maxLength: 40 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(6)), { maxLength: 6 }),
  )
  .map(([all, wanted]): LabelledDocument => {
    const text = all.join('')
    const starts: number[] = [0]
    for (const piece of all) starts.push((starts.at(-1) ?? 0) + piece.length)
    const spans: { type: string; start: number; end: number }[] = []
    let free = 0
    for (const [from, length] of [...wanted].sort((a, b) => a[0] - b[0])) {
      const first = free + (from % 5)
      const last = Math.min(first + length, all.length - 1)
      const visible = /\S/.test(all[first]?.[0] ?? ' ') && /\S$/.test(all[last] ?? ' ')
      if (first > last || !visible) continue
      const type = ['PER', 'ORG', 'B-LOC'][length % 3] ?? 'PER'
      spans.push({ start: starts[first] ?? 0, end: starts[last + 1] ?? 0, type })
      free = last + 1
    }
    return { text, spans }
  })
const some = fc.array(documents, { minLength: 1, maxLength: 4 })

const sorted = ({ text, spans }: LabelledDocument) => ({
  text,
  spans: spans.map(({ start, end, type }) => ({ start, end, type })),
})

const withCrlf = ({ text, spans }: LabelledDocument): LabelledDocument => {
  const moved = (at: number) => at + text.slice(0, at).split('\n').length - 1
  return {
    text: text.replaceAll('\n', '\r\n'),
    spans: spans.map(({ type, start, end }) => ({ type, start: moved(start), end: moved(end) })),
  }
}

const formats = {
  'JSONL with offsets': [writeOffsetsJsonl, readOffsetsJsonl],
  doccano: [writeDoccano, readDoccano],
  spaCy: [writeSpacy, readSpacy],
  'Label Studio': [writeLabelStudio, readLabelStudio],
} as const

describe.each(Object.entries(formats))('%s', (_, [write, read]) => {
  it('gives back every text and span', () => {
    fc.assert(
      fc.property(some, (all) => {
        expect(read(write(all), 'file').map(sorted)).toEqual(all.map(sorted))
      }),
    )
  })

  it('reads texts with \\r\\n line ends as the editor counts them', () => {
    fc.assert(
      fc.property(some, (all) => {
        expect(read(write(all.map(withCrlf)), 'file').map(sorted)).toEqual(all.map(sorted))
      }),
    )
  })

  it('names what is wrong', () => {
    expect(() => read('{"text": "a', 'labels.json')).toThrow(/labels\.json.* is no JSON/)
    expect(() => read('[{"x":1}]', 'labels.json')).toThrow(/labels\.json/)
  })
})

describe('brat', () => {
  it('gives back every span of its text', () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(sorted(readBrat(document.text, writeBrat(document), 'a.ann'))).toEqual(
          sorted(document),
        )
      }),
    )
  })

  it('counts code points and writes fragments over a line end', () => {
    const text = '👩‍🚀 Ada\nByrne'
    const ann = writeBrat({ text, spans: [{ start: 6, end: 15, type: 'PER' }] })
    expect(ann).toBe('T1\tPER 4 7;8 13\tAda Byrne\n')
  })
})

describe('offsets of other programs', () => {
  const text = '💩This is an annotation.'
  const document = { text, spans: [{ start: 13, end: 23, type: 'X' }] }

  it('are code points for spaCy and Label Studio, UTF-16 units for doccano', () => {
    expect(JSON.parse(writeSpacy([document]))[0][1].entities).toEqual([[12, 22, 'X']])
    const task = JSON.parse(writeLabelStudio([document]))[0]
    expect(task.annotations[0].result[0].value).toMatchObject({ start: 12, end: 22 })
    expect(JSON.parse(writeDoccano([document])).label).toEqual([[13, 23, 'X']])
  })

  it('move along where line ends were \\r\\n', () => {
    const line = JSON.stringify({ text: 'a\r\nAda\r\nb', label: [[3, 6, 'PER']] })
    expect(readDoccano(line, 'f')[0]).toEqual({
      text: 'a\nAda\nb',
      spans: [{ start: 2, end: 5, type: 'PER' }],
    })
  })

  it('convert both ways at every place', () => {
    fc.assert(
      fc.property(documents, ({ text: each }) => {
        const points = new CodePoints(each)
        let at = 0
        for (const [index, character] of Array.from(each).entries()) {
          expect(points.fromUtf16(at)).toBe(index)
          expect(points.toUtf16(index)).toBe(at)
          at += character.length
        }
      }),
    )
  })
})

describe('CoNLL', () => {
  const words = ({ text, spans }: LabelledDocument) =>
    spans.map(({ type, start, end }) => `${type} ${text.slice(start, end).replaceAll(/\s+/g, '')}`)

  it.each(['IOB2', 'BIOES'] as const)('%s gives back spans and visible characters', (scheme) => {
    fc.assert(
      fc.property(documents, (document) => {
        const read = readConllText(writeConll([document], scheme), 'a.conll')
        expect(words(read)).toEqual(words(document))
        const visible = (text: string) => text.replaceAll(/\s+/g, '')
        expect(visible(read.text)).toBe(visible(document.text))
        // What is read has its white space as CoNLL can tell it: it comes back as it is.
        const again = readConllText(writeConll([read], scheme), 'a.conll')
        expect(words(again)).toEqual(words(read))
      }),
    )
  })

  it('parts words at the edges of spans', () => {
    const document = { text: "Zoë-Ann's", spans: [{ start: 0, end: 2, type: 'PER' }] }
    expect(writeConll([document], 'IOB2')).toBe("Zo\tB-PER\në\tO\n-\tO\nAnn\tO\n'\tO\ns\tO\n\n")
  })
})
