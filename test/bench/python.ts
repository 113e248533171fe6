import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { cacheDir } from '../../src/runtime/cache.ts'

/** The peer, pinned; the shared reference figures are of these. */
const packages = ['torch==2.15.0', 'transformers==5.23.0']

/**
 * A Python with PyTorch and transformers, in a virtual environment of its own in the cache; made the
 * first time, and so is what else is asked for.
 *
 * @throws Error where Python or a package cannot be had
 */
export const pythonWithTorch = (
  report: (line: string) => void,
  further: readonly string[] = [],
): string => {
  const python = environment(report)
  const missing = further.filter(
    (name) => spawnSync(python, ['-m', 'pip', 'show', '-q', name]).status,
  )
  if (missing.length > 0) run(python, ['-m', 'pip', 'install', '--quiet', ...missing])
  return python
}

const environment = (report: (line: string) => void): string => {
  const folder = path.join(cacheDir(), 'bench', packages.join('-').replaceAll('==', '-'))
  const marker = path.join(folder, 'complete')
  const python = path.join(
    folder,
    process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python',
  )
  if (fs.existsSync(marker)) return python
  report(
    `Installing ${packages.join(' and ')} (about 3 GB to fetch on Linux, 6 GB on disk, once) …`,
  )
  fs.mkdirSync(path.dirname(folder), { recursive: true })
  run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', '--clear', folder])
  run(python, ['-m', 'pip', 'install', '--quiet', ...packages, 'numpy'])
  fs.writeFileSync(marker, `${packages.join('\n')}\n`)
  return python
}

const run = (command: string, args: readonly string[]): void => {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args[1]} failed with exit code ${status}.`)
}
