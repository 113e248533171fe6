import { paperGrid } from '../experiment/presets.ts'
import type { BertConfig } from '../model/bertConfig.ts'
import type { RunRecord } from '../runs/records.ts'
import { binWidth, type LengthSummary } from './lengths.ts'
import type { Preflight } from './preflight.ts'

/** How fast this machine trains, in floating-point operations of the matrix products. */
export interface TrainingSpeed {
  readonly flopsPerSecond: number
  /** Of an earlier run on the same data, or measured just now. */
  readonly from: 'run' | 'measured'
}

/** In seconds. */
export interface TimeEstimate {
  readonly run: number
  readonly epochs: number
  /** All eighteen runs of the paper's grid. */
  readonly paperGrid: number
  readonly from: TrainingSpeed['from']
}

export type ModelShape = Pick<BertConfig, 'layers' | 'hiddenSize' | 'intermediateSize'>

/** Loading weights and data, recording the step, saving the model; between two runs most is kept. */
const secondsAround = 4
const secondsBetween = 1
/** Of a training step, the forward pass is a third. */
const forwardShare = 1 / 3
const devSplitDefault = 0.1

/** What one run and the paper's grid will take. Evaluation after every epoch is in it. */
export const estimateTime = (
  preflight: Preflight,
  shape: ModelShape,
  speed: TrainingSpeed,
  options: { readonly epochs: number; readonly devSplit?: number | undefined },
): TimeEstimate => {
  const part = (name: string) => preflight.files.find((file) => file.part === name)
  const train = part('train')
  const dev = part('dev')
  const work = train ? workOf(train.lengths, shape, preflight.maxLength) : 0
  const held = dev ? 0 : (options.devSplit ?? devSplitDefault) * work
  const devWork = dev ? workOf(dev.lengths, shape, preflight.maxLength) : held
  const epoch = (work - held + devWork * forwardShare) / speed.flopsPerSecond
  const cells = paperGrid.learningRate.length * paperGrid.batchSize.length
  const runs = cells * paperGrid.epochs.length
  const gridEpochs = cells * paperGrid.epochs.reduce<number>((sum, each) => sum + each, 0)
  return {
    run: secondsAround + options.epochs * epoch,
    epochs: options.epochs,
    paperGrid: secondsAround + (runs - 1) * secondsBetween + gridEpochs * epoch,
    from: speed.from,
  }
}

/** Operations that training once on all of these takes. */
const workOf = ({ bins }: LengthSummary, shape: ModelShape, maxLength: number): number =>
  bins.reduce((sum, { upTo, count }) => {
    const length = Math.min(upTo, Math.ceil(maxLength / binWidth) * binWidth)
    // What is longer is cut off, or read in windows that overlap by half at most.
    const windows = upTo > maxLength ? Math.ceil(upTo / maxLength) : 1
    return sum + count * windows * exampleFlops(shape, length)
  }, 0)

/** Kaplan et al. 2020, appendix C, as engine/bench/stepFlops.ts. */
const exampleFlops = (shape: ModelShape, length: number): number => {
  const { layers, hiddenSize, intermediateSize } = shape
  const parameters = layers * (4 * hiddenSize ** 2 + 2 * hiddenSize * intermediateSize)
  return length * (6 * parameters + 12 * layers * length * hiddenSize)
}

/**
 * The speed of the newest finished run on the same training data with the same model, length and
 * machine settings; undefined where there is none.
 */
export const speedOfRuns = (
  runs: readonly RunRecord[],
  wanted: Pick<RunRecord['config'], 'head' | 'model' | 'maxLength' | 'backend' | 'precision'> & {
    readonly train: string
  },
  preflight: Preflight,
  shape: ModelShape,
): TrainingSpeed | undefined => {
  const train = preflight.files.find(({ part }) => part === 'train')
  const fitting = runs
    .filter(
      ({ state, examplesPerSecond, config }) =>
        state === 'done' &&
        examplesPerSecond !== undefined &&
        config.head === wanted.head &&
        config.model === wanted.model &&
        config.maxLength === wanted.maxLength &&
        config.backend === wanted.backend &&
        config.precision === wanted.precision &&
        config.data.train === wanted.train,
    )
    .sort((a, b) => (b.ended ?? 0) - (a.ended ?? 0))
  const speed = fitting[0]?.examplesPerSecond
  if (speed === undefined || !train || train.examples === 0) return undefined
  const mean = workOf(train.lengths, shape, preflight.maxLength) / train.examples
  return { flopsPerSecond: speed * mean, from: 'run' }
}

/** The length that most of the work is done at: where a quick measurement tells most. */
export const typicalLength = ({ files, maxLength }: Preflight): number => {
  const bins = files.find(({ part }) => part === 'train')?.lengths.bins ?? []
  const total = bins.reduce((sum, { upTo, count }) => sum + upTo * count, 0)
  let left = total / 2
  for (const { upTo, count } of bins) {
    left -= upTo * count
    if (left <= 0) return Math.min(upTo, maxLength)
  }
  return Math.min(binWidth, maxLength)
}
