import { parseArgs } from 'node:util'
import { InputError, messageOf } from '../../core/errors.ts'
import { inspectRuntime, type RuntimeReport } from '../../runtime/doctor.ts'

/**
 * `headway doctor [--json]`: says what of the runtime is there, what is missing, what mends it.
 * @returns the exit code: 1 where something is wrong
 */
export const doctorCommand = async (args: readonly string[]): Promise<number> => {
  const json = readJson(args)
  const runtime = await inspectRuntime()
  process.stdout.write(json ? `${JSON.stringify(runtime)}\n` : explain(runtime))
  return runtime.problems.length > 0 ? 1 : 0
}

const readJson = (args: readonly string[]): boolean => {
  try {
    return parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
    }).values.json
  } catch (error) {
    throw new InputError(`headway doctor [--json]: ${messageOf(error)}`)
  }
}

const describeKernels = (fused: boolean, why: string | null): string => {
  if (fused) return 'with Headway’s own'
  return why === null ? 'none' : `TensorFlow’s alone, which is slower (${why})`
}

const explain = (runtime: RuntimeReport): string => {
  const {
    backend,
    tensorflow,
    node,
    binding,
    fusedKernels,
    whyNoFusedKernels,
    bf16,
    models,
    cache,
    problems,
  } = runtime
  const lines = [
    ['backend', backend],
    [
      'TensorFlow',
      tensorflow
        ? `${tensorflow.version}, ${tensorflow.gpu ? 'with a GPU' : 'on the processor'}`
        : 'not in use',
    ],
    ['binding', binding ?? 'not in use'],
    ['kernels', describeKernels(fusedKernels, whyNoFusedKernels)],
    ['Node for training', node ? `${node.version} (${node.path})` : 'none'],
    [
      'bfloat16',
      bf16 ? 'in this processor: precision auto uses it' : 'not in this processor: fp32',
    ],
    ['models here', models.join(', ') || 'none'],
    ['cache', cache],
  ]
  const table = lines.map(([name = '', value = '']) => `${name.padEnd(18)} ${value}`)
  const verdict = problems.length > 0 ? problems : ['All is well.']
  return `${[...table, '', ...verdict].join('\n')}\n`
}
