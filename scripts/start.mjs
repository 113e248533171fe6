import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { bootstrap, root, runCli } from './bootstrap.mjs'

// The paper's grid: 18 runs in a few minutes.
const sample = 'sentiment/sentiment.headway.json'
const print = (line) => process.stdout.write(`${line}\n`)

/** A fresh copy of the samples, so that runs and corrections never land in the repository. */
const copySamples = () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-samples-'))
  fs.cpSync(path.join(root, 'samples'), folder, {
    recursive: true,
    filter: (file) => path.basename(file) !== '.headway',
  })
  return fs.realpathSync(folder)
}

const hasDisplay = () =>
  process.platform === 'win32' ||
  process.platform === 'darwin' ||
  Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)

/** Opens the desktop VS Code. False where there is none, or it does not start. */
const openDesktop = (folder) =>
  new Promise((resolve) => {
    if (!hasDisplay()) return resolve(false)
    const args = ['--new-window', `--extensionDevelopmentPath=${root}`, folder]
    const isWindows = process.platform === 'win32'
    const child = spawn(isWindows ? 'code.cmd' : 'code', args, {
      stdio: 'ignore',
      shell: isWindows,
      env: { ...process.env, HEADWAY_AUTORUN: sample },
    })
    child.on('error', () => resolve(false))
    child.on('close', (code) => resolve(code === 0))
  })

const openBrowser = async (folder) => {
  const { startBrowserVscode } = await import('./vscode/server.mjs')
  const server = await startBrowserVscode({
    extension: root,
    env: { HEADWAY_AUTORUN: sample },
    report: print,
  })
  print(`VS Code ${server.version} with Headway: ${server.url(folder)}`)
  print('Open this address in a browser; Ctrl+C ends it.')
  await new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await server.stop()
}

const start = async () => {
  await bootstrap({ report: print })
  const folder = copySamples()
  print(`Sample workspace: ${folder}`)
  if (process.argv.includes('--terminal')) {
    process.exitCode = await runCli(['sweep', path.join(folder, sample)], folder)
    return
  }
  if (!process.argv.includes('--browser') && (await openDesktop(folder))) {
    print('Opened in VS Code.')
    return
  }
  await openBrowser(folder)
}

await start().catch((error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
