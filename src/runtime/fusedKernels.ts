import fs from 'node:fs'
import path from 'node:path'
import { fusedKernelsFile } from '../core/fusedKernelsFile.ts'
import type { BindingSource } from './binding.ts'
import { runCommand } from './command.ts'

/** Says why they could not be made: scripts/bootstrap.mjs then does not ask again at each start. */
const failedFile = (runtime: string) => path.join(runtime, `${fusedKernelsFile}.failed`)

export const hasFusedKernels = (runtime: string): boolean =>
  fs.existsSync(path.join(runtime, fusedKernelsFile))

/** What kept them from being made the last time. */
export const whyNoFusedKernels = (runtime: string): string | undefined => {
  try {
    return fs.readFileSync(failedFile(runtime), 'utf8').trim()
  } catch {
    return undefined
  }
}

/**
 * What to give the compiler. Reassociation lets sums be vectorised; numbers that are none stay so, since
 * a loss that is no number must be seen.
 */
export const kernelArguments = (
  sources: string,
  runtime: string,
  output: string,
  platform: NodeJS.Platform = process.platform,
): string[] => {
  const native = path.join(sources, 'native')
  const library = path.join(runtime, 'tensorflow')
  return [
    ...['-std=c++17', '-O3', '-shared', '-fPIC', '-w', '-DNAPI_VERSION=8'],
    ...['-fno-math-errno', '-fno-trapping-math', '-fno-signed-zeros', '-fassociative-math'],
    `-I${path.join(sources, 'node')}`,
    `-I${path.join(library, 'include')}`,
    `-I${path.join(native, 'stand-in')}`,
    ...['module.cc', 'softmax.cc', 'gelu.cc', 'norm.cc'].map((name) => path.join(native, name)),
    ...(platform === 'darwin'
      ? [
          path.join(library, 'libtensorflow_framework.2.dylib'),
          ...['-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path/tensorflow'],
        ]
      : [
          `-L${library}`,
          '-l:libtensorflow_framework.so.2',
          '-pthread',
          '-Wl,-rpath,$ORIGIN/tensorflow',
        ]),
    '-o',
    output,
  ]
}

// GELU of 1 and of −1 with biases 0 and 1, and what dropout leaves of even shares, in a Node of its own, as
// the binding is tried.
const trial = `
const binding = require(process.argv[1])
require(process.argv[2])
const tensor = (shape, values) => binding.createTensor(shape, binding.TF_FLOAT, new Float32Array(values))
const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
const [y] = binding.executeOp('HeadwayBiasGelu', [type], [tensor([1, 2], [1, -1]), tensor([2], [0, 1])], 1)
const rate = { name: 'rate', type: binding.TF_ATTR_FLOAT, value: 0.5 }
const site = { name: 'site', type: binding.TF_ATTR_INT, value: 3 }
const key = binding.createTensor([2], binding.TF_INT32, new Int32Array([1, 2]))
const even = [tensor([1, 2, 1, 8], new Array(16).fill(0)), tensor([1, 1, 1, 8], new Array(8).fill(0)), key]
const [, left] = binding.executeOp('HeadwayMaskedSoftmax', [type, rate, site], even, 2)
const gelu = Array.from(binding.tensorDataSync(y.id), (value) => value.toFixed(4)).join()
console.log(gelu, Array.from(binding.tensorDataSync(left.id), (value) => value * 4).join(''))
`
export const rightAnswer = '0.8413,0.0000 0010110001010111'

export interface KernelSetting {
  /** The runtime folder, with a binding that runs. */
  readonly runtime: string
  readonly binding: string
  readonly node: string
  readonly environment: NodeJS.ProcessEnv
}

/**
 * Makes the kernels that training is faster with: from the package, or compiled here. Training works
 * without them, so nothing is thrown.
 *
 * @returns why there are none, one line; undefined where there are
 */
export const placeFusedKernels = async (
  sources: readonly BindingSource[],
  setting: KernelSetting,
): Promise<string | undefined> => {
  const { runtime } = setting
  if (!isWritable(runtime)) return `${runtime} may not be written to`
  let reason = 'there is no compiler'
  for (const source of sources) {
    // Node loads nothing that is not called .node.
    const file = path.join(runtime, `partial-${process.pid}-${fusedKernelsFile}`)
    try {
      await make(source, runtime, file)
      await tryKernels(file, setting)
      removeOthers(runtime)
      fs.renameSync(file, path.join(runtime, fusedKernelsFile))
      return undefined
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error)
      fs.rmSync(file, { force: true })
    }
  }
  fs.writeFileSync(failedFile(runtime), `${reason}\n`)
  return reason
}

const isWritable = (folder: string): boolean => {
  try {
    fs.accessSync(folder, fs.constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Those of another Headway's sources, and what was said of them. */
const removeOthers = (runtime: string): void => {
  for (const name of fs.readdirSync(runtime))
    if (/^headway_kernels-\d+\.node/.test(name)) fs.rmSync(path.join(runtime, name))
}

const make = async (source: BindingSource, runtime: string, output: string): Promise<void> => {
  if (source.kind === 'prebuilt') {
    fs.copyFileSync(path.join(path.dirname(source.file), fusedKernelsFile), output)
    return
  }
  const args = kernelArguments(source.sources, runtime, output)
  const { code, stderr } = await runCommand(source.compiler, args)
  if (code !== 0) throw new Error(firstLine(stderr) ?? `${source.compiler} ended with code ${code}`)
}

const tryKernels = async (file: string, { binding, node, environment }: KernelSetting) => {
  const { code, stdout, stderr } = await runCommand(node, ['-e', trial, binding, file], {
    env: environment,
    timeoutMs: 120_000,
  })
  const said = stdout.trim().split('\n').at(-1)
  if (code !== 0 || said !== rightAnswer)
    throw new Error(firstLine(stderr) ?? `they say ${said} where ${rightAnswer} is right`)
}

/** TensorFlow's own messages begin with a letter and the date. */
const firstLine = (text: string): string | undefined =>
  text
    .split('\n')
    .find((line) => /error|not found|cannot/i.test(line) && !/^[IW]\d{4} /.test(line))
    ?.trim()
    .slice(0, 200)
