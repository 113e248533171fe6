import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import { InputError } from '../errors.ts'
import { loadQuestions } from './questions.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

const squad = (qas: object[], context = 'Mice \u{1f42d} eat cheese.', version?: string) => ({
  ...(version ? { version } : {}),
  data: [{ title: 'a "paragraphs": [{', paragraphs: [{ context, qas }] }],
})
const qa = (id: string, text: string, start: number, more: object = {}) => ({
  id,
  question: 'What?',
  answers: [{ text, answer_start: start }],
  ...more,
})
const write = (value: unknown, indent?: number) =>
  files.write('s.json', JSON.stringify(value, null, indent))
const load = (file: string) => loadQuestions(file, { answers: 'checked' })

describe('SQuAD JSON', () => {
  it('gives offsets in UTF-16 units', async () => {
    const context = 'Mice \u{1f42d} eat cheese.'
    const { examples, version } = await load(write(squad([qa('q', 'cheese', 11)])))
    expect(version).toBe('1.1')
    expect(examples).toEqual([
      {
        id: 'q',
        question: 'What?',
        context,
        answers: [{ text: 'cheese', start: context.indexOf('cheese') }],
        impossible: false,
        line: 1,
      },
    ])
  })

  it('names a question whose answer is not at its offset', async () => {
    const file = write(squad([qa('q1', 'Mice', 0), qa('q2', 'cheese', 12)]))
    await expect(load(file)).rejects.toThrow(
      `${file}:1 question "q2" has the answer "cheese" at 12, where its context reads "heese."`,
    )
    const skipping = { answers: 'checked', skipBadQuestions: true } as const
    const data = await loadQuestions(file, skipping)
    expect(data.examples.map(({ id }) => id)).toEqual(['q1'])
    expect(data.skipped).toBe(1)
    expect(data.firstSkipped).toContain('"q2"')
  })

  it('names the line of a question', async () => {
    const file = write(squad([qa('q1', 'Mice', 0), qa('q2', 'Mice', 1)]), 1)
    const line = fs.readFileSync(file, 'utf8').split('"q2"')[0]?.split('\n').length ?? 0
    await expect(load(file)).rejects.toThrow(`${file}:${line - 1} question "q2"`)
  })

  it('knows 2.0 by its version, or by a question without an answer', async () => {
    const none = { id: 'q', question: '?', answers: [], is_impossible: true }
    expect(await load(write(squad([none])))).toMatchObject({
      version: '2.0',
      examples: [{ impossible: true, answers: [] }],
    })
    const second = await load(write(squad([qa('q', 'Mice', 0)], undefined, 'v2.0')))
    expect(second.version).toBe('2.0')
    // The version may come last.
    const { data } = squad([qa('q', 'Mice', 0)])
    expect((await load(write({ data, version: 'v2.0' }))).version).toBe('2.0')
  })

  it('reads a bare list of articles', async () => {
    const { data } = squad([qa('q', 'Mice', 0)])
    expect((await load(write(data))).examples).toHaveLength(1)
  })

  it.each([
    ['a question twice', squad([qa('q', 'Mice', 0), qa('q', 'Mice', 0)]), /"q" a second time/],
    ['no id', squad([{ question: '?', answers: [] }]), /without an "id"/],
    ['no answers', squad([{ id: 'q', question: '?' }]), /"q" has no list of "answers"/],
    ['no question', squad([{ id: 'q', answers: [] }]), /"q" has no text under "question"/],
    ['an offset beyond', squad([qa('q', 'Mice', 99)]), /inside its context/],
    ['an offset of text', squad([qa('q', 'Mice', '0' as unknown as number)]), /"answer_start"/],
    ['an empty answer', squad([qa('q', '', 0)]), /"q" has the answer "" at 0/],
    ['impossible with answers', squad([qa('q', 'Mice', 0, { is_impossible: true })]), /mend one/],
    [
      'possible without',
      squad([{ id: 'q', question: '?', answers: [], is_impossible: false }]),
      /no answers and is not "is_impossible"/,
    ],
    [
      'no context',
      { data: [{ paragraphs: [{ qas: [] }] }] },
      /:1 begins a paragraph without a "cont/,
    ],
    ['no paragraphs', { data: [] }, /has no paragraphs/],
    ['other JSON', [{ text: 'a' }], /has no paragraphs/],
    ['no questions', squad([]), /has no questions/],
  ])('refuses %s', async (_, value, message) => {
    await expect(load(write(value))).rejects.toThrow(message)
    await expect(load(write(value))).rejects.toThrow(InputError)
  })

  it.each([
    ['torn in a paragraph', (text: string) => text.slice(0, 140), /:\d+:\d+ is not valid JSON/],
    ['torn after it', (text: string) => text.slice(0, -3), /is not valid JSON: it ends early/],
    ['with more after its end', (text: string) => `${text}]`, /is not valid JSON: unexpected "]"/],
    ['with a bare word', (text: string) => text.replace('"q"', 'q'), /unexpected "q"/],
  ])('refuses a file %s', async (_, spoil, message) => {
    const file = files.write('t.json', spoil(JSON.stringify(squad([qa('q', 'Mice', 0)]))))
    await expect(load(file)).rejects.toThrow(message)
  })

  const whole = { paragraphs: [{ context: 'Mice', qas: [qa('q', 'Mice', 0)] }] }
  it.each([
    [
      'an article without paragraphs',
      [whole, { paragraph: whole.paragraphs }],
      'begins an article',
    ],
    ['an article that is no object', [whole, 'x'], 'begins an article without a list'],
    [
      'a paragraph that is no object',
      [{ paragraphs: [0, ...whole.paragraphs] }],
      'has a paragraph',
    ],
    ['paragraphs that are no list', [whole, { paragraphs: {} }], 'begins an article without'],
  ])('drops nothing silently: %s', async (_, articles, message) => {
    for (const value of [articles, { version: '1.1', data: articles }]) {
      const file = write(value, 1)
      const lines = fs.readFileSync(file, 'utf8').split('\n')
      const at = lines.findIndex((line) => /^ *("x"|0)/.test(line)) + 1
      const place = `${file}:${at || lines.findLastIndex((line) => /^ {1,2}\{/.test(line)) + 1} `
      await expect(load(file)).rejects.toThrow(place + message)
      const skipped = await loadQuestions(file, { answers: 'checked', skipBadQuestions: true })
      expect(skipped.skipped + skipped.examples.length).toBeGreaterThan(1)
      expect(skipped.firstSkipped).toContain(place + message)
    }
  })

  it('reads paragraphs across the chunks of a large file', async () => {
    const context = 'x\u{1f600}"\\y '.repeat(2000)
    const paragraphs = Array.from({ length: 20 }, (_, n) => ({
      context,
      qas: [qa(`q${n}`, 'y', 4 + 6 * n)],
    }))
    const { examples } = await load(write({ data: [{ paragraphs }] }))
    expect(examples).toHaveLength(20)
    for (const { answers } of examples) expect(context[answers[0]?.start ?? -1]).toBe('y')
  })

  it('finds what Python would find at any offset', async () => {
    const character = fc.constantFrom(
      'a',
      '\u00e9',
      'e\u0301',
      '\u{1f600}',
      '\u{1f468}\u200d\u{1f469}',
      '\u05d0',
      '"',
      '\\',
      '\r\n',
      '{',
      ']',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(character, { minLength: 1 }), fc.nat(), async (parts, seed) => {
        const points = [...parts.join('')]
        const start = seed % points.length
        const text = points.slice(start, start + 2).join('')
        fc.pre(text.trim() !== '')
        const { examples } = await load(write(squad([qa('q', text, start)], points.join(''))))
        const expected = points.slice(0, start).join('').length
        expect(examples[0]?.answers).toEqual([{ text, start: expected }])
      }),
    )
  })

  it('is an InputError or data, whatever the text', async () => {
    const whole = JSON.stringify(squad([qa('q', 'Mice', 0)]), null, 1)
    const spoilt = fc
      .tuple(
        fc.nat(whole.length),
        fc.nat(5),
        fc.constantFrom('', '{', ']', '"', '\\', '\n', '0', ':', ','),
      )
      .map(([at, drop, insert]) => whole.slice(0, at) + insert + whole.slice(at + drop))
    const bytes = fc.uint8Array({ maxLength: 200 })
    const text = fc.oneof(spoilt, fc.json(), bytes)
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        try {
          const { examples } = await load(files.write('f.json', content))
          expect(examples.length).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

const shared = path.resolve(import.meta.dirname, '../../../../shared/data/squad')

describe.skipIf(!fs.existsSync(shared))('the public data beside the project', () => {
  it.each([
    ['train2000.json', 2000],
    ['dev500.json', 500],
  ])('%s has its questions, all answers where they should be', async (name, count) => {
    const data = await load(path.join(shared, name))
    expect(data.examples).toHaveLength(count)
    expect(data).toMatchObject({ version: '1.1', skipped: 0 })
  })
})
