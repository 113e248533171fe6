import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../core/errors.ts'
import { distDir } from './assets.ts'
import { findOnPath, runCommand } from './command.ts'
import { tensorflowVersion } from './wheel.ts'

/** The binding's file name inside a runtime folder, beside the folder `tensorflow/`. */
export const bindingName = 'tfjs_binding.node'

/** How the binding gets there: as packaged, or compiled here. */
export type BindingSource =
  | { readonly kind: 'prebuilt'; readonly file: string }
  | { readonly kind: 'compile'; readonly compiler: string; readonly sources: string }

/**
 * The ways to a binding, best first: one that was packaged may not fit this machine's C library.
 *
 * @throws InputError where there is neither a packaged binding nor a compiler
 */
export const bindingSources = (
  environment: NodeJS.ProcessEnv = process.env,
  dist: string | undefined = distDir(),
): [BindingSource, ...BindingSource[]] => {
  const file = dist && path.join(dist, 'prebuilt', bindingName)
  const compiler = findCompiler(environment)
  const compile: BindingSource[] =
    compiler && dist ? [{ kind: 'compile', compiler, sources: path.join(dist, 'binding') }] : []
  if (file && fs.existsSync(file)) return [{ kind: 'prebuilt', file }, ...compile]
  const [first] = compile
  if (first) return [first]
  if (!dist) throw new Error("The binding's sources are not beside Headway's program.")
  throw new InputError(
    "TensorFlow's binding has to be compiled and there is no C++ compiler here: install one (Debian, Ubuntu: g++; Fedora: gcc-c++; macOS: xcode-select --install) and run headway setup again; until then training uses the wasm backend.",
  )
}

export const findCompiler = (environment: NodeJS.ProcessEnv = process.env): string | undefined => {
  for (const name of [environment.CXX, 'c++', 'g++', 'clang++']) {
    if (!name) continue
    const file = path.isAbsolute(name) ? name : findOnPath(name, environment)
    if (file && fs.existsSync(file)) return file
  }
  return undefined
}

/**
 * What to give the compiler. tfjs-node uses N-API, stable over Node's versions, and so needs neither
 * node-gyp nor this Node's headers. TensorFlow is found beside the binding.
 */
export const compileArguments = (
  sources: string,
  runtime: string,
  output: string,
  platform: NodeJS.Platform = process.platform,
): string[] => {
  const library = path.join(runtime, 'tensorflow')
  return [
    '-std=c++17',
    '-O2',
    '-shared',
    '-fPIC',
    '-w',
    // As tfjs-node's own build with Node ≥ 12 has it.
    '-DNAPI_VERSION=8',
    `-I${sources}`,
    `-I${path.join(sources, 'node')}`,
    `-I${path.join(library, 'include')}`,
    path.join(sources, 'binding', 'tfjs_backend.cc'),
    path.join(sources, 'binding', 'tfjs_binding.cc'),
    ...(platform === 'darwin'
      ? [
          path.join(library, 'libtensorflow_cc.2.dylib'),
          path.join(library, 'libtensorflow_framework.2.dylib'),
          '-undefined',
          'dynamic_lookup',
          '-Wl,-rpath,@loader_path/tensorflow',
        ]
      : [
          `-L${library}`,
          '-l:libtensorflow_cc.so.2',
          '-l:libtensorflow_framework.so.2',
          '-Wl,-rpath,$ORIGIN/tensorflow',
        ]),
    '-o',
    output,
  ]
}

/**
 * Puts a binding that runs into a runtime folder that has TensorFlow's files already: the first that does.
 * @throws what the last one said
 */
export const placeRunning = async (
  [source, ...others]: readonly [BindingSource, ...BindingSource[]],
  runtime: string,
  run: () => Promise<unknown>,
): Promise<void> => {
  try {
    await placeBinding(source, runtime)
    await run()
  } catch (error) {
    const [next, ...rest] = others
    if (!next) throw error
    await placeRunning([next, ...rest], runtime, run)
  }
}

/** Puts the binding into a runtime folder that has TensorFlow's files already. */
export const placeBinding = async (source: BindingSource, runtime: string): Promise<void> => {
  const output = path.join(runtime, bindingName)
  if (source.kind === 'prebuilt') {
    fs.copyFileSync(source.file, output)
    return
  }
  const { code, stderr } = await runCommand(
    source.compiler,
    compileArguments(source.sources, runtime, output),
  )
  if (code === 0) return
  const line = stderr.split('\n').find((text) => /error|not found|cannot/i.test(text)) ?? stderr
  throw new InputError(
    `TensorFlow's binding could not be compiled with ${source.compiler} (${line.trim().slice(0, 200)}): a compiler with C++17 is needed; until then training uses the wasm backend.`,
  )
}

// Runs in a Node of its own: a library that does not fit this machine (an instruction it lacks, a
// missing symbol) kills the process that loads it.
const trial = `
const binding = require(process.argv[1])
const id = binding.createTensor([2], binding.TF_FLOAT, new Float32Array([1, 2]))
const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
const [sum] = binding.executeOp('AddV2', [type], [id, id], 1)
const values = Array.from(binding.tensorDataSync(sum.id))
console.log(JSON.stringify({ version: binding.TF_Version, values, gpu: binding.isUsingGpuDevice() }))
`

/** What a loaded binding says of itself. */
export interface BindingTrial {
  readonly version: string
  /** A GPU serves TensorFlow here. */
  readonly gpu: boolean
}

/**
 * Loads the binding in a process of its own and adds two numbers.
 * @throws InputError with what happened
 */
export const tryBinding = async (
  binding: string,
  node: string,
  environment: NodeJS.ProcessEnv,
): Promise<BindingTrial> => {
  const { code, stdout, stderr } = await runCommand(node, ['-e', trial, binding], {
    env: environment,
    timeoutMs: 120_000,
  })
  const found = code === 0 ? parseTrial(stdout) : undefined
  if (found?.version === tensorflowVersion && found.values.join() === '2,4') return found
  const reason = stderr.split('\n').find((line) => /error/i.test(line)) ?? `exit code ${code}`
  throw new InputError(
    `TensorFlow ${tensorflowVersion} was installed and does not run here (${reason.trim().slice(0, 200)}): training uses the wasm backend.`,
  )
}

const parseTrial = (stdout: string): (BindingTrial & { values: number[] }) | undefined => {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as BindingTrial & {
      values: number[]
    }
  } catch {
    return undefined
  }
}
