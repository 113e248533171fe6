import { InputError } from '../errors.ts'
import type { RunConfig } from './config.ts'
import { paperGrid, presetValues } from './presets.ts'
import type { ExperimentFile, SelectionMetric } from './schema.ts'

/** What `auto` became on this machine. */
export interface Resolved {
  readonly backend: RunConfig['backend']
  readonly precision: RunConfig['precision']
}

/** One run of a grid: its cell's name, its configuration with the seed. */
export interface PlannedRun {
  readonly cell: string
  readonly config: RunConfig
}

export const defaultModel = 'sentence-transformers/all-MiniLM-L6-v2'
export const defaultMaxLength = 128
/** Far beyond any grid; each run is a folder that is made at launch. */
const mostRuns = 2000

/**
 * Fills in the defaults, multiplies the lists out and repeats every cell for every seed: cells in
 * the order of learning rate, batch size, epochs, with the seeds innermost. A value that the file
 * names itself goes before the preset's and the paper grid's.
 */
export const planRuns = (experiment: ExperimentFile, resolved: Resolved): PlannedRun[] => {
  const preset = presetValues[experiment.preset ?? 'paper']
  const grid = experiment.grid === 'paper' ? paperGrid : undefined
  const learningRates = asList(experiment.learningRate ?? grid?.learningRate ?? preset.learningRate)
  const batchSizes = asList(experiment.batchSize ?? grid?.batchSize ?? preset.batchSize)
  const epochCounts = asList(experiment.epochs ?? grid?.epochs ?? preset.epochs)
  const common = {
    head: experiment.head,
    model: experiment.model ?? defaultModel,
    data: experiment.data,
    maxLength: experiment.maxLength ?? defaultMaxLength,
    ...(experiment.stride === undefined ? {} : { stride: experiment.stride }),
    precision: resolved.precision,
    backend: resolved.backend,
    selectionMetric: experiment.selectionMetric ?? defaultMetric(experiment),
    regression: experiment.regression ?? false,
    weightDecay: experiment.weightDecay ?? preset.weightDecay,
    warmup: experiment.warmup ?? preset.warmup,
    maxGradientNorm: preset.maxGradientNorm,
    dropout: experiment.dropout ?? preset.dropout,
    gradientAccumulation: experiment.gradientAccumulation ?? 1,
  }
  const count =
    learningRates.length * batchSizes.length * epochCounts.length * (experiment.seeds?.length ?? 1)
  if (count > mostRuns) {
    throw new InputError(
      `The experiment has ${count} runs, more than ${mostRuns}: shorten its lists.`,
    )
  }
  checkTogether(experiment, common.gradientAccumulation, batchSizes)
  return learningRates.flatMap((learningRate) =>
    batchSizes.flatMap((batchSize) =>
      epochCounts.flatMap((epochs) =>
        (experiment.seeds ?? [1]).map((seed) => ({
          cell: cellName(learningRate, batchSize, epochs),
          config: { ...common, learningRate, batchSize, epochs, seed },
        })),
      ),
    ),
  )
}

const asList = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T]

/** As `lr5e-5-bs32-ep3`: short, and fit for a file's name. */
export const cellName = (learningRate: number, batchSize: number, epochs: number): string =>
  `lr${learningRate.toExponential().replace('e+', 'e')}-bs${batchSize}-ep${epochs}`

const defaultMetric = ({ head, regression }: ExperimentFile): SelectionMetric => {
  if (head === 'token') return 'entityF1'
  if (head === 'qa') return 'f1'
  return regression === true ? 'spearman' : 'accuracy'
}

const correlations: readonly SelectionMetric[] = ['pearson', 'spearman']
const classMetrics: readonly SelectionMetric[] = ['accuracy', 'f1', 'macroF1', 'mcc']

const checkTogether = (
  experiment: ExperimentFile,
  accumulation: number,
  batchSizes: readonly number[],
): void => {
  const uneven = batchSizes.find((size) => size % accumulation !== 0)
  if (uneven !== undefined) {
    throw new InputError(
      `"gradientAccumulation" ${accumulation} does not divide the batch size ${uneven}.`,
    )
  }
  const { head, regression, selectionMetric: metric } = experiment
  if (regression === true && head !== 'sentence' && head !== 'pair') {
    throw new InputError(`"regression" is for the heads sentence and pair, not ${head}.`)
  }
  if (metric === undefined || (head !== 'sentence' && head !== 'pair')) return
  const fitting = regression === true ? correlations : classMetrics
  if (!fitting.includes(metric)) {
    throw new InputError(
      `"selectionMetric" ${metric} does not fit: with ${regression === true ? 'regression' : 'classes'} it is ${fitting.join(' or ')}.`,
    )
  }
}
