import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { bootstrap, root } from '../../scripts/bootstrap.mjs'

const out = path.join(root, 'dist/bench')

/**
 * Bundles programs of this folder, since Node 20 reads no TypeScript, and loads the first.
 *
 * @param {readonly string[]} names
 * @returns {Promise<{ root: string, out: string, program: object }>}
 */
export const loadBundled = async (names) => {
  await bootstrap()
  const { build } = await import('esbuild')
  fs.mkdirSync(out, { recursive: true })
  await build({
    entryPoints: names.map((name) => path.join(import.meta.dirname, `${name}.ts`)),
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
  return { root, out, program: createRequire(import.meta.url)(path.join(out, `${names[0]}.js`)) }
}
