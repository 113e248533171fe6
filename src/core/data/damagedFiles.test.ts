import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import { fixture } from '../../../test/support/engineFiles.ts'
import { InputError } from '../errors.ts'
import type { TaskHead } from '../experiment/schema.ts'
import { guessHead } from '../preflight/guessHead.ts'
import { runPreflight } from '../preflight/preflight.ts'
import { loadTokenizer } from '../tokenizer/loadTokenizer.ts'
import { readExamples } from './examples.ts'
import { inspectDataFile } from './inspect.ts'
import { readLabelColumn } from './labelColumn.ts'
import { loadQuestions } from './questions.ts'
import { loadTokenData } from './tokenData.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

const rows = Array.from({ length: 12 }, (_, at) => [
  `text ${at}, “naïve” 🙂`,
  at % 2 ? 'good' : 'bad',
])
const questions = {
  version: '1.1',
  data: [
    {
      title: 't',
      paragraphs: [
        {
          context: 'Der Fluß 🙂 fließt.',
          qas: [
            { id: '1', question: 'Was?', answers: [{ text: 'Fluß', answer_start: 4 }] },
            { id: '2', question: 'Wie?', answers: [{ text: 'fließt', answer_start: 11 }] },
          ],
        },
      ],
    },
  ],
}
const conllu = [
  '1\tEr\ter\tPRON\tP\t_\t2\tnsubj\t_\t_',
  '2\tist\tsein\tAUX\tA\t_\t0\troot\t_\t_',
  '',
  '',
]

/** Every format, whole: name, head, content. */
const whole: readonly [string, TaskHead, string][] = [
  ['a.tsv', 'sentence', `text\tlabel\n${rows.map((row) => row.join('\t')).join('\n')}\n`],
  [
    'a.csv',
    'sentence',
    `text,label\n${rows.map(([text, label]) => `"${text}",${label}`).join('\n')}\n`,
  ],
  ['a.jsonl', 'sentence', rows.map(([text, label]) => JSON.stringify({ text, label })).join('\n')],
  [
    'a.json',
    'sentence',
    JSON.stringify(
      rows.map(([text, label]) => ({ text, label })),
      null,
      1,
    ),
  ],
  [
    'p.jsonl',
    'pair',
    rows
      .map(([text, label]) => JSON.stringify({ premise: text, hypothesis: label, label }))
      .join('\n'),
  ],
  ['a.conll', 'token', 'EU NNP B-ORG\nrejects VBZ O\n\nPeter NNP B-PER\nBlöd NNP I-PER\n\n'],
  ['a.conllu', 'token', conllu.join('\n')],
  ['t.jsonl', 'token', '{"tokens": ["EU", "ja"], "ner_tags": ["B-ORG", "O"]}\n'.repeat(4)],
  ['squad.json', 'qa', JSON.stringify(questions, null, 1)],
  [
    'q.jsonl',
    'qa',
    '{"question": "Was?", "context": "Der Fluß.", "answers": {"text": ["Fluß"], "answer_start": [4]}}\n',
  ],
]

type Damage = (bytes: Buffer, at: number, random: number) => Buffer

const splice = (bytes: Buffer, at: number, put: Buffer, remove = 0): Buffer =>
  Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + remove)])

/** What happens to files. `at` is a place in them. */
const damages: Readonly<Record<string, Damage>> = {
  truncated: (bytes, at) => bytes.subarray(0, at),
  binary: (bytes, at, random) => splice(bytes, at, Buffer.from([0, random, 255, 0, random])),
  'changed byte': (bytes, at, random) => splice(bytes, at, Buffer.from([random]), 1),
  'huge line': (bytes, at) => splice(bytes, at, Buffer.alloc(1_500_000, 'x')),
  'mixed newlines': (bytes, _, random) =>
    Buffer.from(
      bytes
        .toString('utf8')
        .replaceAll('\n', () => ['\n', '\r\n', '\r', '\n\r'][random++ % 4] ?? ''),
    ),
  'old Mac newlines': (bytes) => Buffer.from(bytes.toString('utf8').replaceAll('\n', '\r')),
  'UTF-16': (bytes) => Buffer.from(`\ufeff${bytes.toString('utf8')}`, 'utf16le'),
  'UTF-16 without a mark': (bytes) => Buffer.from(bytes.toString('utf8'), 'utf16le'),
  'Latin-1': (bytes) => Buffer.from(bytes.toString('utf8'), 'latin1'),
  'a part twice': (bytes, at) => splice(bytes, at, bytes.subarray(0, at)),
  'a part missing': (bytes, at, random) => splice(bytes, at, Buffer.alloc(0), random),
  'odd characters': (bytes, at) => splice(bytes, at, Buffer.from('"\t\u2028\u0085{[,\\\u202e')),
  'byte order marks': (bytes, at) => splice(bytes, at, Buffer.from('\ufeff')),
  nested: (bytes, at) => splice(bytes, at, Buffer.from('['.repeat(100_000))),
}

const read = async (name: string, head: TaskHead, file: string): Promise<void> => {
  await inspectDataFile(file).catch(onlyInputError(name))
  await guessHead(file).catch(onlyInputError(name))
  await readLabelColumn(file, undefined).catch(onlyInputError(name))
  for (const skip of [false, true]) {
    const labels = 'required' as const
    const reading: Promise<unknown> =
      head === 'token'
        ? loadTokenData(file, { skipBadSentences: skip })
        : head === 'qa'
          ? loadQuestions(file, { answers: 'checked', skipBadQuestions: skip })
          : readExamples(file, { pair: head === 'pair', labels, skipBadRows: skip })
    await reading.catch(onlyInputError(name))
  }
}

/** Of the file as a whole: no line of it is at fault. */
const wholeFile =
  /is empty|has no (rows|labels|sentences|questions|paragraphs)|holds no list of rows|cannot be told|has no [\w ]+ column|same column|look like text/

const onlyInputError = (name: string) => (error: unknown) => {
  if (!(error instanceof InputError)) throw error
  expect(error.message).toContain(name)
  expect(error.message).toMatch(/[.?]$/)
  expect(error.message.length).toBeLessThan(2000)
  if (!wholeFile.test(error.message)) expect(error.message).toMatch(new RegExp(`${name}:\\d+`))
}

const tokenizer = loadTokenizer(path.join(fixture('training')))

const preflight = async (head: TaskHead, file: string): Promise<void> => {
  const options = { base: files.dir, tokenizer, maxLength: 32 }
  const { findings, files: reports } = await runPreflight({
    head,
    data: { train: file },
    ...options,
  })
  for (const finding of findings) {
    expect(finding.file).toBe(file)
    expect(finding.message).not.toMatch(/\.$/)
    if (finding.line !== undefined) expect(finding.line).toBeGreaterThan(0)
  }
  const refused = findings.some(({ severity }) => severity === 'error')
  expect(refused || (reports[0]?.examples ?? 0) > 0).toBe(true)
}

describe.each(whole)('%s', (name, head, content) => {
  it('is read whole', async () => {
    const file = files.write(name, content)
    expect(await guessHead(file)).toBe(head)
    const options = { base: files.dir, tokenizer, maxLength: 32 }
    // Of one text no dev data can be held out.
    const data = { train: file, dev: file }
    const { findings } = await runPreflight({ head, data, ...options })
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  it.each(Object.keys(damages))('%s: a located error or a finding, never a crash', async (kind) => {
    const bytes = Buffer.from(content)
    const place = fc.integer({ min: 0, max: bytes.length })
    const heavy = kind === 'huge line' || kind === 'nested'
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), async (at, random) => {
        const file = files.write(name, damages[kind]?.(bytes, at, random) ?? bytes)
        await read(name, head, file)
        await preflight(head, file)
      }),
      { numRuns: heavy ? 2 : 8 },
    )
  })
})

describe('nothing is dropped silently', () => {
  it.each(['tsv', 'jsonl'] as const)('%s: each line is an example or a bad row', async (kind) => {
    const cell = fc
      .string({ unit: 'grapheme', maxLength: 6 })
      .map((text) => text.replaceAll(/[\r\n]/g, ' '))
    const line = fc.oneof(
      fc
        .tuple(cell, cell)
        .map(([text, label]) =>
          kind === 'tsv' ? `${text}\t${label}` : JSON.stringify({ text, label }),
        ),
      cell,
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        const first = kind === 'tsv' ? ['text\tlabel', 'a\tb'] : ['{"text": "a", "label": "b"}']
        const file = files.write(`lines.${kind}`, [...first, ...lines].join('\n'))
        const options = { textColumn: 'text', labelColumn: 'label', pair: false, skipBadRows: true }
        const { texts, skipped } = await readExamples(file, { ...options, labels: 'required' })
        const filled = lines.filter((each) => each.trim() !== '' || each.includes('\t')).length
        expect(texts.length + skipped).toBe(filled + 1)
      }),
      { numRuns: 50 },
    )
  })

  /** @param first is good: a file without anything good is refused as a whole */
  const counted = (
    kind: string,
    part: fc.Arbitrary<string>,
    write: (parts: readonly string[]) => string,
    read: (file: string) => Promise<number>,
    first: string,
    partsOf: (part: string) => number = () => 1,
  ) =>
    fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), async (parts) => {
        const all = [first, ...parts]
        const file = files.write(`counted.${kind}`, write(all))
        expect(await read(file)).toBe(all.reduce((sum, each) => sum + partsOf(each), 0))
      }),
      { numRuns: 50 },
    )

  const readRows = async (file: string): Promise<number> => {
    const options = { textColumn: 'text', labelColumn: 'label', pair: false, skipBadRows: true }
    const { texts, skipped } = await readExamples(file, { ...options, labels: 'required' })
    return texts.length + skipped
  }
  const plain = fc
    .string({ unit: 'grapheme', maxLength: 6 })
    .map((text) => text.replaceAll(/[\r\n"]/g, ' '))

  it('csv: each record is an example or a bad row', () => {
    const quoted = fc.string({ maxLength: 6 }).map((text) => text.replaceAll('\r', '\n'))
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
    const record = fc.oneof(
      fc.tuple(quoted, quoted).map((pair) => pair.map(quote).join(',')),
      plain,
    )
    const write = (records: readonly string[]) => ['text,label', ...records].join('\n')
    const partsOf = (each: string) => (each.trim() === '' ? 0 : 1)
    return counted('csv', record, write, readRows, 'a,b', partsOf)
  })

  it('json: each element is an example or a bad row', () => {
    const row = fc.record({ text: plain, label: plain }, { requiredKeys: [] })
    const element = fc.oneof(row, fc.jsonValue()).map((value) => JSON.stringify(value))
    const write = (elements: readonly string[]) => `[${elements.join(',\n')}]`
    return counted('json', element, write, readRows, '{"text": "a", "label": "b"}')
  })

  const readSentences = async (file: string): Promise<number> => {
    const { sentences, skipped } = await loadTokenData(file, { skipBadSentences: true })
    return sentences.length + skipped
  }
  const sentencesOf = (row: fc.Arbitrary<string>) =>
    fc.array(row, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'))
  const asSentences = (sentences: readonly string[]) => sentences.join('\n\n')

  it('conll: each sentence is one or is skipped', () => {
    const row = fc.constantFrom('w B-X', 'w O', 'w', 'w O O', 'w\r O', '" O', '# O')
    return counted('conll', sentencesOf(row), asSentences, readSentences, 'w O')
  })

  it('conllu: each sentence is one or is skipped', () => {
    const fields = (id: string, form: string, tag: string) =>
      [id, form, '_', tag, '_', '_', '_', '_', '_', '_'].join('\t')
    const word = fc
      .tuple(
        fc.constantFrom('1', '2', 'x'),
        fc.constantFrom('w', ''),
        fc.constantFrom('X', '_', ''),
      )
      .map(([id, form, tag]) => fields(id, form, tag))
    const row = fc.oneof(word, fc.constant('1\tw'))
    return counted('conllu', sentencesOf(row), asSentences, readSentences, fields('1', 'w', 'X'))
  })

  const readAnswers = async (file: string): Promise<number> => {
    const options = { answers: 'checked', skipBadQuestions: true } as const
    const { examples, skipped } = await loadQuestions(file, options)
    return examples.length + skipped
  }

  it('squad: each question is one or is skipped, with each article and paragraph that is none', () => {
    const answers = [{ text: 'Mice', answer_start: 0 }]
    const good = () => ({ id: `${Math.random()}`, question: '?', answers })
    const question = fc.constantFrom<unknown>(1, {}, { question: '?', answers }, 'good')
    const paragraph = fc.oneof(
      fc.record({ context: fc.constant('Mice'), qas: fc.array(question, { maxLength: 3 }) }),
      fc.constantFrom<unknown>(0, 'x', null, [], {}, { context: 'Mice' }),
    )
    const article = fc.oneof(
      fc.record({ paragraphs: fc.array(paragraph, { maxLength: 3 }) }),
      fc.constantFrom<unknown>(0, 'x', null, [], {}, { paragraphs: 1 }),
    )
    interface Article {
      readonly paragraphs?: readonly ({ readonly qas?: readonly unknown[] } | null)[]
    }
    const partsOf = (text: string): number => {
      const { paragraphs } = (JSON.parse(text) ?? {}) as Article
      if (!Array.isArray(paragraphs)) return 1
      return paragraphs.reduce(
        (sum, each) => sum + (Array.isArray(each?.qas) ? each.qas.length : 1),
        0,
      )
    }
    const filled = (text: string) => text.replaceAll('"good"', () => JSON.stringify(good()))
    const write = (articles: readonly string[]) => `{"data": [${articles.map(filled).join(',\n')}]}`
    const first = '{"paragraphs": [{"context": "Mice", "qas": ["good"]}]}'
    const articles = article.map((value) => JSON.stringify(value))
    return counted('squad.json', articles, write, readAnswers, first, partsOf)
  })

  it('rows of questions: each line is a question or a bad row', () => {
    const row = fc.record(
      {
        question: fc.constantFrom('?', '', 1),
        context: fc.constantFrom('Mice', ''),
        answers: fc.constantFrom('Mice', 'Rats', '', { text: ['Mice'], answer_start: [1] }),
      },
      { requiredKeys: [] },
    )
    const line = fc.oneof(
      row.map((value) => JSON.stringify(value)),
      fc.constantFrom('{', '[]', '"x"'),
    )
    const first = '{"question": "?", "context": "Mice", "answers": "Mice"}'
    return counted('jsonl', line, (lines) => lines.join('\n'), readAnswers, first)
  })
})
