import type { PresetName } from './schema.ts'

interface Preset {
  readonly learningRate: number
  readonly batchSize: number
  readonly epochs: number
  readonly weightDecay: number
  readonly warmup: number
  readonly maxGradientNorm: number
  readonly dropout: number
}

/** BERT paper, appendix A.2 and A.3 (arXiv 1810.04805); one point of its grid. */
const paper: Preset = {
  learningRate: 5e-5,
  batchSize: 32,
  epochs: 3,
  weightDecay: 0.01,
  warmup: 0.1,
  maxGradientNorm: 1,
  dropout: 0.1,
}

export const presetValues: Readonly<Record<PresetName, Preset>> = {
  paper,
  // Mosbach et al. 2021 (arXiv 2006.04884): small rate, many epochs.
  stable: { ...paper, learningRate: 2e-5, batchSize: 16, epochs: 20 },
  // Turc et al. 2019 (arXiv 1908.08962): Tiny to Medium want larger rates and 4 epochs.
  small: { ...paper, learningRate: 1e-4, epochs: 4 },
}

/** The grid the paper recommends: 18 cells. */
export const paperGrid = {
  learningRate: [2e-5, 3e-5, 5e-5],
  batchSize: [16, 32],
  epochs: [2, 3, 4],
} as const
