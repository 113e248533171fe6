import fs from 'node:fs'
import { InputError, messageOf } from '../core/errors.ts'
import { tryBinding } from './binding.ts'
import { cacheDir } from './cache.ts'
import { runCommand } from './command.ts'
import { hasFusedKernels, whyNoFusedKernels } from './fusedKernels.ts'
import { driverProblem, listGpus } from './gpu.ts'
import { cachedModels } from './models.ts'
import { trainerNode } from './node.ts'
import { choosePrecision } from './precision.ts'
import { lastFailures } from './setup.ts'
import { locateTensorflow, type TensorflowLocation, tensorflowEnvironment } from './tensorflow.ts'

/** What `setup` and `doctor` say with `--json` (DESIGN §9). */
export interface RuntimeReport {
  /** What training uses here. */
  readonly backend: 'tensorflow' | 'wasm'
  readonly tensorflow: {
    readonly version: string
    readonly gpu: boolean
    readonly folder: string
  } | null
  readonly node: { readonly path: string; readonly version: string } | null
  /** The compiled binding that was loaded and tried. */
  readonly binding: string | null
  /** Headway's own kernels, with which training is faster on a processor. */
  readonly fusedKernels: boolean
  readonly whyNoFusedKernels: string | null
  /** What `precision: auto` stands on: bfloat16 is multiplied in hardware. */
  readonly bf16: boolean
  /** Ids of models in the cache. */
  readonly models: readonly string[]
  readonly cache: string
  /** What is wrong, one sentence each, with what to do. */
  readonly problems: readonly string[]
}

/** Looks at everything that training stands on; loads the binding to see that it runs. */
export const inspectRuntime = async (cache: string = cacheDir()): Promise<RuntimeReport> => {
  const problems: string[] = []
  const node = await findNode(cache, problems)
  const location = locateTensorflow(cache)
  const gpu = location && node ? await runsWithGpu(location, node.path, problems) : undefined
  const runs = location !== undefined && gpu !== undefined
  if (!location) problems.push(missingTensorflow(cache))
  const fusedKernels = runs && hasFusedKernels(location.folder)
  const models = cachedModels(cache)
  if (models.length === 0) problems.push('No pretrained model is here yet: run headway setup.')
  return {
    backend: runs ? 'tensorflow' : 'wasm',
    tensorflow: runs ? { version: location.version, gpu, folder: location.folder } : null,
    node: node ?? null,
    binding: runs ? location.binding : null,
    fusedKernels,
    whyNoFusedKernels: runs && !fusedKernels ? whyNone(location.folder) : null,
    bf16: choosePrecision('auto', location) === 'bf16',
    models,
    cache: fs.existsSync(cache) ? fs.realpathSync(cache) : cache,
    problems,
  }
}

const findNode = async (cache: string, problems: string[]) => {
  try {
    const path = await trainerNode({ cache })
    if (path) {
      const { stdout } = await runCommand(path, ['--version'])
      return { path, version: stdout.trim().replace(/^v/, '') }
    }
    problems.push('No Node 18 or newer is here for the trainer: run headway setup.')
  } catch (error) {
    problems.push(messageOf(error))
  }
  return undefined
}

/** Undefined where the binding does not run. */
const runsWithGpu = async (location: TensorflowLocation, node: string, problems: string[]) => {
  try {
    const environment = { ...process.env, ...tensorflowEnvironment(location) }
    const { gpu } = await tryBinding(location.binding, node, environment)
    if (location.gpu && !gpu)
      problems.push(
        driverProblem(listGpus()) ?? 'TensorFlow with CUDA finds no GPU, though nvidia-smi does.',
      )
    return gpu
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    problems.push(`${error.message} Delete ${location.folder} and run headway setup.`)
    return undefined
  }
}

/** No problem, for training works without. */
const whyNone = (runtime: string): string => whyNoFusedKernels(runtime) ?? 'run headway setup'

const missingTensorflow = (cache: string): string => {
  const reason = lastFailures(cache).tensorflow
  return reason
    ? `TensorFlow is not installed; the last attempt ended so: ${reason}`
    : 'TensorFlow is not installed, and training with WebAssembly is several times slower: run headway setup.'
}
