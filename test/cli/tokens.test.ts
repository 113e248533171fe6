import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeTokenTask } from '../support/tokenTask.ts'
import { cliScript, headway } from './headway.ts'
import { TemporaryFiles } from './temporaryFiles.ts'

const model = path.resolve(import.meta.dirname, '../fixtures/training')
const files = new TemporaryFiles()
afterAll(() => files.remove())

const rows = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const conll = (sentences: readonly (readonly (readonly [string, string])[])[]): string =>
  sentences.map((words) => `${words.map((row) => row.join(' ')).join('\n')}\n\n`).join('')

describe('tags on the command line', () => {
  let run: string
  let dir: string

  beforeAll(async () => {
    expect(fs.existsSync(cliScript), 'dist/cli.js is built first: node scripts/build.mjs').toBe(
      true,
    )
    writeTokenTask(files.dir)
    const data = ['--head', 'token', '--train', 'train.conll', '--dev', 'dev.conll']
    const settings = ['--max-length', '32', '--epochs', '4', '--batch-size', '8', '--lr', '3e-3']
    const { code, stdout, stderr } = await headway(
      ['train', ...data, '--model', model, ...settings, '--backend', 'wasm', '--json'],
      files.dir,
    )
    expect(code, stderr).toBe(0)
    ;({ run, dir } = rows(stdout).at(-1))
  })

  const predict = (...args: string[]) =>
    headway(['predict', '--run', run, '--backend', 'wasm', ...args], files.dir)

  it('leave by export: scored from there, and predicted with from there, alike', async () => {
    const exported = async (format: string, to: string): Promise<string[]> => {
      const args = ['export', '--run', run, '--format', format, '--to', to, '--json']
      const { code, stdout, stderr } = await headway(args, files.dir)
      expect(code, stderr).toBe(0)
      return rows(stdout).at(-1).files
    }
    const [file = ''] = await exported('conll', 'out')
    const scored = await headway(['score', '--head', 'token', '--gold', file, '--json'], files.dir)
    const { metrics } = JSON.parse(fs.readFileSync(path.join(dir, 'run.json'), 'utf8'))
    expect(rows(scored.stdout).at(-1).metrics.entityF1).toBeCloseTo(metrics.entityF1, 6)
    await exported('hf', 'model')
    const text = ['--backend', 'wasm', '--text', 'Anna lives in Paris .']
    const own = await headway(['predict', '--run', run, ...text], files.dir)
    const moved = await headway(['predict', '--run', 'model', ...text], files.dir)
    expect(rows(moved.stdout)).toEqual(rows(own.stdout))
    const again = await headway(['export', '--run', run, '--to', 'model'], files.dir)
    expect(again.code).toBe(2)
    expect(again.stderr).toMatch(/not empty/)
    const [events = ''] = await exported('tensorboard', 'board')
    expect(fs.readFileSync(events, 'latin1')).toContain('dev/entityF1')
    const [csv = ''] = await exported('csv', 'out')
    expect(fs.readFileSync(csv, 'utf8')).toMatch(/^step,what,value,time\r\n1,train\/loss,/)
  })

  it('are scored by evaluate as by score on the same predictions', async () => {
    const args = ['--data', 'dev.conll', '--predictions', 'kept.jsonl', '--json']
    const { code, stdout, stderr } = await headway(
      ['evaluate', '--run', run, '--backend', 'wasm', ...args],
      files.dir,
    )
    expect(code, stderr).toBe(0)
    const { loss, ...metrics } = rows(stdout).at(-1).metrics
    const kept = rows(fs.readFileSync(path.join(files.dir, 'kept.jsonl'), 'utf8'))
    files.write(
      'predicted.conll',
      conll(
        kept.map(({ words, predicted }) =>
          words.map((w: string, at: number) => [w, predicted[at]]),
        ),
      ),
    )
    const scored = await headway(
      [
        'score',
        '--head',
        'token',
        '--gold',
        'dev.conll',
        '--predicted',
        'predicted.conll',
        '--json',
      ],
      files.dir,
    )
    expect(rows(scored.stdout).at(-1).metrics).toEqual(metrics)
    expect(loss).toBeGreaterThan(0)
    const record = JSON.parse(fs.readFileSync(path.join(dir, 'run.json'), 'utf8'))
    expect(record.config.selectionMetric).toBe('entityF1')
    expect(record.metrics.entityF1).toBeCloseTo(metrics.entityF1, 10)
  })

  it('come with offsets, for text, a file of words, and a folder as the run', async () => {
    const text = '😀 w90 w5 saw w91.'
    const [one] = rows((await predict('--text', text)).stdout)
    for (const { start, end, text: word } of one.words) expect(text.slice(start, end)).toBe(word)
    const many = rows((await predict('--input', 'dev.conll')).stdout)
    expect(many).toHaveLength(24)
    expect(many[0]).toMatchObject({ line: 1 })
    const folder = ['--run', path.join(dir, 'model'), '--backend', 'wasm', '--text', text]
    const other = await headway(['predict', ...folder], files.dir)
    expect(rows(other.stdout)).toEqual([one])
  })

  it('come of the words of CoNLL rows, whatever the file is called', async () => {
    files.write('rows.txt', 'w90 B-PER\nw5 O\n\nw1 O\nw91 I-LOC\n')
    const { code, stdout, stderr } = await predict('--input', 'rows.txt')
    expect(code, stderr).toBe(0)
    expect(rows(stdout).map(({ text }) => text)).toEqual(['w90 w5', 'w1 w91'])
    expect(stderr).toMatch(/rows\.txt is read as CoNLL/)
    files.write('lines.txt', 'w90 w5\n\nw1 w91\n')
    const lines = await predict('--input', 'lines.txt')
    expect([rows(lines.stdout).length, lines.stderr]).toEqual([2, ''])
  })

  it('come from rows without tags, of JSON and of columns', async () => {
    const words = ['w90', 'w5']
    const text = words.join(' ')
    const rowsOf = [{ tokens: words }, { text }, { tokens: words, ner_tags: ['x', 'y'] }]
    const inputs = {
      'list.json': JSON.stringify(rowsOf),
      'lines.json': rowsOf.map((row) => JSON.stringify(row)).join('\n'),
      'lines.jsonl': rowsOf.map((row) => JSON.stringify(row)).join('\n'),
      'one.conll': `${words.join('\n')}\n\n`.repeat(3),
    }
    for (const [name, content] of Object.entries(inputs)) {
      files.write(name, content)
      const { code, stdout, stderr } = await predict('--input', name)
      expect(code, stderr).toBe(0)
      expect(rows(stdout).map((row) => row.text)).toEqual([text, text, text])
    }
  })

  it('come up to a broken JSON line, which is named, and beyond it where it is skipped', async () => {
    files.write('broken.jsonl', '{"text": "w1"}\n{"text": "w2"\n{"label": "x"}\n{"text": "w3"}\n')
    const { code, stdout, stderr } = await predict('--input', 'broken.jsonl')
    expect(code).toBe(2)
    expect(stderr).toMatch(/broken\.jsonl:2:14 is not valid JSON: it ends early/)
    expect(rows(stdout).map(({ line, text }) => [line, text])).toEqual([[1, 'w1']])
    const skipping = await predict('--input', 'broken.jsonl', '--skip-bad-rows')
    expect(skipping.code).toBe(0)
    expect(skipping.stderr).toMatch(/broken\.jsonl:2:14 is not.*\n.*broken\.jsonl:3 has no text/)
    expect(rows(skipping.stdout).map(({ line }) => line)).toEqual([1, 4])
  })

  it('skipped by evaluate are counted, with the first place', async () => {
    files.write('gaps.conll', 'w90 B-PER\nw1\n\nw2 O\n\nw3\n\nw4 O\n')
    const { code, stderr } = await headway(
      ['evaluate', '--run', run, '--backend', 'wasm', '--data', 'gaps.conll', '--skip-bad-rows'],
      files.dir,
    )
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(
      /gaps\.conll: 2 bad sentences skipped, the first: \S*gaps\.conll:2 has 1/,
    )
  })

  it('answer standard input line by line, before its end', async () => {
    const child = spawn(
      process.execPath,
      [cliScript, 'predict', '--run', run, '--backend', 'wasm', '--input', '-'],
      { cwd: files.dir },
    )
    const closed = new Promise((resolve) => child.on('close', resolve))
    let stdout = ''
    const first = new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString()
        if (stdout.includes('\n')) resolve()
      })
    })
    child.stdin.write('w90 w5 ran\n')
    await first
    child.stdin.end('\n{"tokens": ["w91", "."]}\n{"text": "w1 w91"}')
    await closed
    expect(rows(stdout).map(({ line, text }) => [line, text])).toEqual([
      [1, 'w90 w5 ran'],
      [3, 'w91 .'],
      [4, 'w1 w91'],
    ])
  })

  it('refuse what makes no sense', async () => {
    files.write('all-o.conll', 'w1 O\nw2 O\n')
    files.write('one.conll', 'w1 X\nw2 X\n')
    files.write('empty.conll', '')
    files.write('classes.conll', 'w1 X\nw2 Y\n')
    const train = (...args: string[]) =>
      headway(
        ['train', '--head', 'token', '--model', model, '--max-length', '32', ...args],
        files.dir,
      )
    for (const [args, message] of [
      [['--train', 'all-o.conll'], /only the tag O/],
      [['--train', 'one.conll'], /only the tag "X"/],
      [['--train', 'train.conll', '--dev', 'empty.conll'], /has no sentences/],
      [['--train', 'train.conll', '--dev', 'classes.conll'], /has classes/],
      [
        ['--train', 'classes.conll', '--dev', 'classes.conll', '--selection-metric', 'entityF1'],
        /choose tokenAccuracy/,
      ],
    ] as const) {
      const { code, stderr } = await train(...args)
      expect(stderr).toMatch(message)
      expect(code).toBe(2)
    }
    for (const args of [
      ['--text', 'w1', '--text-pair', 'w2'],
      ['--text', 'w1', '--nbest', '3'],
      ['--text', 'w1', '--input', 'dev.conll'],
      ['--input', 'nowhere.conll'],
    ]) {
      expect((await predict(...args)).code, args.join(' ')).toBe(2)
    }
  })
})
