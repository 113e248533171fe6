import type { BenchSource } from '../../src/engine/bench/benchCase.ts'

/** The work of one side, passed to its process as JSON. `torch_worker.py` reads the same. */
export type SideCase = {
  readonly source: BenchSource
  readonly precision: 'fp32' | 'bf16'
  readonly backend: 'tensorflow' | 'wasm'
  readonly batchSize: number
} & (
  | { readonly kind: 'train'; readonly length: number }
  | { readonly kind: 'predict'; readonly lengths: readonly number[] }
  | {
      readonly kind: 'epoch'
      /** A file with `EpochExample[]` as JSON. */
      readonly examples: string
      readonly maxLength: number
      /** To the longest of a batch of like lengths, of a random batch, or always to `maxLength`. */
      readonly padding: 'grouped' | 'longest' | 'maximum'
    }
)

export interface EpochExample {
  readonly ids: readonly number[]
  readonly target: number
}

/** One line to the process; each is answered with one line. */
export type Request =
  | { readonly do: 'work'; readonly count: number }
  | { readonly do: 'memory' }
  /** Headway's side only. */
  | { readonly do: 'products' }

/** The first line that a process says, once it can work. */
export interface Ready {
  readonly parameters: number
  readonly versions: Readonly<Record<string, string>>
  readonly notes?: string
  readonly recordingMs?: number
}

/** Each piece of work's time, in ms; losses where it was a training step. */
export interface Worked {
  readonly ms: readonly number[]
  readonly examples: number
  readonly losses: readonly number[]
  /** What the process took of the processor, all its threads together, ms. */
  readonly cpuMs: number
}

export interface Memory {
  /** 10⁶ bytes */
  readonly peakMemoryMB: number
}

export interface Products {
  readonly gflopsPerSecond: number
}
