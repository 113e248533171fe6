import {
  formatScore,
  metricLabel,
  scoreCurve,
  selectionScore,
} from '../../src/core/runs/describe.ts'
import type { RunState } from '../../src/core/runs/runState.ts'
import type { Cell, SweepView } from './sweepView.ts'
import {
  digitsFor,
  formatDifference,
  formatMean,
  formatSpread,
  parameterPhrase,
  plural,
} from './words.ts'

/** One click that makes the answer surer, or uses it. */
export type NextStep =
  | {
      readonly type: 'addSeeds'
      readonly label: string
      readonly cells: readonly string[]
      readonly count: number
    }
  | { readonly type: 'annotateWith'; readonly label: string; readonly run: string }

/** What a person would say of a sweep, before any chart. */
export interface Answer {
  readonly caption: string
  readonly score: string
  readonly spread: string
  readonly unit: string
  /** Which cell is best, by how much, is it noise. */
  readonly sentence: string
  /** What next, in words. */
  readonly advice: string
  readonly next: readonly NextStep[]
  /** The run that the answer speaks of. */
  readonly run: RunState | undefined
}

export const answerFor = (sweep: SweepView): Answer =>
  sweep.cells.length > 1 ? answerOfMany(sweep) : answerOfOne(sweep)

const nothing = { spread: '', advice: '', next: [] } as const

const answerOfOne = (sweep: SweepView): Answer => {
  const { runs, metric } = sweep
  const [cell] = sweep.cells
  const run = runs.find((one) => selectionScore(one) !== null) ?? runs[0]
  const score = cell?.mean ?? (run ? selectionScore(run) : null)
  if (!run || score === null) {
    return {
      ...nothing,
      caption: `Dev ${metricLabel(metric)}`,
      score: '–',
      unit: '',
      sentence: sentenceBefore(runs),
      run,
    }
  }
  const over = runs.every((one) => one.state === 'done')
  const spread = cell?.spread ?? null
  const finished = cell?.finished ?? []
  return {
    ...nothing,
    caption: over ? 'Result' : 'So far',
    score: formatMean(score, spread),
    spread: formatSpread(spread),
    unit: `${metricLabel(metric)} on dev${seedsWords(finished.length, runs.length)}${testWords(sweep, cell)}`,
    sentence: runs.length > 1 ? '' : sentenceOfOne(run),
    next: over ? useSteps(finished) : [],
    run,
  }
}

const answerOfMany = (sweep: SweepView): Answer => {
  const { runs, metric, best } = sweep
  if (!best) {
    const live = runs.find((one) => selectionScore(one) !== null)
    return {
      ...nothing,
      caption: `Dev ${metricLabel(metric)}`,
      score: '–',
      unit: '',
      sentence: live
        ? `No run is finished yet; the first one is at ${formatScore(selectionScore(live))} ${metricLabel(metric)} on dev.`
        : sentenceBefore(runs),
      run: live ?? runs[0],
    }
  }
  const over = runs.every(
    ({ state }) => state !== 'queued' && state !== 'running' && state !== 'stopping',
  )
  const noise = sweep.cells.filter(({ verdict }) => verdict === 'withinNoise')
  const judged = best.verdict !== undefined
  const seedsEach = Math.min(...[best, ...noise].map(({ runs: own }) => own.length))
  return {
    caption: over ? 'Best' : 'Best so far',
    score: formatMean(best.mean, best.spread),
    spread: formatSpread(best.spread),
    unit: `${metricLabel(metric)}, chosen on dev${testWords(sweep, best)}`,
    sentence:
      best.verdict === 'failed' ? failedSentence(sweep) : sentenceOfMany(sweep, best, noise),
    advice: judged ? adviceFor(best, noise, over, seedsEach) : '',
    next: over && best.verdict !== 'failed' ? nextSteps(best, noise, judged) : [],
    run: best.finished[0],
  }
}

/** On test only the chosen cell's best run is scored, once; the rest of the answer is about dev. */
const testWords = ({ test, metric }: SweepView, cell: Cell | undefined): string => {
  const score = test?.metrics[metric]
  const isOfCell = cell?.runs.some(({ record }) => record.id === test?.run) ?? false
  return typeof score === 'number' && isOfCell ? `; ${formatScore(score)} on test` : ''
}

const seedsWords = (finished: number, all: number): string => {
  if (all < 2 || finished === 0) return ''
  return finished === 1 ? `, one of ${all} seeds` : `, mean of ${plural(finished, 'seed')}`
}

const phraseOf = (cell: Cell, { varying }: SweepView): string =>
  varying.map((name) => parameterPhrase(name, cell.parameters[name])).join(' · ')

const failedSentence = ({ metric, analysis }: SweepView): string =>
  `Even the best cell is no better than a guess${
    analysis?.baseline === null || analysis?.baseline === undefined
      ? ''
      : ` (${formatScore(analysis.baseline)} ${metricLabel(metric)})`
  }.`

const sentenceOfMany = (sweep: SweepView, best: Cell, noise: readonly Cell[]): string => {
  const scored = sweep.cells.filter(({ mean }) => mean !== null)
  // Cells that learnt nothing were not held against the best one.
  const rivals = scored.filter((cell) => cell !== best && cell.verdict !== 'failed')
  const [next] = rivals
  const name = phraseOf(best, sweep)
  if (scored.length === 1) return `${name} is the only cell with a result yet.`
  if (!next) return `${name} is best: ${othersFailed(scored.length - 1)} no better than a guess.`
  const ahead = formatDifference((best.mean ?? 0) - (next.mean ?? 0), digitsFor(best.spread?.value))
  const lead =
    Number(ahead) === 0
      ? `${name} is first, level with the next`
      : `${name} is best, ${ahead} on the next`
  if (best.verdict === undefined)
    return `${lead}, of ${plural(scored.length, 'cell')} with a result.`
  if (noise.length === 0) return `${lead}: more than chance explains.`
  const rest = rivals.length
  if (rest === 1) return `${lead}, which is within noise.`
  const others = noise.length === rest ? `all ${rest}` : `${noise.length} of ${rest}`
  return `${lead}, but ${others} others ${noise.length === 1 ? 'is' : 'are'} within noise of it.`
}

const othersFailed = (count: number): string =>
  count === 1 ? 'the other cell is' : `all ${count} others are`

const adviceFor = (best: Cell, noise: readonly Cell[], over: boolean, seeds: number): string => {
  if (best.verdict === 'failed') return 'Try a smaller learning rate, more epochs, or more data.'
  if (!over) return noise.length > 0 ? 'The rest may still change it.' : ''
  if (noise.length === 0) return 'It can be used as it is.'
  return seeds > 1
    ? 'More seeds, or more dev examples, would tell them apart.'
    : 'More seeds of these would tell whether the difference is real.'
}

/** So many at once take a person's afternoon; the closest ones are named first. */
const mostCellsToRepeat = 6

const nextSteps = (best: Cell, noise: readonly Cell[], judged: boolean): NextStep[] => {
  const steps: NextStep[] = []
  steps.push(...useSteps(best.finished))
  if (!judged || noise.length === 0) return steps
  const cells = [best, ...noise].slice(0, mostCellsToRepeat)
  const which =
    cells.length === noise.length + 1 ? `these ${cells.length}` : `the best ${cells.length}`
  steps.push({
    type: 'addSeeds',
    label: `Run 2 more seeds of ${which}`,
    cells: cells.map(({ key }) => key),
    count: 2,
  })
  return steps
}

const useLabels: Record<RunState['record']['config']['head'], string> = {
  token: 'Annotate with it',
  sentence: 'Try it on dev',
  pair: 'Try it on dev',
  qa: 'Ask it a question',
}

/** Of a run whose weights were deleted there is nothing to use. */
const useSteps = (finished: readonly RunState[]): NextStep[] => {
  const run = finished.find(({ record }) => !record.weightsDeleted)
  if (!run) return []
  return [{ type: 'annotateWith', label: useLabels[run.record.config.head], run: run.record.id }]
}

const sentenceBefore = (runs: readonly RunState[]): string => {
  const run = runs.find(({ state }) => state === 'running') ?? runs[0]
  if (!run) return 'This sweep has no runs.'
  if (run.state === 'queued')
    return 'Waits for the trainer. The dev set is scored after each epoch.'
  if (run.state !== 'running' && run.state !== 'stopping') {
    return `The run ${endedWords[run.state] ?? 'ended'} before the dev set was first scored.`
  }
  return 'The dev set is scored after each epoch.'
}

const endedWords: Partial<Record<RunState['state'], string>> = {
  stopped: 'was stopped',
  stoppedEarly: 'was stopped early',
  paused: 'was paused',
  failed: 'failed',
  diverged: 'diverged',
  interrupted: 'was interrupted',
}

const sentenceOfOne = (run: RunState): string => {
  const scores = scoreCurve(run, run.record.config.selectionMetric)
  const last = scores.at(-1)
  if (!last) {
    if (run.state !== 'done' || selectionScore(run) !== null) return ''
    return `The ${metricLabel(run.record.config.selectionMetric)} is undefined, as where all predictions are alike: it counts 0.`
  }
  const epoch = run.evaluations.at(-1)?.epoch ?? 0
  const after = `After epoch ${Math.round(epoch)} of ${run.record.config.epochs}`
  const before = scores.at(-2)
  if (!before) return `${after}.`
  const change = (last.y - before.y) * 100
  if (Math.abs(change) < 0.05) return `${after}, unchanged since the one before.`
  const direction = change > 0 ? 'up' : 'down'
  return `${after}, ${direction} ${Math.abs(change).toFixed(1)} on the one before.`
}
