import { InputError } from '../errors.ts'
import { defaultStride } from '../qa/contextWindows.ts'
import type { RunConfig } from './config.ts'
import { paperGrid, presetValues } from './presets.ts'
import type { ExperimentFile, SelectionMetric } from './schema.ts'

/** What `auto` became. */
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
/** Of questions with their contexts, as in the paper's SQuAD runs. */
const qaMaxLength = 384
/** Far beyond any grid; each run is a folder that is made at launch. */
const mostRuns = 2000

/**
 * Fills in the defaults, multiplies the lists out and repeats every cell for every seed: cells in
 * the order of dropout (each value needs a graph of its own) and length (each needs its own pieces),
 * then weight decay, warm-up, learning rate, batch size, epochs, with the seeds innermost. A value
 * that the file names itself goes before the preset's and the paper grid's.
 */
export const planRuns = (experiment: ExperimentFile, resolved: Resolved): PlannedRun[] => {
  const preset = presetValues[experiment.preset ?? 'paper']
  const grid = experiment.grid === 'paper' ? paperGrid : undefined
  const varied = {
    dropout: asList(experiment.dropout ?? preset.dropout),
    maxLength: asList(experiment.maxLength ?? usualMaxLength(experiment.head)),
    weightDecay: asList(experiment.weightDecay ?? preset.weightDecay),
    warmup: asList(experiment.warmup ?? preset.warmup),
    learningRate: asList(experiment.learningRate ?? grid?.learningRate ?? preset.learningRate),
    batchSize: asList(experiment.batchSize ?? grid?.batchSize ?? preset.batchSize),
    epochs: asList(experiment.epochs ?? grid?.epochs ?? preset.epochs),
    seed: experiment.seeds ?? [1],
  }
  const common = {
    head: experiment.head,
    model: experiment.model ?? defaultModel,
    data: experiment.data,
    precision: resolved.precision,
    backend: resolved.backend,
    selectionMetric: experiment.selectionMetric ?? defaultMetric(experiment),
    regression: experiment.regression ?? false,
    maxGradientNorm: preset.maxGradientNorm,
    gradientAccumulation: experiment.gradientAccumulation ?? 1,
  }
  const count = Object.values(varied).reduce((product, { length }) => product * length, 1)
  if (count > mostRuns) {
    throw new InputError(
      `The experiment has ${count} runs, more than ${mostRuns}: shorten its lists.`,
    )
  }
  checkTogether(experiment, common.gradientAccumulation, varied.batchSize)
  return combinations(varied).map((values) => {
    const config = { ...common, ...values, ...strideOf(experiment, values.maxLength) }
    return { cell: cellName(config), config }
  })
}

/** Every choice of one value from each list; the last list changes fastest. */
const combinations = <Name extends string>(
  varied: Readonly<Record<Name, readonly number[]>>,
): Record<Name, number>[] =>
  Object.entries<readonly number[]>(varied).reduce<object[]>(
    (all, [name, values]) =>
      all.flatMap((chosen) => values.map((value) => ({ ...chosen, [name]: value }))),
    [{}],
  ) as Record<Name, number>[]

const strideOf = (
  { head, stride }: ExperimentFile,
  maxLength: number,
): { readonly stride?: number } => {
  if (head === 'qa' && stride !== undefined && stride > maxLength / 2) {
    throw new InputError(
      `"stride" ${stride} is more than half of "maxLength" ${maxLength}: it is what windows share.`,
    )
  }
  if (stride !== undefined) return { stride }
  return head === 'qa' ? { stride: defaultStride(maxLength) } : {}
}

const asList = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T]

/** What most grids leave alone, and cells therefore do not name. */
const unnamed = {
  ...{ weightDecay: 0.01, warmup: 0.1, dropout: 0.1 },
  ...{ maxGradientNorm: 1, gradientAccumulation: 1 },
}

const usualMaxLength = (head: ExperimentFile['head'] | undefined): number =>
  head === 'qa' ? qaMaxLength : defaultMaxLength

/**
 * As `lr5e-5-bs32-ep3`, followed by what is not the usual: `-len64-st32-wd0.1-wu0.06-do0.2-ga2-gn0.5`.
 * Short, fit for a file's name, and the same whatever else is in the grid. What it does not name
 * makes runs that cannot be compared (`comparableKey`), or seeds of one cell.
 */
export const cellName = (
  config: Pick<RunConfig, 'learningRate' | 'batchSize' | 'epochs'> & Partial<RunConfig>,
): string => {
  const { learningRate, batchSize, epochs } = config
  const usualLength = usualMaxLength(config.head)
  const all = { ...unnamed, ...config }
  const { maxLength = usualLength, weightDecay, warmup, dropout } = all
  const { stride, gradientAccumulation, maxGradientNorm } = all
  const usualStride = config.head === 'qa' ? defaultStride(maxLength) : undefined
  const more = [
    maxLength === usualLength ? '' : `-len${maxLength}`,
    stride === undefined || stride === usualStride ? '' : `-st${stride}`,
    weightDecay === unnamed.weightDecay ? '' : `-wd${weightDecay}`,
    warmup === unnamed.warmup ? '' : `-wu${warmup}`,
    dropout === unnamed.dropout ? '' : `-do${dropout}`,
    gradientAccumulation === unnamed.gradientAccumulation ? '' : `-ga${gradientAccumulation}`,
    maxGradientNorm === unnamed.maxGradientNorm ? '' : `-gn${maxGradientNorm}`,
  ].join('')
  return `lr${learningRate.toExponential().replace('e+', 'e')}-bs${batchSize}-ep${epochs}${more}`
}

const defaultMetric = ({ head, regression }: ExperimentFile): SelectionMetric => {
  if (head === 'token') return 'entityF1'
  if (head === 'qa') return 'f1'
  return regression === true ? 'spearman' : 'accuracy'
}

const correlations: readonly SelectionMetric[] = ['pearson', 'spearman']
const classMetrics: readonly SelectionMetric[] = ['accuracy', 'f1', 'macroF1', 'mcc']
const tokenMetrics: readonly SelectionMetric[] = ['entityF1', 'tokenAccuracy', 'macroF1']
const answerMetrics: readonly SelectionMetric[] = ['f1', 'exactMatch']

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
  if (metric === undefined) return
  const [fitting, what] = metricsOf(experiment)
  if (!fitting.includes(metric)) {
    throw new InputError(
      `"selectionMetric" ${metric} does not fit: with ${what} it is ${fitting.join(' or ')}.`,
    )
  }
}

const metricsOf = ({
  head,
  regression,
}: ExperimentFile): readonly [metrics: readonly SelectionMetric[], what: string] => {
  if (head === 'token') return [tokenMetrics, 'the token head']
  if (head === 'qa') return [answerMetrics, 'the head qa']
  return regression === true ? [correlations, 'regression'] : [classMetrics, 'classes']
}
