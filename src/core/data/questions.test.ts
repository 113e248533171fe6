import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import { InputError } from '../errors.ts'
import { loadQaData } from './qaData.ts'
import { loadQuestions, type QuestionFileOptions } from './questions.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

const load = (file: string, options: Partial<QuestionFileOptions> = {}) =>
  loadQuestions(file, { answers: 'checked', ...options })
const jsonl = (...rows: object[]) =>
  files.write('q.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''))

const context = 'Mice \u{1f42d} eat cheese, and mice sleep.'
const cheese = { text: 'cheese', start: context.indexOf('cheese') }
const row = (answers: unknown, more: object = {}) => ({
  id: 'q',
  question: 'What?',
  context,
  answers,
  ...more,
})

describe('questions in rows', () => {
  it.each([
    ["Hugging Face's lists", row({ text: ['cheese'], answer_start: [11] })],
    ['a list of objects', row([{ text: 'cheese', answer_start: 11 }])],
    ['texts alone', row(['cheese'])],
    ['a text alone', row('cheese')],
    ['a text and its offset', row('cheese', { answer_start: 11 })],
    ['other names', { qid: 'q', query: 'What?', passage: context, answer: 'cheese' }],
    [
      'flattened lists',
      {
        id: 'q',
        question: 'What?',
        context,
        'answers.text': ['cheese'],
        'answers.answer_start': [11],
      },
    ],
    ['lists as text', row('{"text": ["cheese"], "answer_start": [11]}')],
  ])('reads %s', async (_, value) => {
    const { examples, version } = await load(jsonl(value))
    expect(version).toBe('1.1')
    expect(examples).toEqual([
      { id: 'q', question: 'What?', context, answers: [cheese], impossible: false, line: 1 },
    ])
  })

  it.each([[[]], [null], [''], [{ text: [], answer_start: [] }]])(
    'reads %j as no answer',
    async (answers) => {
      const data = await load(jsonl(row(answers)))
      expect(data).toMatchObject({ version: '2.0', examples: [{ answers: [], impossible: true }] })
    },
  )

  it('reads CSV, its quotes and line ends, and TSV by column numbers', async () => {
    const csv =
      'id,question,context,answer,answer_start\n1,"Who, then?","A ""b""\nc",c,6\n2,No?,x,,\n'
    const { examples } = await load(files.write('q.csv', csv))
    expect(examples).toMatchObject([
      { id: '1', question: 'Who, then?', context: 'A "b"\nc', answers: [{ text: 'c', start: 6 }] },
      { id: '2', line: 4, impossible: true },
    ])
    const tsv = files.write('q.tsv', 'x y z\tWhere is y?\ty\nx y z\tWhere is z?\tz\n')
    const columns = { context: 0, question: 1, answer: '2' }
    const data = await load(tsv, { columns })
    expect(data.examples.map(({ id, answers }) => [id, answers[0]?.start])).toEqual([
      ['1', 2],
      ['2', 4],
    ])
  })

  it('takes the offsets of CSV with a fraction of nought, as pandas writes them', async () => {
    const csv = 'question,context,answer,answer_start\nWho?,Mice and cats,cats,9.0\nWhat?,Mice,,\n'
    expect((await load(files.write('p.csv', csv))).examples).toMatchObject([
      { answers: [{ text: 'cats', start: 9 }] },
      { impossible: true },
    ])
    const half = files.write('h.csv', csv.replace('9.0', '9.5'))
    await expect(load(half)).rejects.toThrow(`${half}:2 question "2" has the answer "cats"`)
  })

  it('takes the offsets of CSV that count both characters of a line end', async () => {
    const read = (start: number) => {
      const end = '\r\n'
      const rows = [
        'question,context,answer,answer_start',
        `Who?,"\u{1f42d}${end}${end}a cats",cats,${start}`,
      ]
      return load(files.write('r.csv', `${rows.join(end)}${end}`))
    }
    const found = [{ answers: [{ text: 'cats', start: 6 }] }]
    expect((await read(7)).examples).toMatchObject(found)
    expect((await read(5)).examples).toMatchObject(found)
    await expect(read(6)).rejects.toThrow('at 6, where its context reads "ats"')
    await expect(read(2)).rejects.toThrow('at 2, where its context reads')
    const counted = { question: 'Who?', context: 'a\nb cats', answer: 'cats', answer_start: 5 }
    await expect(load(jsonl(counted))).rejects.toThrow('at 5, where')
  })

  it.each([
    ['[12]', 'As shown [12] there.'],
    ['[]', 'It is [] at first.'],
    ['{"a": 1}', 'It prints {"a": 1} then.'],
  ])('reads %s as a text where it is one', async (answer, text) => {
    const start = text.indexOf(answer)
    const given = { id: 'q', question: 'What?', context: text, answer, answer_start: start }
    const { examples } = await load(jsonl(given))
    expect(examples).toMatchObject([{ answers: [{ text: answer, start }] }])
    const quoted = [answer, text].map((cell) => `"${cell.replaceAll('"', '""')}"`)
    const csv = `id,question,answer,context,answer_start\nq,What?,${quoted.join(',')},${start}\n`
    expect((await load(files.write('b.csv', csv))).examples).toMatchObject([
      { answers: [{ text: answer, start }] },
    ])
  })

  it('reads a JSON list of rows, and one under "data"', async () => {
    const value = row(['cheese'])
    const list = await load(files.write('l.json', JSON.stringify([value], null, 1)))
    expect(list.examples).toMatchObject([{ answers: [cheese], line: 2 }])
    const named = await load(files.write('n.json', JSON.stringify({ data: [value] })))
    expect(named.examples).toHaveLength(1)
  })

  it('looks at no answers where it only predicts', async () => {
    const { examples } = await load(jsonl({ question: 'What?', context }), { answers: 'none' })
    expect(examples).toMatchObject([{ id: '1', answers: [], impossible: false }])
  })

  it.each([
    ['an offset elsewhere', row('cheese', { answer_start: 12 }), /:1 question "q" .* at 12, where/],
    ['an offset beyond', row(['cheese'], { answer_start: [99] }), /inside its context/],
    ['too few offsets', row(['cheese', 'Mice'], { answer_start: [11] }), /2 answers and 1 value/],
    ['an answer twice in the context', row('ice'), /holds more than once; give "answer_start"/],
    ['an answer not in the context', row('rats'), /"rats", which its context does not hold/],
    ['an answer of spaces', row([' ']), /empty answer/],
    ['an answer that is a number', row([{ text: 7 }]), /answer without "text"/],
    ['answers without text', row({ start: 1 }), /answers without a "text"/],
    ['what Python prints', row("{'text': ['cheese']}"), /as Python prints them/],
    ['impossible with answers', row(['cheese'], { is_impossible: true }), /mend one of them/],
    ['no question', { context, answers: [], question: null }, /no text under "question"/],
    ['no context column', { question: 'What?', answers: [] }, /"contextColumn": its columns are/],
    ['no answer column', { question: 'What?', context }, /"answerColumn": its columns are/],
  ])('refuses %s', async (_, value, message) => {
    await expect(load(jsonl(value))).rejects.toThrow(message)
    await expect(load(jsonl(value))).rejects.toThrow(InputError)
  })

  it('names the line of a question that comes twice, and skips it when told', async () => {
    const file = jsonl(row(['cheese']), row(['Mice']))
    await expect(load(file)).rejects.toThrow(`${file}:2 has question "q" a second time`)
    const data = await loadQuestions(file, { answers: 'checked', skipBadQuestions: true })
    expect(data).toMatchObject({ skipped: 1, examples: [{ id: 'q' }] })
  })

  it('is an InputError or data, whatever the rows', async () => {
    const value = fc.oneof(
      fc.constantFrom('cheese', '', null, 11, true, {}, [], 'What?', context),
      fc.json(),
      fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 3 }),
      fc.record({ text: fc.anything(), answer_start: fc.anything() }, { requiredKeys: [] }),
    )
    const keys = ['id', 'question', 'context', 'answers', 'answer_start', 'is_impossible']
    const any = fc.dictionary(fc.constantFrom(...keys), value)
    await fc.assert(
      fc.asyncProperty(fc.array(any, { maxLength: 3 }), fc.nat(200), async (rows, cut) => {
        // A BigInt has no JSON.
        const lines = rows.map((each) =>
          JSON.stringify(each, (_, one: unknown) => (typeof one === 'bigint' ? 1 : one)),
        )
        const text = lines.join('\n')
        for (const content of [text, text.slice(0, cut)]) {
          try {
            const { examples } = await load(files.write('f.jsonl', content))
            for (const { answers, context: within } of examples) {
              for (const { text: answer, start } of answers) {
                expect(within.slice(start, start + answer.length)).toBe(answer)
              }
            }
          } catch (error) {
            expect(error).toBeInstanceOf(InputError)
          }
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('the data of a qa run', () => {
  const rows = (documents: number, each: number, answer: unknown = 'cheese') =>
    Array.from({ length: documents * each }, (_, at) => ({
      question: `What ${at}?`,
      context: `Document ${at % documents} has cheese.`,
      answers: answer,
    }))
  const base = '/'

  it('holds out whole documents', async () => {
    const train = jsonl(...rows(20, 5))
    const data = await loadQaData({ train, devSplit: 0.2 }, base)
    expect(data.dev).toHaveLength(20)
    expect(data.train).toHaveLength(80)
    const trained = new Set(data.train.map((each) => each.context))
    expect(data.dev.some((each) => trained.has(each.context))).toBe(false)
    expect(data).toMatchObject({ version: '1.1', unanswerable: false, warnings: [] })
  })

  it('knows questions without an answer; some must have one', async () => {
    const train = jsonl(...rows(4, 1), ...rows(4, 1, []))
    const dev = files.write('dev.jsonl', `${JSON.stringify(rows(1, 1)[0])}\n`)
    const data = await loadQaData({ train, dev }, base)
    expect(data).toMatchObject({ version: '1.1', unanswerable: true })
    const none = jsonl(...rows(4, 1, []))
    await expect(loadQaData({ train: none, dev }, base)).rejects.toThrow(
      'no question has an answer',
    )
  })

  it('wants more than one document to hold some out', async () => {
    await expect(loadQaData({ train: jsonl(...rows(1, 5)) }, base)).rejects.toThrow(/give "dev"/)
  })
})
