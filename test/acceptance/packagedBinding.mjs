import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { bootstrap, root } from '../../scripts/bootstrap.mjs'
import { packageExtension } from '../../scripts/package.mjs'

// node test/acceptance/packagedBinding.mjs: packs Headway with its binding, unpacks that elsewhere, and has
// it install TensorFlow into an empty cache and train, where no compiler is found. Fetches TensorFlow anew
// (274 MB); wants Python with pip. Minutes.
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-packaged-'))

/** Node and Python alone: of all that a machine has, no compiler. */
const programs = () => {
  const bin = path.join(work, 'bin')
  fs.mkdirSync(bin)
  fs.symlinkSync(process.execPath, path.join(bin, 'node'))
  const python = run('python3', ['-c', 'import sys; print(sys.executable)'], process.env).trim()
  fs.writeFileSync(path.join(bin, 'python3'), `#!/bin/sh\nexec ${python} "$@"\n`, { mode: 0o755 })
  return bin
}

const run = (file, args, env, cwd = work) => {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}${stdout}`)
  return stdout
}

try {
  await bootstrap()
  const file = await packageExtension({ withBinding: true, report: console.error })
  const unzip = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])'
  run('python3', ['-c', unzip, file, work], process.env)
  const cli = path.join(work, 'extension/dist/cli.js')
  const { CXX: _, ...environment } = process.env
  const env = { ...environment, PATH: programs(), HEADWAY_CACHE: path.join(work, 'cache') }
  const headway = (...args) => {
    const output = run(process.execPath, [cli, ...args, '--json'], env)
    return JSON.parse(output.trim().split('\n').at(-1))
  }
  const installed = headway('setup')
  const sample = (name) => path.join(root, 'samples/sentiment', name)
  const data = ['--train', sample('train.tsv'), '--dev', sample('dev.tsv')]
  const { backend, metrics } = headway('train', '--head', 'sentence', ...data, '--epochs', '1')
  console.log(JSON.stringify({ installed, backend, accuracy: metrics.accuracy }))
  if (backend !== 'tensorflow' || !installed.fusedKernels) process.exitCode = 1
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  fs.rmSync(work, { recursive: true, force: true })
}
