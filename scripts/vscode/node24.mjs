import fs from 'node:fs'
import path from 'node:path'
import { cacheDir, folderMB, installOnce } from './cache.mjs'
import { command } from './command.mjs'

const version = '24.21.0'

/**
 * Node 24 from npm, for tools that need a newer one than the machine's (VS Code in the browser,
 * vsce). Returns `{ node, home }`; headers for native modules lie in `home/include`.
 */
export const ensureNode24 = async (report = () => {}) => {
  const os = process.platform === 'win32' ? 'win' : process.platform
  const name = `node-${os}-${process.arch}`
  const target = path.join(cacheDir(), 'node', `tools-${version}`)
  await installOnce(target, async (folder) => {
    report(`Fetching Node ${version} from npm (about 60 MB, once) …`)
    fs.writeFileSync(path.join(folder, 'package.json'), '{"name":"tools","private":true}')
    await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`], {
      cwd: folder,
    })
    report(`Node ${version}: ${folderMB(folder)} MB in ${target}`)
  })
  const home = path.join(target, 'node_modules', name)
  return { home, node: path.join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node') }
}

/** What a child needs so that `node`, npm and node-gyp mean that Node 24. */
export const node24Environment = ({ home }) => ({
  ...process.env,
  PATH: `${path.join(home, 'bin')}${path.delimiter}${process.env.PATH}`,
  // Headers of this very Node: a `nodedir` in the user's .npmrc may name another one.
  npm_config_nodedir: home,
})

/** The machine's npm; under Node 24 where `environment` comes from `node24Environment`. */
export const npm = (args, { cwd, environment = process.env } = {}) => {
  // Under `npm test` these speak of Headway's own folder.
  const outer = { npm_config_ignore_scripts: undefined, npm_config_local_prefix: undefined }
  const options = { cwd, env: { ...environment, ...outer } }
  const script = process.env.npm_execpath
  if (script && /\.c?js$/.test(script)) return command('node', [script, ...args], options)
  return command(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
    ...options,
    shell: process.platform === 'win32',
  })
}
