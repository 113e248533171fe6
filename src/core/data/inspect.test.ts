import { afterAll, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import { readExamples } from './examples.ts'
import { inspectDataFile } from './inspect.ts'
import { loadQuestions } from './questions.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

const csv = (header: string, rows: readonly string[]) =>
  files.write('x.csv', `${[header, ...rows].join('\n')}\n`)
const numbered = Array.from({ length: 12 }, (_, at) => `${at},text ${at},${at % 2 ? 'a' : 'b'}`)
const keys = async (file: string) => (await inspectDataFile(file)).columns.map(({ key }) => key)

describe('a table, as the user says', () => {
  const options = { pair: false, labels: 'required', textColumn: 0, labelColumn: 1 } as const

  it('has a header or none', async () => {
    const file = files.write('t.tsv', 'text\tlabel\nmore\tgood\n')
    expect((await readExamples(file, options)).texts).toEqual(['more'])
    const without = await readExamples(file, { ...options, header: false })
    expect(without.texts).toEqual(['text', 'more'])
    const words = files.write('w.tsv', 'good\tyes\nbad\tno\n')
    expect((await readExamples(words, options)).texts).toEqual(['good', 'bad'])
    expect((await readExamples(words, { ...options, header: true })).texts).toEqual(['bad'])
  })

  it('has quotes around its fields or none', async () => {
    const text = 'first\tgood\n"a ""b""\nc"\tgood\n'
    const tsv = files.write('q.tsv', text)
    const quoted = await readExamples(tsv, { ...options, quotes: true })
    expect(quoted.texts).toEqual(['first', 'a "b"\nc'])
    await expect(readExamples(tsv, options)).rejects.toThrow(`${tsv}:2 has 1 field`)
    const csv = files.write('q.csv', '"a;good\nb";bad\n')
    expect((await readExamples(csv, { ...options, quotes: false })).texts).toEqual(['"a', 'b"'])
  })

  it('of questions has a header or none', async () => {
    const file = files.write('q2.tsv', 'Who?\tMice eat.\tMice\nWhat?\tCats eat.\tCats\n')
    const columns = { question: 0, context: 1, answer: 2 }
    const read = async (header?: boolean) =>
      (await loadQuestions(file, { answers: 'checked', columns, table: { header } })).examples
        .length
    expect(await read()).toBe(2)
    expect(await read(true)).toBe(1)
  })
})

describe('the header of a table', () => {
  it.each([',text,label', ',utterance,kind'])('may be that of pandas: %s', async (header) => {
    const file = csv(header, numbered)
    const { header: found, columns } = await inspectDataFile(file)
    expect(found).toBe(true)
    expect(columns[0]).toMatchObject({ key: 0, name: 'column 0' })
    const options = { pair: false, labels: 'required' } as const
    const examples = await readExamples(file, { ...options, labelColumn: 2 })
    expect(examples.texts).toHaveLength(12)
    expect(new Set(examples.labels)).toEqual(new Set(['a', 'b']))
    const byNumber = await readExamples(file, { ...options, textColumn: 0, labelColumn: 2 })
    expect(byNumber.texts[1]).toBe('1')
  })

  it('may name two columns alike: the second is known by a number more', async () => {
    const file = csv(
      'text,label,label',
      numbered.map((row) => row.replace(/^\d+,/, 'x,')),
    )
    expect(await keys(file)).toEqual(['text', 'label', 'label.1'])
    expect((await inspectDataFile(file)).guess).toEqual({ text: 'text', label: 'label' })
  })

  it('is not an empty first text', async () => {
    const rows = ['good text,1', 'bad text,0', 'more text,1']
    expect((await inspectDataFile(csv(',1', rows))).header).toBe(false)
    expect((await inspectDataFile(csv(',good', ['a,bad', 'b,good']))).header).toBe(false)
  })

  const opinions = Array.from({ length: 60 }, (_, at) => `film ${at},${at % 3 ? 'gut' : 'mies'}`)

  it('may leave the names of empty columns out, as Excel does', async () => {
    const rows = opinions.map((row) => `${row},,`)
    for (const header of ['text,label,,', 'phrase,opinion,,']) {
      const head = await inspectDataFile(csv(header, rows))
      const [text, label] = header.split(',')
      expect(head).toMatchObject({ header: true, rowsRead: 60, guess: { text, label } })
    }
    const noted = [...rows.slice(1), `${opinions[0]},,a note`]
    expect((await inspectDataFile(csv('text,label,,', noted))).header).toBe(false)
    expect((await inspectDataFile(csv(',,', [',,', ',,']))).header).toBe(false)
  })

  it('may be that of pandas above shuffled row numbers', async () => {
    const rows = opinions.map((row, at) => `${(at * 37 + 57) % 101},${row}`)
    const head = await inspectDataFile(csv(',phrase,opinion', rows))
    expect(head).toMatchObject({ header: true, guess: { text: 'phrase', label: 'opinion' } })
    const classes = opinions.map((row, at) => `${at % 4},${row}`)
    expect((await inspectDataFile(csv(',good film,gut', classes))).header).toBe(false)
  })

  it('is not a row whose label is like the name of a column', async () => {
    const topics = Array.from(
      { length: 60 },
      (_, at) => `${at % 2 ? 'quality' : 'delivery'}\tit came ${at} days late`,
    )
    const read = (...rows: string[]) => inspectDataFile(files.write('t.tsv', rows.join('\n')))
    expect(await read('quality\tas it should be', ...topics)).toMatchObject({
      header: false,
      guess: { label: 0 },
    })
    const named = ['topic\ttext', ...topics, 'topic\ttext', 'topic\ta text']
    expect(await read(...named)).toMatchObject({ header: true, guess: { label: 'topic' } })
  })

  it('and the labels are told where a row is empty', async () => {
    const file = csv('utterance,kind', [...numbered.map((row) => row.replace(/^\d+,/, '')), ','])
    expect((await inspectDataFile(file)).guess.label).toBe('kind')
  })
})
