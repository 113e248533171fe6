import fs from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixture } from '../support/engineFiles.ts'
import { cliScript, headway } from './headway.ts'
import { TemporaryFiles } from './temporaryFiles.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

const model = ['--model', fixture('training'), '--max-length', '64']
const data = (...args: string[]) => headway(['data', ...args, ...model], files.dir)

const row = (at: number) => `a text of number ${at}\t${at % 2 ? 'good' : 'bad'}`
const table = (from: number, count: number, ...more: string[]) =>
  ['text\tlabel', ...Array.from({ length: count }, (_, at) => row(from + at)), ...more].join('\n')

beforeAll(() => {
  expect(fs.existsSync(cliScript), 'dist/cli.js is built first: node scripts/build.mjs').toBe(true)
  files.write('train.tsv', table(0, 200))
  files.write('dev.tsv', table(1000, 100, row(3)))
})

describe('headway data', () => {
  it('says what is in the data, and how long a run takes', async () => {
    const { code, stdout, stderr } = await data('train.tsv', 'dev.tsv')
    expect(code, stderr).toBe(0)
    expect(stdout).toContain(
      'train train.tsv: 200 rows (TSV with header, text "text", label "label")',
    )
    expect(stdout).toContain('labels  bad 100 (50.0 %), good 100 (50.0 %)')
    expect(stdout).toMatch(/^warning {2}dev\.tsv:102: 1 row .* line 5 of the train data\.$/m)
    expect(stdout).toMatch(
      /^A run on this machine: tensorflow, \w+, about \d\.\d GB of memory \(\d+\.\d GB are free\)\.$/m,
    )
    expect(stdout).toMatch(/3 epochs about .* \(measured just now\)/)
  })

  it('says it as one JSON object', async () => {
    const { code, stdout } = await data('train.tsv', 'dev.tsv', '--json', '--no-estimate')
    expect(code).toBe(0)
    const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as object
    expect(result).toMatchObject({
      head: 'sentence',
      maxLength: 64,
      files: [
        { part: 'train', examples: 200, columns: { text: 'text', label: 'label' } },
        { part: 'dev', examples: 101 },
      ],
      findings: [{ severity: 'warning', kind: 'leak', line: 102, count: 1 }],
      machine: { backend: expect.stringMatching(/tensorflow|wasm/) },
      estimate: null,
    })
  })

  it('ends with an error where a launch would: a positive label that no row has', async () => {
    const given = { train: 'train.tsv', dev: 'dev.tsv', positiveLabel: 'yes' }
    const experiment = { head: 'sentence', model: fixture('training'), data: given }
    files.write('positive.headway.json', JSON.stringify(experiment))
    const { code, stdout } = await headway(['data', 'positive.headway.json'], files.dir)
    expect(code).toBe(2)
    expect(stdout).toMatch(
      /^error {4}train\.tsv: "positiveLabel" "yes" is not a label of train\.tsv/m,
    )
  })

  it('reads an experiment file', async () => {
    const experiment = {
      head: 'sentence',
      model: fixture('training'),
      maxLength: 64,
      data: { train: 'train.tsv' },
    }
    files.write('my.headway.json', JSON.stringify(experiment))
    const { code, stdout } = await headway(['data', 'my.headway.json', '--no-estimate'], files.dir)
    expect(code).toBe(0)
    expect(stdout).toContain('nothing to remark.')
  })

  it('ends with 2 where a launch would stop, and with the launch’s own place', async () => {
    files.write('bad.tsv', table(0, 60, '\tgood'))
    const found = await data('bad.tsv', '--no-estimate')
    expect(found.code).toBe(2)
    expect(found.stdout).toMatch(/^error {4}bad\.tsv:62: has nothing in "text"/m)
    const launched = await headway(['train', '--train', 'bad.tsv', ...model], files.dir)
    expect(launched.stderr).toContain('bad.tsv:62 has nothing in "text"')
  })

  it('says that a length is more than the model has', async () => {
    const { code, stdout } = await headway(['data', 'train.tsv', ...model.slice(0, 2)], files.dir)
    expect(code).toBe(2)
    expect(stdout).toContain('"maxLength" 128 is more than the model\'s 64 positions.')
  })

  it('takes what a table is from the flags', async () => {
    files.write('none.tsv', table(0, 60).replace('text\tlabel', 'good text\tgood'))
    const columns = ['--text-column', '0', '--label-column', '1', '--no-estimate']
    const guessed = await data('none.tsv', ...columns, '--no-header')
    expect(guessed.stdout).toContain('61 rows (TSV without header')
    expect((await data('none.tsv', ...columns, '--header')).stdout).toContain('60 rows (TSV with')
    files.write('quoted.tsv', table(0, 60).replaceAll(/^(a .*)\t/gm, '"$1"\t'))
    expect((await data('quoted.tsv', '--no-estimate')).stdout).toContain('set "quotes" (--quotes)')
    expect((await data('quoted.tsv', '--no-estimate', '--quotes')).stdout).not.toContain('quotes')
  })

  it('takes the columns of answers, and says which were read', async () => {
    const row = (at: number) => `Which ${at}?\tThe context ${at}\tcontext\t4`
    const rows = Array.from({ length: 60 }, (_, at) => row(at)).join('\n')
    files.write('asked.tsv', `q\tc\ta\ts\n${rows}\n`)
    const columns = ['--question-column', 'q', '--context-column', 'c']
    const answers = ['--answer-column', 'a', '--answer-start-column', 's', '--no-estimate']
    const { code, stdout, stderr } = await data('asked.tsv', '--head', 'qa', ...columns, ...answers)
    expect(code, stderr + stdout).toBe(0)
    expect(stdout).toContain('question "q", context "c", answer "a", answerStart "s"')
    files.write('tags.conll', 'EU NNP B-ORG\nja UH O\n\n'.repeat(60))
    const tags = await data('tags.conll', '--no-estimate')
    expect(tags.stdout).toContain('word 0, tag 2')
  })

  it('refuses a call without a file, and what is no file', async () => {
    expect((await data()).stderr).toContain('name the training file')
    const missing = await data('no.tsv')
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('does not exist')])
  })
})

describe('headway help', () => {
  it('knows its commands only', async () => {
    expect((await headway(['help', 'data'], files.dir)).code).toBe(0)
    const unknown = await headway(['help', 'dta'], files.dir)
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('did you mean "data"?')
  })
})
