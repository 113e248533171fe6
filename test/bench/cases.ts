import type { BenchSource } from '../../src/engine/bench/benchCase.ts'
import type { SideCase } from './protocol.ts'

/** What a case compares; `peer` is another backend of Headway's, or PyTorch. */
export interface ComparedCase {
  readonly id: string
  readonly title: string
  readonly headway: SideCase
  readonly peer: SideCase & { readonly program: 'torch' | 'headway' }
  /** Pieces of work in a pair, of each side; the last pair of an epoch may have fewer. */
  readonly count: { readonly headway: number; readonly peer: number }
  /** How many times faster than the peer it should be (DESIGN §10); none: for information. */
  readonly wanted?: number
  /** The ratio of peak memory that it should stay under. */
  readonly wantedMemory?: number
}

export interface CaseInputs {
  /** Examples of the task, in word pieces (EpochExample[] as JSON). */
  readonly examples: string
  readonly exampleCount: number
  readonly pairs: number
  readonly starter: BenchSource
  readonly task: string
}

const maxLength = 128
const precisions = ['fp32', 'bf16'] as const
const peerNames = {
  fp32: 'PyTorch fp32, fused AdamW',
  bf16: 'PyTorch bf16 autocast, fused AdamW',
} as const

/** All cases, the short ones first. */
export const comparedCases = (inputs: CaseInputs): ComparedCase[] => [
  ...precisions.flatMap((precision) => [
    sameShape('tiny', 4, 16, precision, 20),
    sameShape('minilm', 32, 32, precision, 12),
    sameShape('minilm', 32, 128, precision, 6),
    sameShape('base', 16, 64, precision, 5),
    prediction(precision),
  ]),
  epoch(inputs, 'headline', 'bf16', 'longest'),
  epoch(inputs, 'grouped', 'bf16', 'grouped'),
  epoch(inputs, 'runGlue', 'fp32', 'maximum'),
  wasm(),
]

const sameShape = (
  size: 'tiny' | 'minilm' | 'base',
  batchSize: number,
  length: number,
  precision: 'fp32' | 'bf16',
  count: number,
): ComparedCase => {
  const side = { kind: 'train', backend: 'tensorflow', source: { size } } as const
  const shared = { ...side, batchSize, length, precision }
  return {
    id: `train-${size}-${batchSize}x${length}-${precision}`,
    title: `training step, ${modelNames[size]} ${batchSize} × ${length}, ${precision}, against ${peerNames[precision]}`,
    headway: shared,
    peer: { ...shared, program: 'torch' },
    count: { headway: count, peer: count },
    ...(size === 'tiny' ? {} : { wanted: 1.2 }),
    ...(size === 'minilm' && length === 128 ? { wantedMemory: 0.9 } : {}),
  }
}

const modelNames = { tiny: 'BERT-Tiny', minilm: 'MiniLM', base: 'BERT-Base' } as const

const prediction = (precision: 'fp32' | 'bf16'): ComparedCase => {
  const lengths = [16, 32, 48, 64, 80, 96, 112, 128]
  const side = { kind: 'predict', backend: 'tensorflow', source: { size: 'minilm' } } as const
  const shared = { ...side, batchSize: 32, lengths, precision }
  return {
    id: `predict-minilm-32-${precision}`,
    title: `prediction, MiniLM, batch 32, lengths 16 to 128, ${precision}, against PyTorch ${precision}`,
    headway: shared,
    peer: { ...shared, program: 'torch' },
    count: { headway: 2 * lengths.length, peer: 2 * lengths.length },
    wanted: 1.3,
  }
}

const paddings = {
  longest: 'padded to the longest of each batch, bf16 autocast, fused AdamW',
  grouped: 'with group_by_length, bf16 autocast, fused AdamW',
  maximum: `as run_glue.py by default: padded to ${maxLength}, fp32`,
} as const

const epoch = (
  { examples, exampleCount, pairs, starter, task }: CaseInputs,
  name: string,
  precision: 'fp32' | 'bf16',
  padding: keyof typeof paddings,
): ComparedCase => {
  const batchSize = 32
  const batches = Math.ceil(exampleCount / batchSize)
  const shared = {
    kind: 'epoch',
    backend: 'tensorflow',
    source: starter,
    examples,
    maxLength,
  } as const
  // Steps of one length all cost the same: a few will do.
  const all = Math.ceil(batches / pairs)
  return {
    id: `epoch-${name}`,
    title: `${task}, an epoch as a user runs it (MiniLM, batch 32), against PyTorch ${paddings[padding]}`,
    headway: { ...shared, batchSize, precision: 'bf16', padding: 'grouped' },
    peer: { ...shared, batchSize, precision, padding, program: 'torch' },
    count: { headway: all, peer: padding === 'maximum' ? Math.min(all, 6) : all },
    ...(padding === 'longest' ? { wanted: 1.4 } : {}),
    ...(padding === 'maximum' ? { wanted: 5 } : {}),
  }
}

const wasm = (): ComparedCase => {
  const side = { kind: 'train', source: { size: 'minilm' }, precision: 'fp32' } as const
  const shared = { ...side, batchSize: 32, length: 32 }
  return {
    id: 'wasm-minilm-32x32',
    title: 'wasm (one thread) against tensorflow, training step, MiniLM 32 × 32, fp32',
    headway: { ...shared, backend: 'wasm' },
    peer: { ...shared, backend: 'tensorflow', program: 'headway' },
    count: { headway: 2, peer: 8 },
    wanted: 1 / 8,
  }
}
