import fs from 'node:fs'
import path from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, expect, it } from 'vitest'
import { fixture } from '../support/engineFiles.ts'
import { headway } from './headway.ts'
import { TemporaryFiles } from './temporaryFiles.ts'

const files = new TemporaryFiles()
afterAll(() => files.remove())

/** `headway data` with a heap that would not hold the file. */
const data = (...args: string[]) =>
  headway(
    ['data', ...args, '--model', fixture('training'), '--max-length', '64', '--no-estimate'],
    files.dir,
    {
      NODE_OPTIONS: '--max-old-space-size=64',
      HEADWAY_CACHE: path.join(files.dir, 'cache'),
    },
  )

const rows = Array.from({ length: 2000 }, (_, at) => [
  `text ${at} ${'word '.repeat(30)}`,
  at % 2 ? 'good' : 'bad',
])
const squad = `{"data": [${rows
  .map(([text], id) => {
    const qas = [{ id: `${id}`, question: '?', answers: [{ text: 'text', answer_start: 0 }] }]
    return JSON.stringify({ paragraphs: [{ context: text, qas }] })
  })
  .join(',\n')},\n`
const starts: [string, string][] = [
  ['big.tsv', `text\tlabel\n${rows.map((row) => row.join('\t')).join('\n')}\n`],
  ['big.csv', `text,label\n${rows.map((row) => row.join(',')).join('\n')}\n"`],
  ['big.json', `[${rows.map(([text, label]) => JSON.stringify({ text, label })).join(',\n')},\n`],
  ['big.jsonl', `${rows.map(([text, label]) => JSON.stringify({ text, label })).join('\n')}\n`],
  ['big.conll', 'EU B-ORG\nja O\n\n'.repeat(300)],
  ['squad.json', squad],
]

it.each(starts)('%s of 2 GB is not read into memory', async (name, start) => {
  const file = files.write(name, start)
  fs.truncateSync(file, 2 ** 31)
  const { code, stdout, stderr } = await data(name)
  fs.rmSync(file)
  expect(code, stderr).toBe(2)
  const line = start.split('\n').length
  expect(stdout).toMatch(new RegExp(`${name}:${line}: has NUL bytes`))
})

it('rows of 100 MB go by', async () => {
  const file = fs.openSync(path.join(files.dir, 'long.tsv'), 'w')
  fs.writeSync(file, 'text\tlabel\n')
  for (let block = 0; block < 30; block++) {
    const lines = rows.map(
      ([text, label], at) => `${block} ${text} ${'x'.repeat(1700)}${at}\t${label}\n`,
    )
    fs.writeSync(file, lines.join(''))
  }
  fs.closeSync(file)
  const { code, stdout, stderr } = await data('long.tsv')
  expect(code, stderr).toBe(0)
  expect(stdout).toContain('60,000 rows')
})

it('a row group of 160 MB goes by', async () => {
  const count = 40_000
  const text = Array.from({ length: 100 }, (_, at) => `${at} ${'x'.repeat(4000)}`)
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'text', data: Array.from({ length: count }, (_, at) => text[at % 100] ?? '') },
      { name: 'label', data: Array.from({ length: count }, (_, at) => (at % 2 ? 'good' : 'bad')) },
    ],
    rowGroupSize: count,
    codec: 'SNAPPY',
  })
  files.write('big.parquet', new Uint8Array(buffer))
  const { code, stdout, stderr } = await data('big.parquet')
  expect(code, stderr).toBe(0)
  expect(stdout).toContain('40,000 rows')
})
