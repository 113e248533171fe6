import fs from 'node:fs'
import path from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { InputError } from '../core/errors.ts'
import {
  type BindingSource,
  bindingName,
  bindingSources,
  placeRunning,
  tryBinding,
} from './binding.ts'
import { cacheDir, downloadsDir, runtimeDir } from './cache.ts'
import { requireFreeSpace } from './disk.ts'
import { hasFusedKernels, placeFusedKernels } from './fusedKernels.ts'
import { withLock } from './lock.ts'
import { requireTrainerNode } from './node.ts'
import { fetchWheel } from './packageIndex.ts'
import type { Report } from './progress.ts'
import { extractZip } from './unzip.ts'
import { keepFromWheel, tensorflowVersion, tensorflowWheels, type Wheel } from './wheel.ts'

/** TensorFlow as it lies in the cache. */
export interface TensorflowLocation {
  /** The runtime folder: binding, `tensorflow/`, with CUDA also `nvidia/`. */
  readonly folder: string
  /** Holds `libtensorflow_cc` and `libtensorflow_framework`. */
  readonly libraryDir: string
  /** The file to `require()`. */
  readonly binding: string
  readonly version: string
  /** Built for CUDA; whether a GPU is there is another question. */
  readonly gpu: boolean
}

/** Raised when the layout of a runtime folder or how its binding is built changes. */
const runtimeFormat = 1

const MarkerSchema = Type.Object({
  format: Type.Literal(runtimeFormat),
  version: Type.Literal(tensorflowVersion),
  gpu: Type.Boolean(),
})
type Marker = Static<typeof MarkerSchema>

const folderOf = (cache: string, gpu: boolean): string =>
  path.join(runtimeDir(cache), `tensorflow-${tensorflowVersion}-${gpu ? 'gpu' : 'cpu'}`)

/** Finds an installed TensorFlow, the CUDA build first. Looks at files only: under a millisecond. */
export const locateTensorflow = (cache: string = cacheDir()): TensorflowLocation | undefined =>
  locateIn(folderOf(cache, true)) ?? locateIn(folderOf(cache, false))

const locateIn = (folder: string): TensorflowLocation | undefined => {
  const marker = readMarker(folder)
  const binding = path.join(folder, bindingName)
  if (!marker || !fs.existsSync(binding)) return undefined
  const { version, gpu } = marker
  return { folder, libraryDir: path.join(folder, 'tensorflow'), binding, version, gpu }
}

const readMarker = (folder: string): Marker | undefined => {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(path.join(folder, 'installed.json'), 'utf8'))
    return Value.Check(MarkerSchema, value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * What to set in the environment of a process that loads the binding. CUDA's own libraries are found
 * through TensorFlow's rpath; `ptxas` and libdevice through what is set here.
 */
export const tensorflowEnvironment = (
  location: TensorflowLocation,
  environment: NodeJS.ProcessEnv = process.env,
): Record<string, string> => {
  const logLevel = environment.TF_CPP_MIN_LOG_LEVEL ?? '1'
  if (!location.gpu) return { TF_CPP_MIN_LOG_LEVEL: logLevel }
  const nvcc = path.join(location.folder, 'nvidia', 'cuda_nvcc')
  const flags = [environment.XLA_FLAGS, `--xla_gpu_cuda_data_dir=${nvcc}`]
  const libraries = cudaLibraryDirs(location.folder)
  return {
    TF_CPP_MIN_LOG_LEVEL: logLevel,
    XLA_FLAGS: flags.filter(Boolean).join(' '),
    // XLA compiles clusters of ops; TF32 is TensorFlow's own default where a GPU has it.
    TF_XLA_FLAGS: environment.TF_XLA_FLAGS ?? '--tf_xla_auto_jit=2',
    PATH: [path.join(nvcc, 'bin'), environment.PATH].filter(Boolean).join(path.delimiter),
    LD_LIBRARY_PATH: [...libraries, environment.LD_LIBRARY_PATH]
      .filter(Boolean)
      .join(path.delimiter),
  }
}

const cudaParts = [
  'cublas',
  'cuda_cupti',
  'cuda_nvrtc',
  'cuda_runtime',
  'cudnn',
  'cufft',
  'curand',
  'cusolver',
  'cusparse',
  'nccl',
  'nvjitlink',
] as const

const cudaLibraryDirs = (folder: string): string[] =>
  cudaParts.map((part) => path.join(folder, 'nvidia', part, 'lib'))

export interface InstallOptions {
  /** The CUDA build (Linux, x64; 2.5 GB to fetch). */
  readonly gpu?: boolean
  readonly cache?: string
  /** The index of Python packages to ask, before the environment's and pip's. */
  readonly indexUrl?: string
}

/**
 * Brings TensorFlow's library and the binding into the cache, unless they are there. Another process
 * that does the same is waited for. What is interrupted goes on the next time; nothing half-done is
 * ever seen by `locateTensorflow`.
 * @throws InputError: one sentence, and the wasm backend serves
 */
export const installTensorflow = async (
  { gpu = false, cache = cacheDir(), indexUrl }: InstallOptions,
  report: Report,
): Promise<TensorflowLocation> => {
  const folder = folderOf(cache, gpu)
  const there = locateIn(folder)
  if (there) return withFusedKernels(there, report)
  const wheels = tensorflowWheels(process.platform, process.arch, gpu)
  if (!wheels)
    throw new InputError(
      `TensorFlow ${tensorflowVersion} ${gpu ? 'with CUDA ' : ''}has no library for ${process.platform}-${process.arch}: training uses the wasm backend${gpu ? ', or TensorFlow for the processor (headway setup without --gpu)' : ''}.`,
    )
  const sources = bindingSources()
  const node = await requireTrainerNode(report)
  return withLock(
    `${folder}.lock`,
    async () => {
      const meanwhile = locateIn(folder)
      if (meanwhile) return withFusedKernels(meanwhile, report)
      requireFreeSpace(cache, spaceNeeded(wheels), 'Installing TensorFlow')
      const temporary = `${folder}.partial`
      fs.rmSync(temporary, { recursive: true, force: true })
      try {
        await unpackWheels(wheels, temporary, downloadsDir(cache), report, indexUrl)
        report({ step: "Building TensorFlow's binding" })
        const location = { ...placed(temporary), gpu }
        const environment = { ...process.env, ...tensorflowEnvironment(location) }
        await placeRunning(sources, temporary, () =>
          tryBinding(location.binding, node, environment),
        )
        await addFusedKernels(location, node, report)
        writeMarker(temporary, gpu)
        fs.rmSync(folder, { recursive: true, force: true })
        fs.renameSync(temporary, folder)
      } finally {
        fs.rmSync(temporary, { recursive: true, force: true })
      }
      return { ...placed(folder), gpu }
    },
    () => report({ step: 'Waiting for another Headway that installs TensorFlow' }),
  )
}

/** A runtime that an older Headway installed has none yet. */
const withFusedKernels = async (
  location: TensorflowLocation,
  report: Report,
): Promise<TensorflowLocation> => {
  if (!hasFusedKernels(location.folder)) {
    await addFusedKernels(location, await requireTrainerNode(report), report)
  }
  return location
}

const addFusedKernels = async (
  location: TensorflowLocation,
  node: string,
  report: Report,
): Promise<void> => {
  const { folder: runtime, binding } = location
  report({ step: "Building Headway's kernels" })
  const environment = { ...process.env, ...tensorflowEnvironment(location) }
  const setting = { runtime, binding, node, environment }
  const reason = await placeFusedKernels(kernelSources(), setting)
  if (reason) report({ step: `Training goes on without Headway's kernels, slower (${reason})` })
}

/** None where the binding came with neither a compiler nor the package's own. */
const kernelSources = (): readonly BindingSource[] => {
  try {
    return bindingSources()
  } catch {
    return []
  }
}

const placed = (folder: string): Omit<TensorflowLocation, 'gpu'> => ({
  folder,
  libraryDir: path.join(folder, 'tensorflow'),
  binding: path.join(folder, bindingName),
  version: tensorflowVersion,
})

/** Bytes: the wheels, one at a time on disk, and what comes out of them (3.2 times as large). */
const spaceNeeded = (wheels: readonly Wheel[]): number => {
  const all = wheels.reduce((sum, wheel) => sum + wheel.size, 0)
  return Math.max(...wheels.map((wheel) => wheel.size)) + 3.2 * all
}

const unpackWheels = async (
  wheels: readonly Wheel[],
  folder: string,
  downloads: string,
  report: Report,
  indexUrl: string | undefined,
) => {
  for (const wheel of wheels) {
    const archive = await fetchWheel(wheel, downloads, report, indexUrl)
    report({ step: `Unpacking ${wheel.project}` })
    await extractZip(archive, folder, keepFromWheel)
    fs.rmSync(archive)
  }
}

const writeMarker = (folder: string, gpu: boolean) => {
  const marker: Marker = { format: runtimeFormat, version: tensorflowVersion, gpu }
  fs.writeFileSync(path.join(folder, 'installed.json'), `${JSON.stringify(marker)}\n`)
}
