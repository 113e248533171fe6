import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { bootstrap, root } from '../../scripts/bootstrap.mjs'

// node test/acceptance/rawText.mjs MODEL FILE: entity F1 of a token model on the words of a CoNLL file
// as given, and on the same sentences as raw text. Bundled first, since Node 20 reads no TypeScript.
const out = path.join(root, 'dist/acceptance')

try {
  await bootstrap()
  const { build } = await import('esbuild')
  fs.mkdirSync(out, { recursive: true })
  await build({
    entryPoints: [path.join(import.meta.dirname, 'rawText.ts')],
    outdir: out,
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
  const { rawText } = createRequire(import.meta.url)(path.join(out, 'rawText.js'))
  const result = await rawText(...process.argv.slice(2).map((each) => path.resolve(each)))
  process.stdout.write(`${JSON.stringify(result)}\n`)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
