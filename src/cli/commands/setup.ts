import { parseArgs } from 'node:util'
import { InputError, messageOf } from '../../core/errors.ts'
import { inspectRuntime, type RuntimeReport } from '../../runtime/doctor.ts'
import { installProgress } from '../../runtime/installProgress.ts'
import { setUp } from '../../runtime/setup.ts'

/**
 * `headway setup [--gpu] [--index URL] [--json]`: installs the runtime.
 * @returns the exit code: 1 where a part could not be brought
 */
export const setupCommand = async (args: readonly string[]): Promise<number> => {
  const { gpu, json, index } = readOptions(args)
  const progress = installProgress()
  const failures = await setUp({ gpu, ...(index && { indexUrl: index }) }, progress.report)
  progress.end()
  const runtime = await inspectRuntime()
  for (const failure of failures) process.stderr.write(`${failure}\n`)
  if (json) process.stdout.write(`${JSON.stringify(runtime)}\n`)
  else process.stdout.write(`${summary(runtime)}\n`)
  return failures.length > 0 ? 1 : 0
}

const readOptions = (args: readonly string[]) => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        gpu: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        index: { type: 'string' },
      },
    })
    return values
  } catch (error) {
    throw new InputError(`headway setup [--gpu] [--index URL] [--json]: ${messageOf(error)}`)
  }
}

const summary = ({ backend, tensorflow, models }: RuntimeReport): string => {
  const engine = tensorflow
    ? `TensorFlow ${tensorflow.version}${tensorflow.gpu ? ' on the GPU' : ''}`
    : `the ${backend} backend`
  if (models.length === 0)
    return `Not ready: no pretrained model is here; training would use ${engine}.`
  return `Ready: training uses ${engine}; models here: ${models.join(', ')}.`
}
