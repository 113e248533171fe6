import type { RunConfig } from '../../src/core/experiment/config.ts'

/** A run's configuration for tests: the paper's hyperparameters, nothing that has to be installed. */
export const runConfig = (changes: Partial<RunConfig> = {}): RunConfig => ({
  head: 'sentence',
  model: 'a/model',
  data: { train: 'train.tsv', dev: 'dev.tsv', textColumn: 'text', labelColumn: 'label' },
  learningRate: 5e-5,
  batchSize: 32,
  epochs: 3,
  seed: 1,
  maxLength: 128,
  precision: 'fp32',
  backend: 'wasm',
  selectionMetric: 'accuracy',
  regression: false,
  weightDecay: 0.01,
  warmup: 0.1,
  maxGradientNorm: 1,
  dropout: 0.1,
  gradientAccumulation: 1,
  ...changes,
})
