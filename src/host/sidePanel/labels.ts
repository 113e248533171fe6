import { describeApart, describeChanged } from '../../core/runs/apart.ts'
import {
  activityWord,
  describeConfig,
  formatDuration,
  formatPercent,
  formatRate,
  formatScore,
  formatSpeed,
  isActive,
  isResumable,
  metricLabel,
  modelName,
  progressOf,
  selectionScore,
  stateWord,
} from '../../core/runs/describe.ts'
import { bestScore } from '../../core/runs/glance.ts'
import { markOf, noMarks } from '../../core/runs/markOf.ts'
import type { Marks } from '../../core/runs/marks.ts'
import type { SweepRecord } from '../../core/runs/records.ts'
import type { DisplayState, RunState } from '../../core/runs/runState.ts'
import { summarize } from '../../core/runs/sweepSummary.ts'

/** What a line of the side panel says; VS Code's own types come in at tree.ts. */
export interface Label {
  readonly label: string
  readonly description: string
  readonly icon: string
  /** Id of a theme colour. The icon's shape and the words say the same. */
  readonly color: string | undefined
  readonly contextValue: string
  readonly tooltip: readonly string[]
}

const icons: Record<DisplayState, readonly [icon: string, color?: string]> = {
  queued: ['circle-outline'],
  running: ['sync~spin', 'charts.blue'],
  stopping: ['loading~spin'],
  done: ['pass', 'testing.iconPassed'],
  stopped: ['circle-slash'],
  failed: ['error', 'testing.iconFailed'],
  diverged: ['flame', 'testing.iconFailed'],
  stoppedEarly: ['circle-slash'],
  paused: ['debug-pause', 'charts.yellow'],
  interrupted: ['debug-disconnect', 'problemsWarningIcon.foreground'],
}

/** What the menus of package.json ask for. */
const context = (kind: string, traits: Readonly<Record<string, boolean | undefined>>): string =>
  [kind, ...Object.keys(traits).filter((trait) => traits[trait])].join(' ')

const scoreOf = (run: RunState): string | undefined => {
  const score = selectionScore(run)
  if (score === null) return undefined
  return `${metricLabel(run.record.config.selectionMetric)} ${formatScore(score)}`
}

const timeLeft = (seconds: number | null): string | undefined =>
  seconds === null ? undefined : `${formatDuration(seconds)} left`

const join = (parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(' · ')

/** Only what differs between the sweep's runs: a side panel is narrow. */
const shortConfig = (run: RunState, runs: readonly RunState[]): string => {
  const { config } = run.record
  const differs = (key: 'learningRate' | 'batchSize' | 'epochs' | 'seed') =>
    runs.some((other) => other.record.config[key] !== config[key])
  const parts = [
    differs('learningRate') ? formatRate(config.learningRate) : undefined,
    differs('batchSize') ? `b${config.batchSize}` : undefined,
    differs('epochs') ? `${config.epochs} ep` : undefined,
    differs('seed') ? `seed ${config.seed}` : undefined,
  ]
  return join(parts) || `run ${run.record.id}`
}

const starred = (star: boolean | undefined, text: string): string => (star ? `★ ${text}` : text)

export const runLabel = (
  run: RunState,
  runs: readonly RunState[],
  marks: Marks = noMarks,
): Label => {
  const [icon, color] = icons[run.state]
  const mark = markOf(marks, run.record.id)
  const { config } = run.record
  const working = run.state === 'running' || run.state === 'stopping'
  const begun = run.totalSteps > 0 && run.state !== 'done'
  const usable = run.state === 'done' && !run.record.weightsDeleted
  return {
    label: starred(mark.star, mark.name ?? shortConfig(run, runs)),
    description: join([
      mark.archived ? 'archived' : undefined,
      activityWord(run),
      begun && run.state !== 'queued' ? formatPercent(progressOf(run)) : undefined,
      selectionScore(run) === null ? undefined : formatScore(selectionScore(run)),
      working ? timeLeft(run.secondsLeft) : undefined,
    ]),
    icon,
    color,
    contextValue: context('run', {
      active: isActive(run.state),
      resumable: isResumable(run.state),
      waiting: run.state === 'queued',
      broken: run.state === 'failed' || run.state === 'diverged',
      usable,
      tagging: config.head === 'token' && usable,
      starred: mark.star,
      archived: mark.archived,
    }),
    tooltip: [
      `Run ${run.record.id}: ${stateWord(run.state)}`,
      ...(mark.note === undefined ? [] : [`Note: ${mark.note}`]),
      `${describeConfig(run)} · seed ${run.record.seed}`,
      ...(run.record.reason ? [run.record.reason] : []),
      ...(scoreOf(run) ? [`${scoreOf(run)} on dev`] : []),
      `${modelName(config.model)}, ${config.head} head`,
      `${config.backend}, ${config.precision}`,
      ...(run.examplesPerSecond ? [formatSpeed(run.examplesPerSecond)] : []),
      ...(run.record.seconds === undefined ? [] : [`took ${formatDuration(run.record.seconds)}`]),
    ],
  }
}

/** Of the finished runs; the best of several dev scores is an optimistic number, so it says *dev*. */
const bestText = (runs: readonly RunState[]): string | undefined => {
  const best = bestScore(runs)
  const [first] = runs
  if (!best || !first) return undefined
  const spread = best.spread === null ? '' : ` ± ${formatScore(best.spread)}`
  const metric = metricLabel(first.record.config.selectionMetric)
  return `${runs.length > 1 ? 'best ' : ''}${metric} ${formatScore(best.mean)}${spread} on dev`
}

export const sweepLabel = (
  sweep: SweepRecord,
  runs: readonly RunState[],
  { sweep: mark }: Marks = noMarks,
): Label => {
  const summary = summarize(runs)
  const [icon, color] = icons[summary.state]
  const count = summary.total > 1 ? `${summary.finished} of ${summary.total} done` : undefined
  return {
    label: starred(mark.star, mark.name ?? sweep.name),
    description: join([
      mark.archived ? 'archived' : undefined,
      sweep.apart && describeChanged(sweep.apart),
      stateWord(summary.state),
      summary.active ? formatPercent(summary.progress) : undefined,
      count,
      bestText(runs),
      timeLeft(summary.secondsLeft),
    ]),
    icon,
    color,
    contextValue: context('sweep', {
      active: summary.active,
      resumable: summary.resumable,
      starred: mark.star,
      archived: mark.archived,
    }),
    tooltip: [
      sweep.name,
      ...(mark.note === undefined ? [] : [`Note: ${mark.note}`]),
      `${sweep.head} head, ${modelName(runs[0]?.record.config.model ?? sweep.experiment.model ?? '')}`,
      ...(sweep.apart ? [describeApart(sweep.apart)] : []),
      `launched ${new Date(sweep.created).toLocaleString()}`,
    ],
  }
}

/** Text of the status bar while something trains; undefined where nothing does. */
export const statusText = (sweeps: readonly (readonly RunState[])[]): string | undefined => {
  const active = sweeps.map(summarize).filter((summary) => summary.active)
  if (active.length === 0) return undefined
  const progress = active.reduce((sum, { progress }) => sum + progress, 0) / active.length
  const lefts = active.flatMap(({ secondsLeft }) => (secondsLeft === null ? [] : [secondsLeft]))
  const runs = active.reduce((sum, { total, finished }) => sum + total - finished, 0)
  const spin = active.some(({ state }) => state !== 'queued') ? '$(sync~spin)' : '$(clock)'
  return `${spin} ${join([
    `Headway ${formatPercent(progress)}`,
    runs > 1 ? `${runs} runs` : undefined,
    lefts.length ? `${formatDuration(Math.max(...lefts))} left` : undefined,
  ])}`
}
