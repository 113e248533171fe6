import type { MetricName } from '../../src/core/metrics/metrics.ts'
import {
  bestRun,
  formatScore,
  metricLabel,
  scoreCurve,
  selectionScore,
} from '../../src/core/runs/describe.ts'
import type { RunState } from '../../src/core/runs/runState.ts'

/** What a person would say of a sweep, before any chart. */
export interface Answer {
  readonly caption: string
  readonly score: string
  readonly unit: string
  readonly sentence: string
  /** The run that the answer speaks of. */
  readonly run: RunState | undefined
}

export const answerFor = (runs: readonly RunState[]): Answer => {
  const best = bestRun(runs)
  const metric = metricOf(runs)
  if (!best) {
    return {
      caption: `Dev ${metricLabel(metric)}`,
      score: '–',
      unit: '',
      sentence: sentenceBefore(runs),
      run: runs[0],
    }
  }
  const over = runs.every((run) => run.state === 'done')
  const many = runs.length > 1
  return {
    caption: many ? (over ? 'Best run' : 'Best so far') : over ? 'Result' : 'So far',
    score: formatScore(selectionScore(best)),
    unit: `${metricLabel(metric)}${many ? ', chosen on dev' : ' on dev'}`,
    sentence: many ? sentenceOfMany(runs) : sentenceOfOne(best, metric),
    run: best,
  }
}

const metricOf = (runs: readonly RunState[]): MetricName =>
  runs[0]?.record.config.selectionMetric ?? 'accuracy'

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
  failed: 'failed',
  diverged: 'diverged',
  interrupted: 'was interrupted',
}

const sentenceOfOne = (run: RunState, metric: MetricName): string => {
  const scores = scoreCurve(run, metric)
  const last = scores.at(-1)
  if (!last) return ''
  const epoch = run.evaluations.at(-1)?.epoch ?? 0
  const after = `After epoch ${Math.round(epoch)} of ${run.record.config.epochs}`
  const before = scores.at(-2)
  if (!before) return `${after}.`
  const change = (last.y - before.y) * 100
  if (Math.abs(change) < 0.05) return `${after}, unchanged since the one before.`
  const direction = change > 0 ? 'up' : 'down'
  return `${after}, ${direction} ${Math.abs(change).toFixed(1)} on the one before.`
}

const sentenceOfMany = (runs: readonly RunState[]): string => {
  const scores = runs.flatMap((run) => selectionScore(run) ?? [])
  if (scores.length < 2) return 'The only run with a score yet.'
  const [first = 0, second = 0] = [...scores].sort((a, b) => b - a)
  const ahead = ((first - second) * 100).toFixed(1)
  return `${ahead} ahead of the next, of ${scores.length} runs with a score.`
}
