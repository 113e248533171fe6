import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { bootstrap, root } from '../../scripts/bootstrap.mjs'

/**
 * Bundles TypeScript programs, which Node 20 does not read, and loads those asked for.
 *
 * @param {readonly string[]} programs paths from `test/`
 * @returns {Promise<{ root: string, out: string, load: (program: string) => object }>}
 */
export const loadBundled = async (programs) => {
  await bootstrap()
  const { build } = await import('esbuild')
  const out = path.join(root, 'dist', path.dirname(programs[0]))
  fs.mkdirSync(out, { recursive: true })
  await build({
    entryPoints: programs.map((program) => path.join(root, 'test', program)),
    outdir: out,
    entryNames: '[name]',
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
  const require = createRequire(import.meta.url)
  const load = (program) => require(path.join(out, `${path.basename(program, '.ts')}.js`))
  return { root, out, load }
}
