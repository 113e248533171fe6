import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import util from 'node:util'
import { build } from 'esbuild'
import { launchBrowser } from './chromium.mjs'
import { runDesktopTests } from './desktop.mjs'
import { findVscode } from './install.mjs'
import { startBrowserVscode } from './server.mjs'

const repository = path.resolve(import.meta.dirname, '../..')
// Not in dist/: all of that ships.
const hostTestBundle = path.join(repository, 'test-results/host/main.js')
const windowLimitMs = 180_000

/** VS Code's own chatter on the console of a test window. */
const noise =
  /^\[(AgentHost|AccountPolicyGate|Service Worker|reconnection-grace)|^(Resolv|Creating a socket|Ignoring fetching|Updating additional|Timed out waiting for auth)/

export const bundleHostTests = (entry = 'test/host/main.ts') =>
  build({
    entryPoints: [path.join(repository, entry)],
    outfile: hostTestBundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  })

/** A copy of the samples, so that a test may write into its workspace. */
const copyOfSamples = () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-samples-'))
  const samples = path.join(repository, 'samples')
  if (fs.existsSync(samples)) fs.cpSync(samples, folder, { recursive: true })
  return folder
}

const readResults = (file, exitCode) => {
  const counts = JSON.parse(fs.readFileSync(file, 'utf8'))
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1
  return counts
}

/** Runs the bundle in a window of the browser VS Code; returns the window's exit code. */
const runInBrowser = async ({ folder, environment, trust, print, onPage }) => {
  const server = await startBrowserVscode({ trust, smokeTest: true })
  let browser
  try {
    browser = await launchBrowser()
    const page = await browser.newPage()
    await onPage?.(page)
    await page.exposeFunction('codeAutomationLog', (_type, args) => {
      const line = util.format(...args)
      if (process.env.HEADWAY_VERBOSE || !noise.test(line)) print(line)
    })
    const exited = new Promise((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`No result from the extension host in ${windowLimitMs / 1000} s.`)),
        windowLimitMs,
      )
      page.exposeFunction('codeAutomationExit', (code) => {
        clearTimeout(limit)
        resolve(code)
      })
    })
    const development = { extension: repository, tests: hostTestBundle, environment }
    await page.goto(server.url(folder, development))
    return await exited
  } finally {
    await browser?.close()
    await server.stop()
  }
}

const runOnDesktop = async ({ executable, folder, environment, trust, print }) => {
  const options = { executable, extension: repository, tests: hostTestBundle, folder, environment }
  print(await runDesktopTests({ ...options, trust }))
  return 0
}

/**
 * Runs the bundle inside a real extension host, in one window, trusted or not. Returns what it wrote
 * as its results, of mocha `{ passed, failed, skipped }`; throws when no result came. `onPage` is given
 * the browser's page before VS Code opens in it.
 */
export const runHostTests = async ({
  trust,
  grep = '',
  print = console.log,
  more = {},
  onPage,
}) => {
  const folder = copyOfSamples()
  const results = path.join(folder, '.host-results.json')
  const environment = {
    HEADWAY_TEST_RESULTS: results,
    HEADWAY_TEST_TRUST: trust ? '1' : '',
    HEADWAY_TEST_GREP: grep,
    ...more,
  }
  try {
    const vscode = await findVscode()
    const run = vscode.kind === 'desktop' ? runOnDesktop : runInBrowser
    const { executable } = vscode
    return readResults(
      results,
      await run({ executable, folder, environment, trust, print, onPage }),
    )
  } finally {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
