import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliScript, headway } from './headway.ts'
import { TemporaryFiles } from './temporaryFiles.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())
beforeAll(() => {
  expect(fs.existsSync(cliScript), 'dist/cli.js is built first: node scripts/build.mjs').toBe(true)
})

const metricsDir = path.resolve(import.meta.dirname, '../fixtures/metrics')
const golden = <T>(name: string): T =>
  JSON.parse(fs.readFileSync(path.join(metricsDir, name), 'utf8')) as T

const score = (...args: string[]) => headway(['score', ...args], files.dir)

const scored = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { code, stdout, stderr } = await score(...args, '--json')
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
}

const columns = (...sequences: string[][]): string => {
  const [first = []] = sequences
  return first
    .map((tags, at) => {
      const rows = sequences.map((each) => (each[at] ?? '').split(' '))
      return tags
        .split(' ')
        .map((_, index) => [`w${index}`, ...rows.map((row) => row[index])].join(' '))
    })
    .map((rows) => `${rows.join('\n')}\n`)
    .join('\n')
}

describe('headway score', () => {
  it('gives the figures of seqeval, from two files or from one', async () => {
    const { cases } = golden<{
      cases: { name: string; gold: string[]; predicted: string[]; metrics: object }[]
    }>('spans.json')
    const each = cases.find(({ name }) => name === 'random IOB2, invalid ones among them')
    if (!each) throw new Error('the case is gone')
    files.write('gold.conll', columns(each.gold))
    files.write('predicted.conll', columns(each.predicted))
    files.write('both.conll', columns(each.gold, each.predicted))
    const { macroF1: _, byLabel: __, ...metrics } = each.metrics as Record<string, number>
    const two = await scored(
      '--head',
      'token',
      '--gold',
      'gold.conll',
      '--predicted',
      'predicted.conll',
    )
    expect(two.sentences).toBe(60)
    for (const [name, value] of Object.entries(metrics)) {
      expect((two.metrics as Record<string, number>)[name], name).toBeCloseTo(value, 9)
    }
    const one = await scored('--head', 'token', '--gold', 'both.conll')
    expect(one.metrics).toEqual(two.metrics)
  })

  it('gives the figures of the SQuAD script', async () => {
    const { cases } = golden<{
      cases: {
        name: string
        gold: Record<string, string[]>
        predictions: Record<string, string>
        second: { metrics: { exactMatch: number; f1: number } }
      }[]
    }>('squad.json')
    const each = cases.find(({ name }) => name === 'half without an answer')
    if (!each) throw new Error('the case is gone')
    const qas = Object.entries(each.gold).map(([id, answers]) => ({
      id,
      question: '?',
      answers: answers.map((text) => ({ text, answer_start: 0 })),
      is_impossible: answers.length === 0,
    }))
    const squad = { version: 'v2.0', data: [{ paragraphs: [{ context: 'x', qas }] }] }
    files.write('gold.json', JSON.stringify(squad))
    files.write('answers.json', JSON.stringify({ ...each.predictions, other: 'x' }))
    const result = await scored(
      '--head',
      'qa',
      '--gold',
      'gold.json',
      '--predicted',
      'answers.json',
    )
    const metrics = result.metrics as { exactMatch: number; f1: number }
    expect(metrics.exactMatch).toBeCloseTo(each.second.metrics.exactMatch, 9)
    expect(metrics.f1).toBeCloseTo(each.second.metrics.f1, 9)
    expect(result).toMatchObject({ version: '2.0', missing: 0, examples: qas.length })
  })

  it('scores labels of a table against labels of a list', async () => {
    files.write('dev.tsv', 'sentence\tlabel\na\t1\nb\t0\nc\t1\nd\t1\n')
    files.write('predicted.txt', '1\n0\n0\n1\n')
    const args = ['--head', 'sentence', '--gold', 'dev.tsv', '--predicted', 'predicted.txt']
    const result = await scored(...args, '--label-column', 'label')
    expect(result).toMatchObject({ head: 'sentence', examples: 4 })
    expect(result.metrics).toMatchObject({ accuracy: 0.75, precision: 1, recall: 2 / 3, f1: 0.8 })
    const other = await scored(...args, '--label-column', 'label', '--positive-label', '0')
    expect(other.metrics).toMatchObject({ precision: 0.5, recall: 1 })
  })

  it('scores spans without a type as seqeval does', async () => {
    files.write('bare.conll', 'EU B\nCommission I\nsaid O\n\nBob B\n')
    files.write('guess.conll', 'EU B\nCommission O\nsaid O\n\nBob B\n')
    const pair = ['--gold', 'bare.conll', '--predicted', 'guess.conll']
    expect(await scored('--head', 'token', ...pair)).toMatchObject({
      tags: 'spans',
      metrics: { entityF1: 0.5, entityF1Strict: 0.5, byLabel: { _: { support: 2 } } },
    })
  })

  it('leaves the name above a list of labels out, and says so', async () => {
    files.write('y.txt', 'y\n0\n1\n1\n0\n')
    files.write('guess.txt', 'y\n0\n1\n0\n1\n')
    files.write('bare.txt', '0\n1\n0\n1\n')
    for (const predicted of ['guess.txt', 'bare.txt']) {
      const args = ['--head', 'sentence', '--gold', 'y.txt', '--predicted', predicted]
      expect(await scored(...args)).toMatchObject({ examples: 4, metrics: { accuracy: 0.5 } })
      const { stderr } = await score(...args)
      expect(stderr).toMatch(/y\.txt:1: "y" is taken for the column's name; if it is a label, give/)
    }
  })

  it('scores numbers as regression', async () => {
    files.write('gold.jsonl', '{"score": 1}\n{"score": 2}\n{"score": 5}\n')
    files.write('scores.txt', '0.5\n2.5\n4\n')
    const result = await scored(
      ...['--head', 'pair', '--gold', 'gold.jsonl', '--predicted', 'scores.txt'],
      ...['--label-column', 'score'],
    )
    expect(result.metrics).toMatchObject({ loss: 0.5, spearman: expect.closeTo(1, 9) })
  })

  it('prints a table where JSON is not asked for', async () => {
    files.write('g.txt', '1\n0\n')
    const { code, stdout } = await score(
      '--head',
      'pair',
      '--gold',
      'g.txt',
      '--predicted',
      'g.txt',
    )
    expect(code).toBe(0)
    expect(stdout).toMatch(/^accuracy +100\.0$/m)
  })

  it.each([
    ['no head', ['--gold', 'g'], /--head is missing/],
    [
      'another head',
      ['--head', 'ner', '--gold', 'g'],
      /--head must be sentence, pair, token or qa/,
    ],
    ['no predictions', ['--head', 'qa', '--gold', 'g'], /--predicted is missing/],
    ['no file', ['--head', 'token', '--gold', 'none.conll'], /none\.conll does not exist/],
    [
      'other words',
      ['--head', 'token', '--gold', 'w1.conll', '--predicted', 'w2.conll'],
      /w1\.conll:2 has the word "b" and \S*w2\.conll:2 has the word "c"/,
    ],
    [
      'fewer sentences',
      ['--head', 'token', '--gold', 'w3.conll', '--predicted', 'w1.conll'],
      /w1\.conll ends before the sentence at \S*w3\.conll:4/,
    ],
    [
      'a shorter sentence',
      ['--head', 'token', '--gold', 'w4.conll', '--predicted', 'w1.conll'],
      /w4\.conll:1 ends its sentence and \S*w1\.conll:2 has the word "b"/,
    ],
    [
      'other counts',
      ['--head', 'pair', '--gold', 'l2.txt', '--predicted', 'l3.txt'],
      /l2\.txt has 2 labels, \S*l3\.txt has 3/,
    ],
    [
      'text for scores',
      ['--head', 'pair', '--gold', 'l2.txt', '--predicted', 't2.txt', '--regression'],
      /t2\.txt:2 has "x", which is not a number/,
    ],
    [
      'text for labels',
      ['--head', 'pair', '--gold', 'text.txt', '--predicted', 'text.txt'],
      /text\.txt has more than 1000 different labels, which looks like text/,
    ],
    [
      'an unknown positive label',
      ['--head', 'pair', '--gold', 'l2.txt', '--predicted', 'l2.txt', '--positive-label', 'x'],
      /no row has the --positive-label "x"/,
    ],
    [
      'answers to other questions',
      ['--head', 'qa', '--gold', 'q.json', '--predicted', 'other.json'],
      /has an answer to none of the 1 questions/,
    ],
    [
      'an answer that is no text',
      ['--head', 'qa', '--gold', 'q.json', '--predicted', 'number.json'],
      /no text as the answer to question "q"/,
    ],
  ])('refuses %s', async (_, args, message) => {
    files.write('w1.conll', 'a O\nb O\n')
    files.write('w2.conll', 'a O\nc O\n')
    files.write('w3.conll', 'a O\nb O\n\nd O\n')
    files.write('w4.conll', 'a O\n')
    files.write('l2.txt', '1\n0\n')
    files.write('l3.txt', '1\n0\n1\n')
    files.write('text.txt', Array.from({ length: 1200 }, (_, n) => `text ${n}\n`).join(''))
    files.write('t2.txt', '1\nx\n')
    const qas = [{ id: 'q', question: '?', answers: [{ text: 'x', answer_start: 0 }] }]
    files.write('q.json', JSON.stringify({ data: [{ paragraphs: [{ context: 'x', qas }] }] }))
    files.write('other.json', '{"p": "x"}')
    files.write('number.json', '{"q": 1}')
    const { code, stdout, stderr } = await score(...args)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(message)
  })
})
