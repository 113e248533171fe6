import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

export interface CommandResult {
  /** null where it could not be started or was ended by a signal. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface CommandOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly timeoutMs?: number
}

/** Runs a program without a shell. Never throws: what went wrong is in `stderr`. */
export const runCommand = (
  file: string,
  args: readonly string[],
  { cwd, env = process.env, timeoutMs }: CommandOptions = {},
): Promise<CommandResult> =>
  new Promise((resolve) => {
    const child = spawn(file, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      ...(cwd !== undefined && { cwd }),
      ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', (error) => resolve({ code: null, stdout, stderr: error.message }))
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })

/** Where a program of this name is on PATH, or undefined. */
export const findOnPath = (
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined => {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : ['']
  for (const folder of (environment.PATH ?? '').split(path.delimiter).filter(Boolean))
    for (const suffix of suffixes) {
      const file = path.join(folder, name + suffix)
      if (isExecutable(file)) return file
    }
  return undefined
}

const isExecutable = (file: string): boolean => {
  try {
    fs.accessSync(file, fs.constants.X_OK)
    return fs.statSync(file).isFile()
  } catch {
    return false
  }
}
