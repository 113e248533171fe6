import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheDir, sleep } from './vscode/cache.mjs'

/** The repository. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

const oldestNode = 20
const toStderr = (line) => process.stderr.write(`${line}\n`)

/**
 * Brings a fresh clone to where the programs in `dist/` run: packages, build, runtime. Does nothing
 * where all is there.
 * @param {{ report?: (line: string) => void, runtime?: boolean }} options `runtime` false: no setup
 */
export const bootstrap = async ({ report = toStderr, runtime = true } = {}) => {
  requireNode()
  await withLock(async () => {
    await installPackages(report)
    await buildPrograms(report)
  })
  if (runtime) await installRuntime(report)
}

const requireNode = () => {
  if (Number.parseInt(process.versions.node, 10) >= oldestNode) return
  toStderr(
    `Headway needs Node ${oldestNode} or newer and this is Node ${process.versions.node}: install a newer one (for example with your system's packages, nvm or fnm) and try again.`,
  )
  process.exit(1)
}

const readJson = (file) => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * npm keeps beside the packages a list of what it installed, written last: compared with the
 * lockfile it says whether all is there. Packages for other platforms are left out of it.
 */
const packagesAreThere = () => {
  const wanted = readJson(path.join(root, 'package-lock.json'))?.packages
  const installed = readJson(path.join(root, 'node_modules/.package-lock.json'))?.packages
  if (!wanted || !installed) return false
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === '') return true
    const there = installed[name]
    return there ? there.version === entry.version : entry.optional || entry.devOptional
  })
}

const installPackages = async (report) => {
  if (packagesAreThere()) return
  report('Installing packages with npm ci (600 MB on disk, once) …')
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  if ((await npm(['ci', ...options])) !== 0)
    throw new Error('npm ci failed, see above: check the network and run the command again.')
}

const npm = (args) => {
  const script = process.env.npm_execpath
  if (script && /\.c?js$/.test(script)) return run(process.execPath, [script, ...args])
  const shell = process.platform === 'win32'
  return run(shell ? 'npm.cmd' : 'npm', args, { shell })
}

const buildPrograms = async (report) => {
  const { build } = await import('./build.mjs')
  const { built, seconds } = await build()
  if (built) report(`Built dist/ in ${seconds.toFixed(1)} s.`)
}

/** After a failure (no compiler, no network) setup is not tried again at every call. */
const patienceMs = 3_600_000

const installRuntime = async (report) => {
  const cli = path.join(root, 'dist/cli.js')
  if (runtimeIsThere() || !fs.existsSync(cli)) return
  const failed = readJson(path.join(cacheDir(), 'runtime/failed.json'))
  if (failed && Date.now() - failed.time < patienceMs) {
    report('The runtime is not complete: "npm run -s headway -- doctor" says why.')
    return
  }
  report(
    'Installing what the runtime lacks (in all TensorFlow 274 MB, starter model 84 MB), once …',
  )
  const code = await run(process.execPath, [cli, 'setup'])
  if (code !== 0) report('Going on without; the wasm backend trains where TensorFlow is missing.')
}

/** What the sources call the compiled kernels; plain Node reads no TypeScript. */
export const fusedKernelsFile = () => {
  const source = fs.readFileSync(path.join(root, 'src/core/fusedKernelsFile.ts'), 'utf8')
  return /'(headway_kernels-\d+\.node)'/.exec(source)[1]
}

/** By files alone: a process would take longer than all the rest. */
const runtimeIsThere = () => {
  const source = fs.readFileSync(path.join(root, 'src/runtime/wheel.ts'), 'utf8')
  const version = /tensorflowVersion = '([\d.]+)'/.exec(source)?.[1]
  const kernels = fusedKernelsFile()
  const there = (...parts) => fs.existsSync(path.join(cacheDir(), ...parts))
  const inRuntime = (kind, name) => there('runtime', `tensorflow-${version}-${kind}`, name)
  const isReadOnly = !mayWrite(path.join(cacheDir(), 'runtime', `tensorflow-${version}-cpu`))
  const processorIsThere =
    inRuntime('cpu', 'installed.json') &&
    (inRuntime('cpu', kernels) || inRuntime('cpu', `${kernels}.failed`) || isReadOnly)
  return (
    (processorIsThere || inRuntime('gpu', 'installed.json')) &&
    there('models', 'sentence-transformers--all-MiniLM-L6-v2', 'config.json')
  )
}

const mayWrite = (folder) => {
  try {
    fs.accessSync(folder, fs.constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Runs a program; what it prints goes to stderr, since stdout belongs to what follows. */
const run = (file, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })

/** Two starts in one clone take turns: `npm ci` empties node_modules before it fills it. */
const withLock = async (work) => {
  const lock = path.join(root, 'dist/.bootstrap.lock')
  fs.mkdirSync(path.dirname(lock), { recursive: true })
  while (!tryLock(lock)) {
    if (isOrphaned(lock)) fs.rmSync(lock, { force: true })
    else await sleep(200)
  }
  try {
    await work()
  } finally {
    fs.rmSync(lock, { force: true })
  }
}

const tryLock = (lock) => {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

const isOrphaned = (lock) => {
  try {
    const pid = Number(fs.readFileSync(lock, 'utf8'))
    if (pid > 0) process.kill(pid, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

/**
 * Runs `dist/cli.js` in the user's terminal, and ends as it ended.
 * @param {readonly string[]} args
 * @param {string} cwd where relative paths start
 */
export const runCli = (args, cwd) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(root, 'dist/cli.js'), ...args], {
      cwd,
      stdio: 'inherit',
      env: { ...process.env, INIT_CWD: cwd },
    })
    // Ctrl+C reaches the whole terminal group: the program ends in its own way, and then this one.
    const ignore = () => {}
    const forward = (signal) => child.kill(signal)
    process.on('SIGINT', ignore)
    process.on('SIGTERM', forward)
    process.on('SIGHUP', forward)
    child.on('error', (error) => {
      toStderr(error.message)
      resolve(1)
    })
    child.on('close', (code, signal) => resolve(code ?? 128 + (signalNumbers[signal] ?? 0)))
  })

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 }

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  await bootstrap().catch((error) => {
    toStderr(error.message)
    process.exitCode = 1
  })
