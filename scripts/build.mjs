import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const inRoot = (...parts) => path.join(root, ...parts)

// The extension loads its heavy parts from files beside it, when they are first needed.
const hostExternal = ['vscode', './*Parts.js']

/** Node programs: what is bundled, from where, with what banner. */
export const programs = [
  { entry: 'src/host/extension.ts', out: 'dist/extension.js', external: hostExternal },
  { entry: 'src/host/runParts.ts', out: 'dist/runParts.js', external: hostExternal },
  { entry: 'src/host/fineTuneParts.ts', out: 'dist/fineTuneParts.js', external: hostExternal },
  { entry: 'src/host/annotationParts.ts', out: 'dist/annotationParts.js', external: hostExternal },
  { entry: 'src/host/dashboard/judgeThread.ts', out: 'dist/judgeThread.js' },
  { entry: 'src/trainer/main.ts', out: 'dist/trainer.js' },
  { entry: 'src/trainer/ioThread.ts', out: 'dist/trainerIo.js' },
  { entry: 'src/cli/main.ts', out: 'dist/cli.js', executable: true },
]

/** Webviews: each folder of `webview/` with a `main.ts` is one page's script and style sheet. */
const webviews = () =>
  fs
    .readdirSync(inRoot('webview'), { withFileTypes: true })
    .filter((folder) => folder.isDirectory() && exists('webview', folder.name, 'main.ts'))
    .map((folder) => ({
      entry: `webview/${folder.name}/main.ts`,
      out: `dist/webview/${folder.name}.js`,
    }))

const exists = (...parts) => fs.existsSync(inRoot(...parts))

const moduleUrl = `const __moduleUrl=require('node:url').pathToFileURL(__filename).href;`

/**
 * `import * as vscode` would have every file copy VS Code's whole API, getter by getter, into a
 * namespace of its own: most of the time that activation took. A plain require() copies nothing.
 */
const plainVscode = {
  name: 'plain-vscode',
  setup: (bundling) => {
    bundling.onLoad({ filter: /[\\/]src[\\/]host[\\/].*\.ts$/ }, ({ path: file }) => ({
      loader: 'ts',
      contents: fs
        .readFileSync(file, 'utf8')
        .replace(/^import \* as vscode from 'vscode'$/m, "import vscode = require('vscode')"),
    }))
  },
}

export const programOptions = (program, production) => ({
  entryPoints: [inRoot(program.entry)],
  outfile: inRoot(program.out),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // tfjs as Node would load it: its parts are ES5, which cannot extend the ES2017 classes of the ESM
  // copy, and one copy must serve all, for its engine and registries are state.
  mainFields: ['main', 'module'],
  external: program.external ?? [],
  plugins: program.external ? [plainVscode] : [],
  // An import() of an external file becomes a require(), which VS Code gives its API to.
  supported: { 'dynamic-import': false },
  minify: production,
  // tfjs registers its classes by name; of the extension each name would cost time in activation.
  keepNames: !program.external,
  sourcemap: production ? false : 'linked',
  sourcesContent: false,
  define: { 'import.meta.url': '__moduleUrl', 'import.meta.dirname': '__dirname' },
  banner: { js: `${program.executable ? '#!/usr/bin/env node\n' : ''}${moduleUrl}` },
  logLevel: 'warning',
})

const webviewOptions = (webview) => ({
  entryPoints: [inRoot(webview.entry)],
  outfile: inRoot(webview.out),
  bundle: true,
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
  minify: true,
  legalComments: 'none',
  loader: { '.svg': 'text', '.ttf': 'dataurl' },
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
})

/** Files that are not bundled but must be in the package: [folder, suffixes, folder in dist]. */
const copies = [
  ['node_modules/@tensorflow/tfjs-backend-wasm/dist', ['.wasm'], 'wasm'],
  ['node_modules/@tensorflow/tfjs-node-gpu/binding', ['.cc', '.h'], 'binding/binding'],
  ['node_modules/node-api-headers/include', ['.h'], 'binding/node'],
  ['native', ['.cc', '.h'], 'binding/native'],
  ['native/stand-in/tsl/platform', ['.h'], 'binding/native/stand-in/tsl/platform'],
]

const copyAssets = () => {
  for (const [from, suffixes, to] of copies) {
    fs.mkdirSync(inRoot('dist', to), { recursive: true })
    for (const name of fs.readdirSync(inRoot(from)))
      if (suffixes.some((suffix) => name.endsWith(suffix)))
        fs.copyFileSync(inRoot(from, name), inRoot('dist', to, name))
  }
}

const filesUnder = (folder) =>
  fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))

/** Changes when an input does: names, sizes and times of all sources, not their content. */
const inputStamp = (production) => {
  const hash = createHash('sha256').update(`production ${production}\n`)
  const files = [
    ...filesUnder(inRoot('src')),
    ...filesUnder(inRoot('webview')),
    ...filesUnder(inRoot('native')),
    inRoot('scripts/build.mjs'),
    inRoot('package.json'),
    inRoot('package-lock.json'),
  ]
  for (const file of files.sort()) {
    const { size, mtimeMs } = fs.statSync(file)
    hash.update(`${path.relative(root, file)} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/**
 * Bundles everything into `dist/`, unless nothing changed since the last time.
 * @param {{ production?: boolean, force?: boolean }} options
 * @returns {Promise<{ built: boolean, seconds: number }>} `built` false: all was up to date
 */
export const build = async ({ production = false, force = false } = {}) => {
  const started = performance.now()
  const stampFile = inRoot('dist/.stamp')
  const stamp = inputStamp(production)
  if (!force && fs.existsSync(stampFile) && fs.readFileSync(stampFile, 'utf8') === stamp)
    return { built: false, seconds: 0 }
  const { build: bundle } = await import('esbuild')
  fs.mkdirSync(inRoot('dist'), { recursive: true })
  fs.rmSync(stampFile, { force: true })
  copyAssets()
  await Promise.all([
    ...programs
      .filter(({ entry }) => exists(entry))
      .map((program) => bundle(programOptions(program, production))),
    ...webviews().map((webview) => bundle(webviewOptions(webview))),
  ])
  fs.writeFileSync(stampFile, stamp)
  return { built: true, seconds: (performance.now() - started) / 1000 }
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { built, seconds } = await build({
    production: process.argv.includes('--production'),
    force: process.argv.includes('--force'),
  })
  console.error(built ? `Built dist/ in ${seconds.toFixed(1)} s.` : 'dist/ is up to date.')
}
