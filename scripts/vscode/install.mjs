import fs from 'node:fs'
import path from 'node:path'
import { cacheDir, folderMB, installOnce } from './cache.mjs'
import { desktopAsked, installDesktopVscode } from './desktop.mjs'
import { ensureNode24, node24Environment, npm } from './node24.mjs'

const version = '4.139.1'
const quiet = ['--no-audit', '--no-fund']

/** The `lib/vscode` parts that neither tests nor a person trying Headway need: 350 MB. */
const superfluous = [
  'node_modules/@github',
  'node_modules/@microsoft/mxc-sdk',
  'extensions/copilot',
  'extensions/mermaid-markdown-features',
]
const platformFolders = [
  'node_modules/@vscode/ripgrep-universal/bin',
  'node_modules/node-pty/prebuilds',
]

const trim = (vscode) => {
  for (const part of superfluous)
    fs.rmSync(path.join(vscode, part), { recursive: true, force: true })
  for (const part of platformFolders) {
    const folder = path.join(vscode, part)
    if (!fs.existsSync(folder)) continue
    for (const name of fs.readdirSync(folder))
      if (name !== `${process.platform}-${process.arch}`)
        fs.rmSync(path.join(folder, name), { recursive: true, force: true })
  }
}

/**
 * Logging and the watchdog of the extension host are native. Without a compiler VS Code works too,
 * with less in its logs.
 */
const buildNativeParts = async (vscode, environment) => {
  try {
    await npm(['rebuild', '@vscode/spdlog', '@vscode/native-watchdog', '--ignore-scripts=false'], {
      cwd: vscode,
      environment,
    })
  } catch {
    return
  }
}

/**
 * VS Code in the browser: code-server and the Node 24 that runs it, both from npm, in the cache.
 * Returns `{ node, entry, version }`.
 */
export const installBrowserVscode = async (report = () => {}) => {
  if (process.platform === 'win32')
    throw new Error('VS Code in the browser does not run on Windows: install VS Code itself.')
  const node24 = await ensureNode24(report)
  const target = path.join(cacheDir(), 'vscode', `code-server-${version}`)
  await installOnce(target, async (folder) => {
    report(`Fetching VS Code for the browser (code-server ${version}, about 270 MB, once) …`)
    const environment = node24Environment(node24)
    const vscode = path.join(folder, 'node_modules/code-server/lib/vscode')
    fs.writeFileSync(path.join(folder, 'package.json'), '{"name":"vscode","private":true}')
    await npm(['install', '--ignore-scripts', ...quiet, `code-server@${version}`], {
      cwd: folder,
      environment,
    })
    for (const cwd of [vscode, path.join(vscode, 'extensions')])
      await npm(['install', '--omit=dev', '--ignore-scripts', ...quiet], { cwd, environment })
    await buildNativeParts(vscode, environment)
    trim(vscode)
    report(`VS Code for the browser: ${folderMB(folder)} MB in ${target}`)
  })
  const entry = path.join(target, 'node_modules/code-server/out/node/entry.js')
  return { ...node24, entry, version: vscodeVersion(target) }
}

const vscodeVersion = (target) => {
  const file = path.join(target, 'node_modules/code-server/lib/vscode/package.json')
  return JSON.parse(fs.readFileSync(file, 'utf8')).version
}

/**
 * The VS Code that tests run in: the desktop build where it is asked for, else the one in the
 * browser. `description` says which, for people.
 */
export const findVscode = async (report = () => {}) => {
  if (desktopAsked()) {
    const executable = await installDesktopVscode(report)
    return { kind: 'desktop', executable, description: `desktop build (${executable})` }
  }
  const { version: code } = await installBrowserVscode(report)
  const description = `${code} in the browser (code-server ${version})`
  return { kind: 'browser', description }
}
