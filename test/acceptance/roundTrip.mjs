import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { bootstrap, root } from '../../scripts/bootstrap.mjs'

// node test/acceptance/roundTrip.mjs: for each head a short training from TypeScript, an export, the same
// texts through `transformers`, and a run that starts from the exported folder. Wants Python with
// torch and transformers, which `test/bench/python.ts` brings; minutes the first time.
const out = path.join(root, 'dist/acceptance')
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-round-trip-'))

const rowsOf = (file, count) =>
  fs
    .readFileSync(path.join(root, 'samples', file), 'utf8')
    .split('\n')
    .slice(0, count)
    .join('\n')
const sentencesOf = (file, count) =>
  fs
    .readFileSync(path.join(root, 'samples', file), 'utf8')
    .split('\n\n')
    .slice(0, count)
    .join('\n\n')
const articlesOf = (file, count) => {
  const { version, data } = JSON.parse(fs.readFileSync(path.join(root, 'samples', file), 'utf8'))
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

const bundle = async () => {
  const { build } = await import('esbuild')
  fs.mkdirSync(out, { recursive: true })
  await build({
    entryPoints: ['roundTrip.ts', '../bench/python.ts'].map((file) =>
      path.join(import.meta.dirname, file),
    ),
    outdir: out,
    entryNames: '[name]',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // As in scripts/build.mjs: one copy of tfjs, as Node would load it.
    mainFields: ['main', 'module'],
    supported: { 'dynamic-import': false },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__moduleUrl' },
    banner: { js: `const __moduleUrl=require('node:url').pathToFileURL(__filename).href;` },
    logLevel: 'warning',
  })
  fs.writeFileSync(path.join(out, 'package.json'), '{"type":"commonjs"}\n')
  return createRequire(import.meta.url)
}

try {
  await bootstrap()
  const require = await bundle()
  const { logitsOf } = require(path.join(out, 'roundTrip.js'))
  const { pythonWithTorch } = require(path.join(out, 'python.js'))
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
    const again = train(head, data, folder, `From export ${head}`)
    process.stdout.write(
      `${head.padEnd(9)}${stdout.trim()}; the next run from it: ${again.state ?? 'done'}\n`,
    )
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
} finally {
  fs.rmSync(work, { recursive: true, force: true })
}
