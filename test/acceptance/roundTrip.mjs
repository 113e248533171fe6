import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { root } from '../../scripts/bootstrap.mjs'
import { loadBundled } from '../support/bundle.mjs'

// node test/acceptance/roundTrip.mjs: for each head a short training from TypeScript, an export, the same
// texts through `transformers`, and a run that starts from the exported folder. Wants Python with
// torch and transformers, which `test/bench/python.ts` brings; minutes the first time.
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-round-trip-'))

const sample = (file) => fs.readFileSync(path.join(root, 'samples', file), 'utf8')
const rowsOf = (file, count) => sample(file).split('\n').slice(0, count).join('\n')
const sentencesOf = (file, count) => sample(file).split('\n\n').slice(0, count).join('\n\n')
const articlesOf = (file, count) => {
  const { version, data } = JSON.parse(sample(file))
  return JSON.stringify({ version, data: data.slice(0, count) })
}

/** A few rows: what counts is the folder, not what was learned. */
const heads = {
  sentence: ['train.tsv', rowsOf('sentiment/train.tsv', 49)],
  pair: ['train.tsv', rowsOf('pairs/train.tsv', 49)],
  token: ['train.conll', `${sentencesOf('ner/train.conll', 48)}\n`],
  qa: ['train.json', articlesOf('qa/train.json', 4)],
}

const headway = (...args) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'dist/cli.js'), ...args, '--json'],
    { cwd: work, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`headway ${args.join(' ')}: ${stderr}`)
  return JSON.parse(stdout.trim().split('\n').at(-1))
}

const train = (head, file, model, name) => {
  const flags = ['--epochs', '1', '--batch-size', '16', '--max-length', '128', '--name', name]
  const from = model === undefined ? [] : ['--model', model]
  return headway('train', '--head', head, '--train', file, '--dev', file, ...flags, ...from)
}

const main = async (load) => {
  const { logitsOf } = load('roundTrip.ts')
  const { pythonWithTorch } = load('python.ts')
  const python = pythonWithTorch((line) => process.stderr.write(`${line}\n`))
  for (const [head, [file, text]] of Object.entries(heads)) {
    const data = path.join(work, `${head}-${file}`)
    fs.writeFileSync(data, text)
    const { run } = train(head, data, undefined, `Round trip ${head}`)
    const folder = path.join(work, `${head}-exported`)
    headway('export', '--run', run, '--to', folder, '--format', 'hf')
    const said = path.join(work, `${head}-logits.json`)
    fs.writeFileSync(said, JSON.stringify(await logitsOf(folder)))
    const script = path.join(import.meta.dirname, 'round_trip.py')
    const { status, stdout, stderr } = spawnSync(python, [script, folder, said], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`${head}: ${stderr.trim().split('\n').at(-1)}`)
    const { state } = train(head, data, folder, `From export ${head}`)
    if (state !== 'done')
      throw new Error(`${head}: a run from the exported folder ended as ${state}`)
    process.stdout.write(`${head.padEnd(9)}${stdout.trim()}; the next run from it is ${state}\n`)
  }
}

try {
  const programs = ['roundTrip.ts', '../bench/python.ts', '../../src/runtime/quietTensorflow.ts']
  const { load } = await loadBundled(programs.map((program) => path.join('acceptance', program)))
  const code = await load('quietTensorflow.ts').runQuietly()
  if (code === undefined) await main(load)
  else process.exitCode = code
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
} finally {
  fs.rmSync(work, { recursive: true, force: true })
}
