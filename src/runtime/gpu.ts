import { execFile, spawnSync } from 'node:child_process'

/** A graphics processor, as NVIDIA's driver describes it. */
export interface Gpu {
  readonly name: string
  /** 8.0 for Ampere, 9.0 for Hopper. */
  readonly computeCapability: number
  readonly driver: string
}

/** CUDA 12.5 wants this driver or a newer one. */
export const oldestDriver = 555

/** The first generation that multiplies bfloat16: Ampere. */
const bf16Capability = 8

/** The GPUs of this machine; none where `nvidia-smi` is missing or finds no driver. */
export const listGpus = (query: () => string = askDriver): readonly Gpu[] => parseGpus(query())

/** Likewise, where nothing may wait for a driver that takes seconds to wake up. */
export const findGpus = (): Promise<readonly Gpu[]> =>
  new Promise((resolve) => {
    execFile(
      program,
      programArguments,
      { timeout: patienceMs, windowsHide: true },
      (error, stdout) => resolve(error ? [] : parseGpus(stdout)),
    )
  })

const parseGpus = (output: string): Gpu[] =>
  output.split('\n').flatMap((line) => {
    const [name, capability, driver] = line.split(',').map((field) => field.trim())
    const computeCapability = Number(capability)
    return name && driver && computeCapability > 0 ? [{ name, computeCapability, driver }] : []
  })

/** Whether all of them multiply bfloat16: a run may get any. */
export const gpusHaveBf16 = (gpus: readonly Gpu[]): boolean =>
  gpus.length > 0 && gpus.every(({ computeCapability }) => computeCapability >= bf16Capability)

/** What stands between TensorFlow's CUDA build and these GPUs; undefined where nothing does. */
export const driverProblem = (gpus: readonly Gpu[]): string | undefined => {
  const [first] = gpus
  if (!first) {
    return 'TensorFlow with CUDA is installed, but nvidia-smi lists no GPU: install the driver, or run headway setup without --gpu.'
  }
  const old = gpus.find(({ driver }) => Number.parseInt(driver, 10) < oldestDriver)
  return old
    ? `The driver ${old.driver} of ${old.name} is too old for CUDA 12.5: install ${oldestDriver} or newer.`
    : undefined
}

const patienceMs = 5000
const program = 'nvidia-smi'
const programArguments = [
  '--query-gpu=name,compute_cap,driver_version',
  '--format=csv,noheader',
] as const

const askDriver = (): string => {
  const options = { encoding: 'utf8', timeout: patienceMs, windowsHide: true } as const
  const { stdout, status } = spawnSync(program, programArguments, options)
  return status === 0 ? stdout : ''
}
