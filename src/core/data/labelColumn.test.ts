import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import { InputError } from '../errors.ts'
import { alignHeaders, readLabelColumn } from './labelColumn.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

const labels = async (name: string, text: string, column?: string) =>
  (await readLabelColumn(files.write(name, text), column)).labels

describe('labels', () => {
  it('are one a line', async () => {
    expect(await labels('a.txt', '\ufeff1\r\n0 \r\n1\r\n\r\n')).toEqual(['1', '0', '1'])
    expect(await labels('b.txt', 'yes, please\nno\n')).toEqual(['yes, please', 'no'])
    expect(await labels('c.tsv', 'a b\nc')).toEqual(['a b', 'c'])
  })

  it('may have their name above them', async () => {
    expect(await labels('a.csv', 'label\n1\n0\n')).toEqual(['1', '0'])
    expect(await labels('b.txt', 'verdict\n1\n0\n', 'verdict')).toEqual(['1', '0'])
    expect(await labels('c.txt', 'topic\nother\ntopic\n')).toEqual(['topic', 'other', 'topic'])
    expect(await labels('d.txt', '1\n0\n', '1')).toEqual(['1', '0'])
  })

  it.each([
    ['y\n0\n1\n1\n0\n', 'y', ['0', '1', '1', '0']],
    ['verdict\n0.5\n1\n', 'verdict', ['0.5', '1']],
    ['prediction\npos\nneg\n', 'prediction', ['pos', 'neg']],
    ['y\nn\nn\n', undefined, ['y', 'n', 'n']],
    ['nan\n0.5\n1\n', undefined, ['nan', '0.5', '1']],
    ['verdict\npos\nneg\n', undefined, ['verdict', 'pos', 'neg']],
  ])('%j have the name %j', async (text, name, left) => {
    const { labels, header, lines } = await readLabelColumn(files.write('h.txt', text), undefined)
    expect([header?.label, labels]).toEqual([name, left])
    expect(lines.at(-1)).toBe(text.split('\n').length - 1)
  })

  it.each([
    ['a name in one file only', 'verdict\npos\nneg', 'pos\npos', ['pos', 'neg'], ['pos', 'pos']],
    ['no name: it is among the others', 'pos\npos\nneg', 'pos\npos', undefined, undefined],
    ['a label after all', 'no\n1\n2', '1\n1\n2', ['no', '1', '2'], ['1', '1', '2']],
    ['a number', '3\n1\n2', '1\n2', undefined, undefined],
    ['names in both', 'label\npos\nneg', 'guess\npos\nneg', ['pos', 'neg'], ['pos', 'neg']],
  ])('of two files are brought to the same rows: %s', async (_, a, b, gold, predicted) => {
    const read = (name: string, text: string) => readLabelColumn(files.write(name, text), undefined)
    for (const swap of [false, true]) {
      const both = [await read('g.txt', a), await read('p.txt', b)] as const
      const [first, second] = swap ? [both[1], both[0]] : both
      const aligned = alignHeaders(first, second).map(({ labels }) => labels)
      const [left, right] = swap ? [aligned[1], aligned[0]] : aligned
      expect([left, right]).toEqual([gold ?? a.split('\n'), predicted ?? b.split('\n')])
    }
    const known = ['pos', 'neg', 'verdict', 'no', '1', '2', '3', 'label', 'guess']
    const kept = alignHeaders(await read('g.txt', a), await read('p.txt', b), known)
    expect(kept.map(({ labels }) => labels)).toEqual([a.split('\n'), b.split('\n')])
  })

  it('are a column of a table or of objects', async () => {
    const table = 'sentence\tlabel\tother\na\t1\tx\nb\t0\ty\n'
    expect(await labels('a.tsv', table, 'label')).toEqual(['1', '0'])
    expect(await labels('a.tsv', table, '2')).toEqual(['x', 'y'])
    expect(await labels('a.tsv', table)).toEqual(['1', '0'])
    expect(await labels('a.jsonl', '{"label": 1}\n{"label": true}\n', 'label')).toEqual([
      '1',
      'true',
    ])
    expect(await labels('a.csv', 'text,label\n"a, b",x\n', 'label')).toEqual(['x'])
  })

  it.each([
    ['gap.txt', '1\n\n0\n', undefined, /:2 is empty/],
    ['empty.txt', '\n', undefined, /has no labels/],
    ['no.tsv', 'a\tlabel\nx\t1\n', 'gold', /has no label column "gold"; its columns are "a"/],
    ['hole.tsv', 'a\tlabel\nx\t1\ny\t\n', 'label', /:3 has no label in "label"/],
    ['null.jsonl', '{"label": null}\n', 'label', /:1 has no label in "label"/],
    ['short.tsv', 'a\tlabel\nx\t1\ny\n', 'label', /:3 has 1 field/],
  ])('in %s are refused', async (name, text, column, message) => {
    await expect(labels(name, text, column)).rejects.toThrow(message)
    await expect(labels(name, text, column)).rejects.toThrow(InputError)
  })

  it('are an InputError or labels, whatever the bytes', async () => {
    const parts = fc
      .array(fc.constantFrom('a', 'label', '1', '\t', '\n', ',', '"', '{', '}', '[', ':', '\r'))
      .map((each) => Buffer.from(each.join('')))
    const bytes = fc.oneof(parts, fc.uint8Array({ maxLength: 100 }))
    const names = fc.constantFrom('f.txt', 'f.tsv', 'f.csv', 'f.jsonl', 'f.json')
    await fc.assert(
      fc.asyncProperty(bytes, names, async (content, name) => {
        try {
          const column = await readLabelColumn(files.write(name, content), undefined)
          expect(column.labels.every((label) => label.trim() !== '')).toBe(true)
          expect(column.lines).toHaveLength(column.labels.length)
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('are not texts: those are not read to their end', async () => {
    const texts = Array.from({ length: 3000 }, (_, at) => `text ${at}`)
    // The bad byte at the end is not come to.
    const broken = (text: string) => Buffer.concat([Buffer.from(text), Buffer.from([0xff, 10])])
    const list = files.write('texts.txt', broken(`${texts.join('\n')}\n`))
    await expect(readLabelColumn(list, undefined)).rejects.toThrow(
      'more than 1000 different labels',
    )
    const rows = texts.map((text) => `1\t${text}`).join('\n')
    const table = files.write('texts.tsv', broken(`label\ttext\n${rows}\n`))
    await expect(readLabelColumn(table, 'text')).rejects.toThrow(/different labels in "text"/)
    const scores = files.write('scores.txt', texts.map((_, at) => at / 7).join('\n'))
    expect((await readLabelColumn(scores, undefined)).labels).toHaveLength(3000)
  })

  it('come with their probabilities from predictions', async () => {
    const write = (rows: readonly object[]) =>
      files.write('p.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'))
    const predict = [
      { line: 1, label: 'a', probabilities: { a: 0.7, b: 0.3 } },
      { line: 2, label: 'b', probabilities: { a: 0.4, b: 0.6 } },
    ]
    expect((await readLabelColumn(write(predict), 'label')).confidences).toEqual([0.7, 0.6])
    const kept = predict.map(({ label }) => ({ predicted: label, probabilities: [0.25, 0.75] }))
    expect((await readLabelColumn(write(kept), 'predicted')).confidences).toEqual([0.75, 0.75])
    const some = [...kept, { predicted: 'a' }]
    expect((await readLabelColumn(write(some), 'predicted')).confidences).toBeUndefined()
  })
})
