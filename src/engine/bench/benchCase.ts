import type { RunConfig } from '../../core/experiment/config.ts'
import type { BertConfig } from '../../core/model/bertConfig.ts'
import { checkModelFolder } from '../../core/model/folder.ts'
import { type BackendFiles, startBackend } from '../backends/startBackend.ts'
import type { HostBatch } from '../batches.ts'
import { EagerModel } from '../eagerModel.ts'
import { peakMemoryMB } from '../memory.ts'
import { RecordedModel } from '../recordedModel.ts'
import { RecordedPrediction } from '../recordedPrediction.ts'
import type { TrainableModel } from '../trainableModel.ts'
import { type HostTensor, loadWeights } from '../weights.ts'
import { type BatchShape, benchBatch, benchHead } from './benchBatch.ts'
import { type BenchModelName, benchModelConfig, randomWeights } from './benchModels.ts'
import { median } from './median.ts'
import { productSpeed } from './productSpeed.ts'
import { stepFlops } from './stepFlops.ts'

/** A model by size, with random weights, or from a folder. */
export type BenchSource = { readonly size: BenchModelName } | { readonly folder: string }

export interface BenchCase extends BatchShape {
  readonly source: BenchSource
  readonly precision: RunConfig['precision']
  readonly backend: RunConfig['backend']
  /** Timed steps, after those left out. */
  readonly steps: number
}

/** Times are medians, in milliseconds. */
export interface BenchFigures {
  readonly parameters: number
  /** Optimizer step: dropout, masks, clipping and AdamW in it, loss fetched. */
  readonly stepMs: number
  readonly slowestStepMs: number
  readonly fastestStepMs: number
  readonly examplesPerSecond: number
  /** Recording, loading the graph and setting its variables. */
  readonly recordingMs: number
  /** The first step, in which TensorFlow prepares the graph. */
  readonly firstStepMs: number
  readonly predictionMs: number
  readonly predictionsPerSecond: number
  /** Highest resident memory of the process up to the last training step, in 10⁶ bytes. */
  readonly peakMemoryMB: number
  /** 10⁹ operations of the step's matrix products a second. */
  readonly gflopsPerSecond: number
  /** The same of large matrix products alone, at this precision. */
  readonly productGflopsPerSecond: number
  readonly shareOfProductSpeed: number
}

/** The first ones of a shape prepare and warm up. */
export const warmUpSteps = 2

/** The optimizer's settings of the preset `paper`. */
const trainingSettings = { dropout: 0.1, weightDecay: 0.01, maxGradientNorm: 1 } as const

export interface LoadedBenchModel {
  readonly model: TrainableModel
  readonly config: BertConfig
  readonly recordingMs: number
}

/**
 * Starts the backend and makes a model ready to train.
 *
 * @param pieces those of the training texts; left out, as for random ones, all rows are trained
 * @throws InputError where a folder is no BERT
 */
export const loadBenchModel = async (
  { source, precision, backend }: Pick<BenchCase, 'source' | 'precision' | 'backend'>,
  files: BackendFiles,
  pieces?: Int32Array,
): Promise<LoadedBenchModel> => {
  await startBackend(backend, files)
  const { config, host } = readSource(source)
  const settings = { ...trainingSettings, precision }
  const started = performance.now()
  const model =
    backend === 'tensorflow'
      ? new RecordedModel(host, config, settings, benchHead, pieces)
      : new EagerModel(host, config, settings, benchHead)
  return { model, config, recordingMs: performance.now() - started }
}

export interface LoadedBenchPredictor {
  readonly model: Pick<TrainableModel, 'parameterCount' | 'predict' | 'dispose'>
  readonly config: BertConfig
  readonly recordingMs: number
}

/** Starts the backend and loads a model as `predict` and `evaluate` do. @throws InputError likewise */
export const loadBenchPredictor = async (
  { source, precision }: Pick<BenchCase, 'source' | 'precision'>,
  files: BackendFiles,
): Promise<LoadedBenchPredictor> => {
  await startBackend('tensorflow', files)
  const { config, host } = readSource(source)
  const parameterCount = [...host.values()].reduce((sum, { data }) => sum + data.length, 0)
  const started = performance.now()
  const recorded = new RecordedPrediction(host, config, benchHead, precision)
  const model = {
    parameterCount,
    predict: (batch: HostBatch) => recorded.predict(batch),
    dispose: () => recorded.dispose(),
  }
  return { model, config, recordingMs: performance.now() - started }
}

const readSource = (source: BenchSource): { config: BertConfig; host: Map<string, HostTensor> } => {
  if ('folder' in source) {
    const folder = checkModelFolder(source.folder)
    return { config: folder.config, host: loadWeights(folder, benchHead, 1) }
  }
  const config = benchModelConfig(source.size)
  return { config, host: randomWeights(config, benchHead.outputs) }
}

/** Measures one shape. Memory is the process's, so that a process measures one case only. */
export const runBenchCase = async (
  benchCase: BenchCase,
  files: BackendFiles,
): Promise<BenchFigures> => {
  const { precision, backend, steps, batchSize } = benchCase
  const { model, config, recordingMs } = await loadBenchModel(benchCase, files)
  try {
    const batches = [1, 2, 3].map((seed) => benchBatch(benchCase, config, seed))
    const trained = timesOf(warmUpSteps + steps, (at) => {
      const batch = batches[at % batches.length]!
      model.train({ batch, step: at + 1, learningRate: 2e-5, seed: 1 })
    })
    const peak = peakMemoryMB()
    const predicted = timesOf(warmUpSteps + steps, (at) => {
      model.predict(batches[at % batches.length]!)
    })
    const timed = trained.slice(warmUpSteps)
    const stepMs = median(timed)
    const predictionMs = median(predicted.slice(warmUpSteps))
    const gflopsPerSecond = stepFlops(config, benchCase) / stepMs / 1e6
    const productGflopsPerSecond = productSpeed(precision, backend)
    return {
      parameters: model.parameterCount,
      stepMs,
      slowestStepMs: Math.max(...timed),
      fastestStepMs: Math.min(...timed),
      examplesPerSecond: (1000 * batchSize) / stepMs,
      recordingMs,
      firstStepMs: trained[0]!,
      predictionMs,
      predictionsPerSecond: (1000 * batchSize) / predictionMs,
      peakMemoryMB: peak,
      gflopsPerSecond,
      productGflopsPerSecond,
      shareOfProductSpeed: gflopsPerSecond / productGflopsPerSecond,
    }
  } finally {
    model.dispose()
  }
}

const timesOf = (count: number, run: (at: number) => void): number[] =>
  Array.from({ length: count }, (_, at) => {
    const started = performance.now()
    run(at)
    return performance.now() - started
  })
