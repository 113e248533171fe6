import type { RunConfig } from '../experiment/config.ts'
import type { BertConfig } from '../model/bertConfig.ts'
import { activationBytes, modelBytes, usableShare } from '../model/trainingMemory.ts'
import type { Finding } from './findings.ts'
import type { Preflight } from './preflight.ts'

/** What a run would be trained with here. */
export interface MachineReport extends Pick<RunConfig, 'backend' | 'precision'> {
  /** Null on wasm, where nothing was measured. */
  readonly memory: MemoryEstimate | null
}

/** In MB (10⁶ bytes). */
export interface MemoryEstimate {
  /** The trainer at its peak, with whole batches of the longest texts. */
  readonly needed: number
  /** Without any activations: less than that and it cannot train at all. */
  readonly least: number
  readonly free: number
}

export interface TrainedModel {
  readonly config: BertConfig
  readonly parameters: number
}

/** What of a run's configuration its memory depends on. */
export type StepSize = Pick<
  RunConfig,
  'batchSize' | 'maxLength' | 'gradientAccumulation' | 'precision'
>

/** @param steps of all runs that are to be launched: the largest counts */
export const memoryNeeded = (
  { files }: Pick<Preflight, 'files'>,
  { config, parameters }: TrainedModel,
  steps: readonly StepSize[],
  freeBytes: number,
): MemoryEstimate => {
  const longest = files.find(({ part }) => part === 'train')?.lengths.longest ?? 0
  const activations = steps.map(({ batchSize, maxLength, gradientAccumulation, precision }) =>
    activationBytes(
      config,
      Math.ceil(batchSize / gradientAccumulation),
      Math.min(maxLength, longest),
      precision,
    ),
  )
  const least = modelBytes(parameters)
  const megabytes = (bytes: number) => Math.round(bytes / 1e6)
  return {
    needed: megabytes(least + Math.max(0, ...activations)),
    least: megabytes(least),
    free: megabytes(freeBytes),
  }
}

/** What a user should know of the memory before a run is launched. */
export const memoryFindings = (memory: MemoryEstimate | null): Finding[] => {
  if (!memory) return []
  const { needed, least, free } = memory
  if (needed - least <= usableShare * (free - least)) return []
  const amounts = `about ${gigabytes(needed)}, and ${gigabytes(free)} are free`
  return [
    least > free
      ? {
          severity: 'warning',
          kind: 'memory',
          message: `training takes ${amounts}: choose a smaller model, or end other programs first`,
        }
      : {
          severity: 'note',
          kind: 'memory',
          message: `training with whole batches takes ${amounts}: they will be worked through in parts, with the same result`,
        },
  ]
}

/** `tensorflow, bf16, about 2.4 GB of memory (12.0 GB are free)`. */
export const describeMachine = ({ backend, precision, memory }: MachineReport): string =>
  [
    backend,
    precision,
    ...(memory
      ? [`about ${gigabytes(memory.needed)} of memory (${gigabytes(memory.free)} are free)`]
      : []),
  ].join(', ')

const gigabytes = (megabytes: number): string => `${(megabytes / 1000).toFixed(1)} GB`
