import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { bootstrap, root } from '../../scripts/bootstrap.mjs'

// Bundles the comparison and Headway's side of it, since Node 20 reads no TypeScript, and runs it.
const sources = import.meta.dirname
const out = path.join(root, 'dist/bench')

try {
  await bootstrap()
  const { build } = await import('esbuild')
  fs.mkdirSync(out, { recursive: true })
  await build({
    entryPoints: ['compare.ts', 'headwayWorker.ts'].map((name) => path.join(sources, name)),
    outdir: out,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // As in scripts/build.mjs: one copy of tfjs, as Node would load it.
    mainFields: ['main', 'module'],
    supported: { 'dynamic-import': false },
    keepNames: true,
    define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__moduleUrl' },
    banner: {
      js: `const __moduleUrl=require('node:url').pathToFileURL(__filename).href;`,
    },
    logLevel: 'warning',
  })
  fs.writeFileSync(path.join(out, 'package.json'), '{"type":"commonjs"}\n')
  const { compare } = createRequire(import.meta.url)(path.join(out, 'compare.js'))
  await compare(root, out, process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
