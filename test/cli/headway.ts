import { spawn } from 'node:child_process'
import path from 'node:path'

export const cliScript = path.resolve(import.meta.dirname, '../../dist/cli.js')

export interface Called {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built program, as a user would in `cwd`. */
export const headway = (
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Called> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, ...environment }
    const child = spawn(process.execPath, [cliScript, ...args], { cwd, env })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
