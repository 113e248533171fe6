import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { TemporaryFiles } from '../../../test/cli/temporaryFiles.ts'
import { fixture } from '../../../test/support/engineFiles.ts'
import type { DataFiles, SelectionMetric, TaskHead } from '../experiment/schema.ts'
import { readLaunchData } from '../launch/launchData.ts'
import { loadTokenizer } from '../tokenizer/loadTokenizer.ts'
import { runPreflight } from './preflight.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

const tokenizer = loadTokenizer(fixture('training'))

const filler = (count: number) =>
  Array.from({ length: count }, (_, at) => `filler ${at}\t${at % 2 ? 'good' : 'bad'}`)
const table = (rows: readonly string[]): string => `text\tlabel\n${rows.join('\n')}\n`

describe('what a launch refuses, the preflight does, and nothing else', () => {
  const ner = (tag = 'B-PER') => 'Ada T\nsleeps O\n\nBo T\nruns O\n'.replaceAll('T', tag)
  const pos = 'Ada NOUN\nsleeps VERB\n'
  const texts = table(filler(30))
  const oneText = table(['a\tgood', 'a\tgood', 'b\tbad'])
  const oneTexts = table(filler(30).map((row) => row.replace(/^.*\t/, 'a\t')))
  const qa = (...contexts: string[]) =>
    contexts
      .map((context) =>
        JSON.stringify({ question: 'Who?', context, answers: { text: ['a'], answer_start: [0] } }),
      )
      .join('\n')
  interface Case {
    readonly head: TaskHead
    readonly train: string
    readonly dev?: string
    readonly columns?: Partial<DataFiles>
    readonly selectionMetric?: SelectionMetric
    readonly regression?: boolean
  }
  const check = async ({ head, train, dev, columns, ...more }: Case) => {
    const ending = { sentence: 'tsv', pair: 'tsv', token: 'conll', qa: 'jsonl' }[head]
    const write = (part: string, text: string) =>
      path.basename(files.write(`${part}.${ending}`, text))
    const data = {
      train: write('train', train),
      ...(dev === undefined ? {} : { dev: write('dev', dev) }),
      ...columns,
    }
    const options = { base: files.dir, tokenizer, maxLength: 32, ...more }
    const { findings } = await runPreflight({ head, data, ...options })
    const launch = await readLaunchData({ head, data, ...more }, files.dir).then(
      () => undefined,
      (error: Error) => error.message,
    )
    const errors = findings.filter(({ severity }) => severity === 'error')
    return { launch, errors: errors.map(({ message }) => message), findings }
  }

  const labels = ['O', 'B-LOC', 'I-LOC']
  const refused: [string, Case][] = [
    ['tags of two kinds', { head: 'token', train: ner(), dev: pos }],
    ['the same, turned round', { head: 'token', train: pos, dev: ner() }],
    ['a tag outside of labels', { head: 'token', train: ner(), dev: ner(), columns: { labels } }],
    [
      'a tag that IOB2 makes',
      { head: 'token', train: ner('I-PER'), dev: ner(), columns: { labels: ['O', 'I-PER'] } },
    ],
    [
      'no O among labels',
      { head: 'token', train: 'a B-X\n\nb B-X\n', columns: { labels: ['B-X'] } },
    ],
    ['spans of classes', { head: 'token', train: pos, dev: pos, selectionMetric: 'entityF1' }],
    ['tags that are text', { head: 'token', train: ner(`B-${'x'.repeat(120)}`), dev: ner() }],
    ['a sentence to split', { head: 'token', train: 'a B-X\n\nA B-X\n' }],
    ['a positive label', { head: 'sentence', train: texts, columns: { positiveLabel: 'yes' } }],
    [
      'f1 of three labels',
      {
        head: 'sentence',
        train: table([...filler(30), 'a\tugly', 'b\tugly']),
        selectionMetric: 'f1',
      },
    ],
    [
      'a class of two',
      { head: 'sentence', train: table(['a\tx', 'b\tx']), columns: { labels: ['x', 'y'] } },
    ],
    [
      'scores that are one number',
      {
        head: 'sentence',
        train: table(['a\t1', 'b\t1.0', 'c\t1']),
        dev: table(['a\t2']),
        regression: true,
      },
    ],
    ['a text of each class to split', { head: 'sentence', train: table(['a\tx', 'A\tx', 'b\ty']) }],
    [
      'one text in all rows',
      { head: 'sentence', train: table(['a\tx', 'a\ty']), dev: table(['a\tx', 'b\ty']) },
    ],
    ['one text in many rows', { head: 'sentence', train: oneTexts, dev: texts }],
    ['a document to split', { head: 'qa', train: qa('a', 'a') }],
  ]
  it.each(refused)('refused: %s', async (_, given) => {
    const { launch, errors } = await check(given)
    expect(launch).toBeDefined()
    expect(errors).toHaveLength(1)
  })

  const passed: [string, Case][] = [
    ['dev data all O', { head: 'token', train: ner(), dev: 'a O\n' }],
    ['one tag, of spans', { head: 'token', train: 'a B-X\n\nb B-X\n' }],
    ['dev data in place of a split', { head: 'sentence', train: oneText, dev: texts }],
    ['a positive label', { head: 'sentence', train: texts, columns: { positiveLabel: 'good' } }],
    [
      'one text in all rows, with another each',
      {
        head: 'pair',
        train: `sentence1\tsentence2\tlabel\n${filler(30)
          .map((row) => `a\t${row}`)
          .join('\n')}\n`,
      },
    ],
    ['two documents', { head: 'qa', train: qa('a', 'a b') }],
    ['a class with two texts', { head: 'sentence', train: oneText.replace('\na\t', '\nc\t') }],
    [
      'labels that the data are in',
      { head: 'token', train: ner(), dev: ner(), columns: { labels: ['O', 'B-PER', 'I-PER'] } },
    ],
  ]
  it.each(passed)('passed: %s', async (_, given) => {
    const { launch, errors, findings } = await check(given)
    expect({ launch, errors }).toEqual({ launch: undefined, errors: [] })
    expect(findings.map(({ kind }) => kind)).not.toContain('unknownLabel')
  })
})
