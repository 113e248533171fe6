import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { command } from './command.mjs'

const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome']
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => fs.existsSync(file))

const onMachine = () =>
  names.map(onPath).find(Boolean) ?? places.find((file) => fs.existsSync(file))

const playwrightOwn = async () => {
  const { chromium } = await import('playwright-core')
  const file = chromium.executablePath()
  return file && fs.existsSync(file) ? file : undefined
}

/** Quick where Playwright's download host cannot be reached: it ends after two minutes at most. */
const fetchPlaywrightOwn = () => {
  const cli = path.resolve(import.meta.dirname, '../../node_modules/playwright-core/cli.js')
  spawnSync(process.execPath, [cli, 'install', '--only-shell', 'chromium'], {
    stdio: 'ignore',
    timeout: 120_000,
    env: { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '5000' },
  })
}

const isRoot = () => process.getuid?.() === 0

const installSystemPackage = async () => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const wait = ['-o', 'DPkg::Lock::Timeout=300']
  await command('apt-get', [...wait, 'update'], { env })
  const packages = ['chromium', 'fonts-dejavu-core']
  await command('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...packages], {
    env,
  })
}

/**
 * A Chrome or Chromium to drive: `$HEADWAY_CHROME`, the machine's, Playwright's own, the system's
 * package. Returns `{ file, source }`; throws an error that says what to install.
 */
export const findBrowser = async (report = () => {}) => {
  const given = process.env.HEADWAY_CHROME
  if (given) {
    if (fs.existsSync(given)) return { file: given, source: 'HEADWAY_CHROME' }
    throw new Error(`HEADWAY_CHROME names ${given}, which does not exist: correct or unset it.`)
  }
  const found = onMachine()
  if (found) return { file: found, source: 'on this machine' }
  let own = await playwrightOwn()
  if (own) return { file: own, source: "Playwright's own" }
  report("No Chrome or Chromium on this machine: fetching Playwright's Chromium (110 MB, once) …")
  fetchPlaywrightOwn()
  own = await playwrightOwn()
  if (own) return { file: own, source: "Playwright's own, fetched now" }
  if (isRoot() && onPath('apt-get')) {
    report('Not reachable: installing the package chromium (about 110 MB, once) …')
    await installSystemPackage()
    const installed = onMachine()
    if (installed) return { file: installed, source: "the system's package, installed now" }
  }
  throw new Error(
    'No browser could be found or fetched: install Chrome or Chromium (for example ' +
      '`sudo apt install chromium`), or name one in HEADWAY_CHROME.',
  )
}
