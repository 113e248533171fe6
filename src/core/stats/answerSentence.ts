import { formatRate } from '../runs/describe.ts'
import type { CellAnalysis, GridParameter, Spread, SweepAnalysis } from './analysis.ts'

/** The verdict on a sweep in words, in parts, so that each can be set apart where it is shown. */
export interface AnswerParts {
  /** `lr 5e-5 · batch 32 · 3 epochs`; empty where no cell is best. */
  readonly cell: string
  /** `86.0 ± 1.2`, in hundredths; empty where there is no score. */
  readonly score: string
  /** What ± is. */
  readonly spreadOf: string
  /** How the others stand to it. */
  readonly others: string
  /** What to do about it; empty where nothing is to be done. */
  readonly advice: string
}

/**
 * `lr 5e-5 · batch 32 · 3 epochs is best with 86.0 ± 1.2 (chosen on dev); 5 cells are within noise;
 * add seeds to separate them.`
 */
export const answerSentence = (analysis: SweepAnalysis): string => {
  const { cell, score, others, advice } = answerParts(analysis)
  if (cell === '') return `${[others, advice].filter(Boolean).join('; ')}.`
  const best = `${cell} is best with ${score} ${whereFrom(analysis)}`
  return `${[best, others, advice].filter(Boolean).join('; ')}.`
}

/** The best of many dev scores is an optimistic number: said wherever one is named (DESIGN §7). */
const whereFrom = ({ testScore }: SweepAnalysis): string =>
  testScore === null ? '(chosen on dev)' : `on dev, ${hundredths(testScore)} on the test data`

export const answerParts = (analysis: SweepAnalysis): AnswerParts => {
  const best = analysis.cells.find(({ cell }) => cell === analysis.best)
  if (!best) return withoutBest(analysis)
  const near = analysis.withinNoise.length
  const worse = analysis.cells.filter(({ verdict }) => verdict === 'worse').length
  return {
    cell: describeParameters(best, varyingParameters(analysis)),
    score: scoreWithSpread(best),
    spreadOf: spreadMeaning(best.spread, analysis),
    others: othersText(near, worse, analysis.resampled !== null),
    advice: near > 0 && analysis.resampled !== null ? 'add seeds to separate them' : '',
  }
}

const withoutBest = ({ cells, baseline }: SweepAnalysis): AnswerParts => {
  const failed = cells.filter(({ verdict }) => verdict === 'failed').length
  const none = { cell: '', score: '', spreadOf: '' }
  if (failed === 0) return { ...none, others: 'no run has finished yet', advice: '' }
  const guess = baseline === null ? 'a guess' : `a guess (${hundredths(baseline)})`
  return {
    ...none,
    others: `no ${failed < cells.length ? 'finished ' : ''}cell is better than ${guess}`,
    advice: 'try a smaller learning rate, or look at the data',
  }
}

const othersText = (near: number, worse: number, judged: boolean): string => {
  if (near + worse === 0) return ''
  if (!judged) return `${plural(near, 'other cell is', 'other cells are')} not judged`
  if (near > 0) return `${plural(near, 'cell is', 'cells are')} within noise`
  return `better than ${worse === 1 ? 'the other' : `all ${worse} others`} by more than chance`
}

const plural = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`

const hundredths = (fraction: number): string => (fraction * 100).toFixed(1)

const scoreWithSpread = ({ mean, spread }: CellAnalysis): string =>
  [mean, spread?.value]
    .flatMap((value) => (typeof value === 'number' ? hundredths(value) : []))
    .join(' ± ')

const spreadMeaning = (spread: Spread | null, { resampled }: SweepAnalysis): string => {
  if (spread === null) return ''
  if (spread.kind === 'seeds') return 'standard deviation over seeds'
  return `standard error over the dev ${resampled?.unit ?? 'example'}s (bootstrap)`
}

const varyingParameters = ({ effects }: SweepAnalysis): ReadonlySet<GridParameter> =>
  new Set(effects.map(({ parameter }) => parameter))

const always: readonly GridParameter[] = ['learningRate', 'batchSize', 'epochs']

/** The paper's three, and what else varies: `lr 5e-5 · batch 32 · 3 epochs · dropout 0.2`. */
export const describeParameters = (
  { parameters }: Pick<CellAnalysis, 'parameters'>,
  varying: ReadonlySet<GridParameter>,
): string =>
  [...new Set([...always, ...varying])]
    .map((parameter) => parameterText[parameter](parameters[parameter]))
    .join(' · ')

const parameterText: Record<GridParameter, (value: number) => string> = {
  learningRate: (value) => `lr ${formatRate(value)}`,
  batchSize: (value) => `batch ${value}`,
  epochs: (value) => plural(value, 'epoch', 'epochs'),
  maxLength: (value) => `${value} pieces`,
  weightDecay: (value) => `decay ${value}`,
  warmup: (value) => `warm-up ${value}`,
  dropout: (value) => `dropout ${value}`,
}
