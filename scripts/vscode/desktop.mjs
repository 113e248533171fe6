import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { cacheDir, installOnce } from './cache.mjs'
import { command } from './command.mjs'
import { ensureNode24, node24Environment, npm } from './node24.mjs'

const version = '3.1.0'

/**
 * Desktop tests are chosen by `HEADWAY_TEST_DESKTOP=1`: VS Code's desktop build comes from a host
 * that not every network reaches, and needs a display.
 */
export const desktopAsked = () => process.env.HEADWAY_TEST_DESKTOP === '1'

const testElectron = async (report) => {
  const target = path.join(cacheDir(), 'vscode', `test-electron-${version}`)
  const environment = node24Environment(await ensureNode24(report))
  await installOnce(target, async (cwd) => {
    fs.writeFileSync(path.join(cwd, 'package.json'), '{"name":"desktop","private":true}')
    await npm(['install', '--ignore-scripts', `@vscode/test-electron@${version}`], {
      cwd,
      environment,
    })
  })
  return path.join(target, 'node_modules/@vscode/test-electron/out/index.js')
}

/** Runs one expression with `@vscode/test-electron` as `vscode`, under the Node 24 it needs. */
const underNode24 = async (expression, report) => {
  const module = pathToFileURL(await testElectron(report)).href
  const { node } = await ensureNode24()
  const source = `const { default: vscode } = await import(${JSON.stringify(module)}); ${expression}`
  return command(node, ['--input-type=module', '-e', source])
}

/** The desktop build in the cache, downloaded where that is needed; its executable. */
export const installDesktopVscode = async (report = () => {}) => {
  const cachePath = JSON.stringify(path.join(cacheDir(), 'vscode', 'desktop'))
  const download = `console.log('at:' + await vscode.downloadAndUnzipVSCode({ cachePath: ${cachePath} }))`
  const output = await underNode24(download, report)
  return output.slice(output.lastIndexOf('at:') + 3).trim()
}

/** Runs a mocha bundle in the extension host of the desktop build; prints what it printed. */
export const runDesktopTests = async ({
  executable,
  extension,
  tests,
  folder,
  environment,
  trust,
}) => {
  const options = {
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: extension,
    extensionTestsPath: tests,
    extensionTestsEnv: environment,
    launchArgs: [folder, '--disable-extensions', ...(trust ? ['--disable-workspace-trust'] : [])],
  }
  return underNode24(`process.exitCode = await vscode.runTests(${JSON.stringify(options)})`)
}
