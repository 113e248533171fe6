import { execFile } from 'node:child_process'
import path from 'node:path'
import { InputError } from '../../core/errors.ts'
import type { Preflight } from '../../core/preflight/preflight.ts'
import { trainerEnvironment } from '../../runtime/launchTrainer.ts'
import { requireTrainerNode } from '../../runtime/node.ts'
import { readSettings } from '../settings.ts'

const longestAnswer = 64 << 20

/**
 * What is in an experiment's data: `headway data` as a process of its own, since millions of rows
 * are no work for the extension host.
 * @throws InputError with what it said last
 */
export const checkData = async (experimentFile: string, dist: string): Promise<Preflight> => {
  const node = await requireTrainerNode(() => undefined, { setting: readSettings().nodePath })
  const args = [path.join(dist, 'cli.js'), 'data', experimentFile, '--no-estimate', '--json']
  const options = {
    cwd: path.dirname(experimentFile),
    env: trainerEnvironment(process.env),
    maxBuffer: longestAnswer,
    windowsHide: true,
  }
  return new Promise((resolve, reject) => {
    execFile(node, args, options, (error, stdout, stderr) => {
      // Findings that would stop a launch end it with a code of its own; they are still an answer.
      const result = readResult(stdout)
      if (result) return resolve(result)
      const said = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== '')
      reject(new InputError(said.at(-1) ?? error?.message ?? 'The data could not be read.'))
    })
  })
}

/** It is this extension's own program, of the same version. */
const readResult = (output: string): Preflight | undefined => {
  try {
    const result = JSON.parse(output.trim().split('\n').at(-1) ?? '') as object
    return 'findings' in result ? (result as Preflight) : undefined
  } catch {
    return undefined
  }
}
