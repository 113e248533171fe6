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

const onlyInputError = (name: string) => (error: unknown) => {
  if (!(error instanceof InputError)) throw error
  expect(error.message).toContain(name)
  expect(error.message).toMatch(/[.?]$/)
  expect(error.message.length).toBeLessThan(2000)
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
    const { findings } = await runPreflight({ head, data: { train: file }, ...options })
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
})
