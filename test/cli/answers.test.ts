import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliScript, headway } from './headway.ts'
import { TemporaryFiles } from './temporaryFiles.ts'

const model = path.resolve(import.meta.dirname, '../fixtures/qa')
const files = new TemporaryFiles()
afterAll(() => files.remove())

const contexts = Array.from(
  { length: 12 },
  (_, n) => `w1 w${20 + n} w2 w${40 + n} w3\r\nw4 w${60 + n}`,
)
const paragraphs = contexts.map((context, n) => ({
  context,
  qas: [
    {
      id: `a${n}`,
      question: 'w1 w9',
      answers: [{ text: `w${20 + n}`, answer_start: 3 }],
      is_impossible: false,
    },
    { id: `b${n}`, question: 'w7 w8', answers: [], is_impossible: true },
  ],
}))
const lastJson = (text: string) => JSON.parse(text.trim().split('\n').at(-1) ?? '')
const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('questions on the command line', () => {
  let run: string
  let base: string[]

  beforeAll(async () => {
    expect(fs.existsSync(cliScript), 'dist/cli.js is built first: node scripts/build.mjs').toBe(
      true,
    )
    files.write('squad.json', JSON.stringify({ version: 'v2.0', data: [{ paragraphs }] }))
    files.write('context.txt', contexts[0]!)
    const args = ['--head', 'qa', '--train', 'squad.json', '--dev', 'squad.json', '--model', model]
    const settings = ['--max-length', '24', '--stride', '6', '--epochs', '2', '--batch-size', '8']
    const { code, stdout, stderr } = await headway(
      ['train', ...args, ...settings, '--lr', '1e-3', '--backend', 'wasm', '--json'],
      files.dir,
    )
    expect(code, stderr).toBe(0)
    run = lastJson(stdout).run
    base = ['--run', run, '--backend', 'wasm']
  })

  const predict = async (...args: string[]) => {
    const { code, stdout, stderr } = await headway(['predict', ...base, ...args], files.dir)
    expect(code, stderr).toBe(0)
    return lines(stdout)
  }

  it('records whether there may be no answer, and the selection metric', async () => {
    const { sweeps } = lastJson((await headway(['runs', '--json'], files.dir)).stdout)
    expect(sweeps[0].runs[0]).toMatchObject({ run, state: 'done' })
    const folder = path.join(files.dir, '.headway/sweeps', sweeps[0].sweep, 'runs', run)
    const { config } = JSON.parse(fs.readFileSync(path.join(folder, 'run.json'), 'utf8'))
    expect(config).toMatchObject({
      selectionMetric: 'f1',
      stride: 6,
      maxLength: 24,
      data: { unanswerable: true },
    })
  })

  it('evaluates as "headway score" scores what it predicts', async () => {
    const { stdout, stderr } = await headway(
      ['evaluate', ...base, '--data', 'squad.json', '--json'],
      files.dir,
    )
    const evaluated = lastJson(stdout)
    expect(evaluated, stderr).toMatchObject({ run, examples: 24 })
    const answers = await predict('--input', 'squad.json')
    expect(answers.map(({ id }) => id)).toEqual(contexts.flatMap((_, n) => [`a${n}`, `b${n}`]))
    const byId = Object.fromEntries(answers.map(({ id, answer }) => [id, answer]))
    files.write('answers.json', JSON.stringify(byId))
    const score = ['score', '--head', 'qa', '--gold', 'squad.json', '--predicted', 'answers.json']
    const { metrics } = lastJson((await headway([...score, '--json'], files.dir)).stdout)
    const { exactMatch, f1 } = evaluated.metrics
    expect({ exactMatch, f1 }).toEqual(metrics)
    for (const [at, { answer, start, end, nbest }] of answers.entries()) {
      const context = contexts[Math.floor(at / 2)]!
      expect(answer).toBe(start < 0 ? '' : context.slice(start, end))
      expect(nbest.length).toBeGreaterThan(1)
    }
  })

  it('answers one question, with its context as text or file', async () => {
    const [one] = await predict('--text', 'w1 w9', '--text-pair', contexts[0]!, '--nbest', '2')
    expect(Object.keys(one)).toEqual(
      expect.arrayContaining(['answer', 'start', 'end', 'probability', 'score', 'noAnswerScore']),
    )
    expect(one.nbest).toHaveLength(2)
    const [file] = await predict('--text', 'w1 w9', '--context', 'context.txt', '--nbest', '2')
    // Offsets in files are those of the text with \n line ends.
    expect(file.probability).toBe(one.probability)
    expect(file.nbest).toHaveLength(2)
  })

  it('answers a question a line from standard input', async () => {
    const child = spawn(
      process.execPath,
      [cliScript, 'predict', ...base, '--input', '-', '--context', 'context.txt'],
      { cwd: files.dir },
    )
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    child.stdin.end('w1 w9\n\nw7 w8\n')
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code).toBe(0)
    expect(lines(stdout)).toMatchObject([{ line: 1 }, { line: 3 }])
  })

  it.each([
    ['no context', ['--text', 'w1'], /give the context too/],
    ['two contexts', ['--text', 'w1', '--text-pair', 'w2', '--context', 'context.txt'], /not both/],
    ['a missing context', ['--text', 'w1', '--context', 'no.txt'], /no\.txt does not exist/],
    ['a context beside a file', ['--input', 'squad.json', '--context', 'context.txt'], /--input -/],
    ['a file without questions', ['--input', 'answers.json'], /no paragraphs|question/],
  ])('refuses %s', async (_, args, message) => {
    const { code, stderr } = await headway(['predict', ...base, ...args], files.dir)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })
})
