import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cliScript, headway } from './headway.ts'
import { TemporaryFiles } from './temporaryFiles.ts'

const model = path.resolve(import.meta.dirname, '../fixtures/training')
const files = new TemporaryFiles()
afterAll(() => files.remove())
beforeAll(() => {
  expect(fs.existsSync(cliScript), 'dist/cli.js is built first: node scripts/build.mjs').toBe(true)
})

const header = 'text\tlabel\n'
const rows = Array.from({ length: 20 }, (_, i) => `some text ${i}\t${i % 2}`).join('\n')
const good = `${header}${rows}\n`

beforeEach(() => {
  files.write('good.tsv', good)
  fs.cpSync(model, path.join(files.dir, 'model'), { recursive: true })
})

/** What must not be there after a refusal. */
const leftovers = () =>
  fs
    .readdirSync(files.dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(^|\/)\.headway(\/|$)|\.tmp$/.test(name))

const badUtf8 = Buffer.concat([Buffer.from(good), Buffer.from([0xc3, 0x28, 0x09, 0x31, 10])])

/** What is wrong, the training file, further flags, what the sentence must say. */
const data: [string, string | Buffer | undefined, string[], RegExp][] = [
  ['a missing file', undefined, [], /x\.tsv does not exist/],
  ['an empty file', '', [], /x\.tsv is empty/],
  ['one class only', `${header}a\t1\nb\t1\n`, [], /x\.tsv has only one class.*"1"/],
  [
    'an unknown column',
    good,
    ['--label-column', 'sentiment'],
    /x\.tsv has no label column "sentiment"; its columns are "text", "label"/,
  ],
  ['a row with too few fields', `${good}no label\n`, [], /x\.tsv:22 has 1 field/],
  [
    'text in the label column',
    good,
    ['--text-column', 'label', '--label-column', 'text'],
    /x\.tsv:2: "text" looks like text, not labels/,
  ],
  ['bad UTF-8', badUtf8, [], /x\.tsv:22 is not valid UTF-8/],
  ['a 5 MB line', `${good}${'long '.repeat(1_000_000)}\t1\n`, [], /x\.tsv:22 is 5\.0 MB long/],
  ['a binary file', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 1]), [], /x\.tsv:1 has NUL bytes/],
]

const train = (...args: string[]) =>
  headway(
    ['train', '--max-length', '32', '--backend', 'wasm', '--model', 'model', ...args],
    files.dir,
  )

const expectRefusal = (
  { code, stdout, stderr }: Awaited<ReturnType<typeof headway>>,
  message: RegExp,
) => {
  expect(stderr).toMatch(message)
  expect(stderr.trim().split('\n'), 'one sentence').toHaveLength(1)
  expect(stdout).toBe('')
  expect(code).toBe(2)
  expect(leftovers()).toEqual([])
}

describe('bad data', () => {
  it.each(data)('%s', async (_, content, flags, message) => {
    fs.rmSync(path.join(files.dir, 'x.tsv'), { force: true })
    if (content !== undefined) files.write('x.tsv', content)
    expectRefusal(await train('--train', 'x.tsv', ...flags), message)
  })

  it('a dev label that the training data lack', async () => {
    files.write('dev.tsv', `${header}a\t1\nb\t7\n`)
    expectRefusal(
      await train('--train', 'good.tsv', '--dev', 'dev.tsv'),
      /dev\.tsv:3 has the label "7"/,
    )
  })
})

const weights = () => path.join(files.dir, 'model/model.safetensors')
const config = () => path.join(files.dir, 'model/config.json')
const changeConfig = (change: object) =>
  fs.writeFileSync(
    config(),
    JSON.stringify({ ...JSON.parse(fs.readFileSync(config(), 'utf8')), ...change }),
  )

describe('a bad model', () => {
  const faults: [string, () => void, RegExp][] = [
    [
      'truncated weights',
      () => fs.truncateSync(weights(), 50_000),
      /model\.safetensors is truncated/,
    ],
    [
      'weights of the wrong shape',
      () => changeConfig({ intermediate_size: 128 }),
      /model\.safetensors: "[\w.]+" has the shape \[64, 32\], config\.json asks for \[128, 32\]/,
    ],
    [
      'a vocabulary that does not match',
      () => fs.appendFileSync(path.join(files.dir, 'model/vocab.txt'), 'more\n'),
      /vocab\.txt has 101 entries, config\.json says vocab_size 100/,
    ],
    [
      'a pickle instead of safetensors',
      () => fs.renameSync(weights(), path.join(files.dir, 'model/pytorch_model.bin')),
      /pytorch_model\.bin is a pickle/,
    ],
    [
      'a pickle under the name of safetensors',
      () => fs.writeFileSync(weights(), 'PK\u0003\u0004 and more'),
      /model\.safetensors is a PyTorch pickle/,
    ],
    ['another kind of model', () => changeConfig({ model_type: 'gpt2' }), /of a "gpt2" model/],
  ]
  it.each(faults)('%s', async (_, spoil, message) => {
    fs.rmSync(path.join(files.dir, 'model'), { recursive: true })
    fs.cpSync(model, path.join(files.dir, 'model'), { recursive: true })
    spoil()
    expectRefusal(await train('--train', 'good.tsv'), message)
    fs.rmSync(path.join(files.dir, 'model'), { recursive: true })
  })
})

describe('a bad call', () => {
  const calls: [string, string[], RegExp][] = [
    ['an unknown command', ['trian'], /no command "trian"; did you mean "train"\?/],
    ['an unknown flag', ['train', '--epoch', '3'], /unknown flag --epoch; did you mean --epochs\?/],
    ['no training data', ['train'], /--train is missing/],
    [
      'a number that is none',
      ['train', '--train', 'good.tsv', '--lr', 'x'],
      /--lr must be a number/,
    ],
    [
      'a value out of range',
      ['train', '--train', 'good.tsv', '--lr', '-1'],
      /"learningRate" must be > 0/,
    ],
    [
      'an unknown backend',
      ['train', '--train', 'good.tsv', '--backend', 'tpu'],
      /--backend must be auto/,
    ],
    [
      'test data for a run in a folder of its own',
      ['train', '--train', 'good.tsv', '--out', 'there', '--test', 'good.tsv'],
      /headway evaluate --run there --data good\.tsv/,
    ],
    ['an unknown run', ['predict', '--run', 'abc', '--text', 'x'], /There is no run "abc"/],
    [
      'an experiment that is not there',
      ['sweep', 'no.headway.json'],
      /no\.headway\.json does not exist/,
    ],
    ['an unknown model folder', ['tokenize', '--model', './no', '--text', 'x'], /no model folder/],
  ]
  it.each(calls)('%s', async (_, args, message) => {
    expectRefusal(await headway(args, files.dir), message)
  })

  it('an experiment with a key that it does not know', async () => {
    files.write('x.headway.json', '{"head": "sentence",\n"data": {"train": "good.tsv"},\n"lr": 1}')
    expectRefusal(
      await headway(['sweep', 'x.headway.json'], files.dir),
      /x\.headway\.json:3: unknown key "lr"/,
    )
  })
})
