import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { fusedKernelsFile } from './bootstrap.mjs'
import { build } from './build.mjs'
import { cacheDir, installOnce } from './vscode/cache.mjs'
import { command } from './vscode/command.mjs'
import { ensureNode24, node24Environment, npm } from './vscode/node24.mjs'

const version = '4.1.0'
const repository = path.resolve(import.meta.dirname, '..')

/** vsce needs a newer Node than Headway does: both come from npm into the cache. */
const installVsce = async (node24, report) => {
  const target = path.join(cacheDir(), 'vscode', `vsce-${version}`)
  await installOnce(target, async (cwd) => {
    report(`Fetching @vscode/vsce ${version} from npm (about 60 MB, once) …`)
    fs.writeFileSync(path.join(cwd, 'package.json'), '{"name":"vsce","private":true}')
    const environment = node24Environment(node24)
    await npm(['install', '--ignore-scripts', `@vscode/vsce@${version}`], { cwd, environment })
  })
  return path.join(target, 'node_modules/@vscode/vsce/vsce')
}

const prebuilt = path.join(repository, 'dist', 'prebuilt')

/**
 * The binding, and the kernels beside it, as they were compiled here (N-API: for every Node), so that
 * users need no compiler.
 */
const addBinding = async () => {
  const output = await command(process.execPath, [
    path.join(repository, 'dist/cli.js'),
    ...['doctor', '--json'],
  ])
  const { binding } = JSON.parse(output.split('\n').findLast((line) => line.startsWith('{')))
  if (!binding) {
    throw new Error('TensorFlow does not run here: npm run -s headway -- setup brings it first.')
  }
  fs.mkdirSync(prebuilt, { recursive: true })
  fs.copyFileSync(binding, path.join(prebuilt, path.basename(binding)))
  const kernels = fusedKernelsFile()
  fs.copyFileSync(path.join(path.dirname(binding), kernels), path.join(prebuilt, kernels))
}

/**
 * Builds Headway and packs it; returns the `.vsix`'s path. Tests pack the build that is there
 * already: `production` is smaller, and no different otherwise. With its binding a package is for this
 * platform alone.
 */
export const packageExtension = async ({
  production = true,
  withBinding = false,
  report = () => {},
} = {}) => {
  const node24 = await ensureNode24(report)
  const vsce = await installVsce(node24, report)
  await build({ production })
  const target = `${process.platform}-${process.arch}`
  const name = withBinding ? `headway-${target}.vsix` : 'headway.vsix'
  const file = path.join(repository, '.vsix', name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.rmSync(prebuilt, { recursive: true, force: true })
  const flags = [
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '--skip-license',
    ...(withBinding ? ['--target', target] : []),
  ]
  try {
    if (withBinding) await addBinding()
    await command(node24.node, [vsce, 'package', ...flags, '--out', file], {
      cwd: repository,
      env: node24Environment(node24),
    })
  } finally {
    // A clone compiles its own.
    fs.rmSync(prebuilt, { recursive: true, force: true })
  }
  report(`${path.relative(repository, file)}: ${(fs.statSync(file).size / 1e6).toFixed(1)} MB`)
  return file
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  await packageExtension({
    withBinding: process.argv.includes('--with-binding'),
    report: console.log,
  })
