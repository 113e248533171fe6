import { spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { sleep } from './cache.mjs'
import { command } from './command.mjs'
import { linkExtension } from './extensions.mjs'
import { installBrowserVscode } from './install.mjs'

const startLimitMs = 60_000

/** Quiet defaults: no welcome page, no questions, nothing that would go to the network. */
const defaultSettings = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'window.restoreWindows': 'none',
  'files.autoSave': 'off',
}

/** `false`: a window that is not trusted, and does not ask. */
const trustSettings = (trust) => ({
  'security.workspace.trust.enabled': !trust,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
})

const noGallery = JSON.stringify({
  serviceUrl: '',
  itemUrl: '',
  resourceUrlTemplate: '',
  controlUrl: '',
  recommendationsUrl: '',
})

export const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = net.createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })

const prepareState = (stateDir, { trust, settings }) => {
  const user = path.join(stateDir, 'data/User')
  for (const folder of [user, path.join(stateDir, 'extensions')])
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = path.join(user, 'settings.json')
  const all = { ...defaultSettings, ...trustSettings(trust), ...settings }
  fs.writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`)
  fs.writeFileSync(path.join(stateDir, 'config.yaml'), 'auth: none\ncert: false\n')
}

const serverArguments = (vscode, stateDir, { port, trust, smokeTest }) => [
  vscode.entry,
  ...['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none'],
  ...['--config', path.join(stateDir, 'config.yaml')],
  ...['--user-data-dir', path.join(stateDir, 'data')],
  ...['--extensions-dir', path.join(stateDir, 'extensions')],
  ...['--disable-telemetry', '--disable-update-check'],
  ...['--disable-getting-started-override', '--ignore-last-opened'],
  ...(trust ? ['--disable-workspace-trust'] : []),
  ...(smokeTest ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
]

const whenHealthy = async (child, port, log) => {
  const started = Date.now()
  while (Date.now() - started < startLimitMs) {
    if (child.exitCode !== null)
      throw new Error(
        `VS Code's server ended at once:\n${fs.readFileSync(log, 'utf8').slice(-2000)}`,
      )
    const healthy = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      (response) => response.ok,
      () => false,
    )
    if (healthy) return
    await sleep(100)
  }
  throw new Error(
    `VS Code's server did not answer within ${startLimitMs / 1000} s; its log: ${log}`,
  )
}

const killGroup = (pid, signal) => {
  try {
    process.kill(-pid, signal)
  } catch {
    // The group is gone already.
  }
}

/**
 * Where the workbench opens `folder`. `development` loads an extension from its folder and runs a
 * test bundle in its host: VS Code heeds that only on a server started with `smokeTest`.
 */
const workbenchUrl = (port, folder, development) => {
  const authority = `127.0.0.1:${port}`
  const url = `http://${authority}/?folder=${encodeURIComponent(folder)}`
  if (!development) return url
  const payload = [
    ['extensionDevelopmentPath', `vscode-remote://${authority}${development.extension}`],
    ['extensionTestsPath', `vscode-remote://${authority}${development.tests}`],
    ['extensionEnvironment', JSON.stringify(development.environment ?? {})],
  ]
  return `${url}&payload=${encodeURIComponent(JSON.stringify(payload))}`
}

/**
 * Starts VS Code in the browser on 127.0.0.1, installing it first where that is needed. The
 * extension is taken from its folder (linked, what `npm start` does) or from a `.vsix`. Without
 * `stateDir`, settings and state are thrown away at the end. `stop` ends the whole process group,
 * as do SIGINT, SIGTERM and the end of this process.
 */
export const startBrowserVscode = async (options = {}) => {
  const { trust = true, smokeTest = false, settings = {}, extension, report } = options
  const vscode = await installBrowserVscode(report)
  const temporary = options.stateDir === undefined
  const stateDir = options.stateDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'headway-vscode-'))
  prepareState(stateDir, { trust, settings })
  const env = serverEnvironment(stateDir, options.env)
  if (extension) await installExtension(extension, { vscode, stateDir, env })
  const port = options.port ?? (await freePort())
  const log = path.join(stateDir, 'server.log')
  const output = fs.openSync(log, 'w', 0o600)
  const args = serverArguments(vscode, stateDir, { port, trust, smokeTest })
  const child = spawn(vscode.node, args, { detached: true, env, stdio: ['ignore', output, output] })
  fs.closeSync(output)
  const removeState = () => {
    if (temporary) fs.rmSync(stateDir, { recursive: true, force: true, maxRetries: 5 })
  }
  const endWithParent = endWhenParentEnds(child.pid, removeState)
  const stop = async () => {
    killGroup(child.pid, 'SIGTERM')
    for (let i = 0; i < 50 && child.exitCode === null && child.signalCode === null; i++)
      await sleep(100)
    killGroup(child.pid, 'SIGKILL')
    endWithParent.cancel()
    removeState()
  }
  try {
    await whenHealthy(child, port, log)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    port,
    pid: child.pid,
    version: vscode.version,
    stateDir,
    url: (folder, development) => workbenchUrl(port, folder, development),
    stop,
  }
}

/** Of an extensions folder: what VS Code reads in place of looking at the folders. */
const installedList = 'extensions.json'

/**
 * A `.vsix` is installed as a user does it; a folder is linked, which takes no time; the folder of
 * `installOnce` is copied.
 */
const installExtension = async (extension, { vscode, stateDir, env }) => {
  const extensions = path.join(stateDir, 'extensions')
  if (fs.existsSync(path.join(extension, installedList)))
    return copyInstalled(extension, extensions)
  if (!extension.endsWith('.vsix')) return linkExtension(extensions, extension)
  const folders = ['--user-data-dir', path.join(stateDir, 'data'), '--extensions-dir', extensions]
  const config = ['--config', path.join(stateDir, 'config.yaml')]
  const args = [vscode.entry, ...config, ...folders, '--install-extension', extension]
  await command(vscode.node, args, { env })
}

const copyInstalled = (from, to) => {
  fs.cpSync(from, to, { recursive: true })
  const list = path.join(to, installedList)
  // It names places in full.
  fs.writeFileSync(list, fs.readFileSync(list, 'utf8').replaceAll(from, to))
}

/**
 * Installs a `.vsix` for any number of servers that each get a copy (as their `extension`): VS Code
 * takes some seconds for it.
 */
export const installOnce = async (vsix) => {
  const vscode = await installBrowserVscode()
  const stateDir = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-extensions-'))
  prepareState(stateDir, { trust: true, settings: {} })
  await installExtension(vsix, { vscode, stateDir, env: serverEnvironment(stateDir) })
  return {
    extensions: path.join(stateDir, 'extensions'),
    remove: () => fs.rmSync(stateDir, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** What a terminal inside VS Code, npm or vitest left in the environment would mislead the server. */
const misleading = /^(VSCODE_|ELECTRON_|VITEST|npm_|NODE_ENV$|NODE_OPTIONS$)/

const serverEnvironment = (stateDir, extra) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !misleading.test(name))),
  ...extra,
  XDG_DATA_HOME: path.join(stateDir, 'share'),
  EXTENSIONS_GALLERY: noGallery,
})

const endWhenParentEnds = (pid, cleanUp) => {
  const end = () => {
    killGroup(pid, 'SIGKILL')
    cleanUp()
  }
  const onSignal = (signal) => {
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.once('exit', end)
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  return {
    cancel: () => {
      process.off('exit', end)
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}
