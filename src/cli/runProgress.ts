import {
  activityWord,
  describeConfig,
  formatDuration,
  formatLoss,
  formatScore,
  formatSpeed,
  metricLabel,
  progressOf,
} from '../core/runs/describe.ts'
import type { RunEvent } from '../core/runs/events.ts'
import type { RunState } from '../core/runs/runState.ts'

interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Shows runs as they go: one moving line on a terminal, plain lines elsewhere. */
export interface RunProgress {
  /** A run's state after an event. */
  show(run: RunState, event: RunEvent): void
  /** A line of its own. */
  say(text: string): void
  end(): void
}

export const runProgress = (total: number, screen: Screen = process.stderr): RunProgress =>
  screen.isTTY ? movingLine(total, screen) : plainLines(total, screen)

const barWidth = 20
const redrawMs = 80
const plainParts = 10

const movingLine = (total: number, screen: Screen): RunProgress => {
  let drawn = 0
  let open = false
  const clear = () => {
    if (open) screen.write('\r\u001b[K')
    open = false
  }
  const say = (text: string) => {
    clear()
    screen.write(`${text}\n`)
  }
  return {
    say,
    show: (run, event) => {
      const line = eventLine(run, event, total)
      if (line) say(line)
      if (event.type === 'finished') return
      if (event.type === 'step' && Date.now() - drawn < redrawMs) return
      drawn = Date.now()
      clear()
      screen.write(barLine(run).slice(0, Math.max(20, (screen.columns ?? 80) - 1)))
      open = true
    },
    end: clear,
  }
}

const barLine = (run: RunState): string => {
  if (run.totalSteps === 0) return `${activityWord(run)} …`
  const share = progressOf(run)
  const full = Math.round(share * barWidth)
  const bar = '█'.repeat(full) + '░'.repeat(barWidth - full)
  return [`${bar} ${Math.floor(share * 100)} %`, ...figures(run)].join('  ')
}

const figures = (run: RunState): string[] => {
  const { epochs } = run.record.config
  const loss = run.curves.loss.at(-1)
  const parts = [`epoch ${run.epoch.toFixed(1)}/${epochs}`]
  if (loss !== undefined) parts.push(`loss ${formatLoss(loss)}`)
  if (run.examplesPerSecond !== null) parts.push(formatSpeed(run.examplesPerSecond))
  if (run.secondsLeft !== null) parts.push(`${formatDuration(run.secondsLeft)} left`)
  return parts
}

/** A line per tenth of each run. */
const plainLines = (total: number, screen: Screen): RunProgress => {
  const shown = new Map<string, number>()
  const say = (text: string) => {
    screen.write(`${text}\n`)
  }
  return {
    say,
    show: (run, event) => {
      const line = eventLine(run, event, total)
      if (line) say(line)
      if (event.type !== 'step') return
      const part = Math.floor(progressOf(run) * plainParts)
      if (part <= (shown.get(run.record.id) ?? 0)) return
      shown.set(run.record.id, part)
      say(`step ${run.step}/${run.totalSteps}  ${figures(run).join('  ')}`)
    },
    end: () => {},
  }
}

/** What is worth a line for itself. */
const eventLine = (run: RunState, event: RunEvent, total: number): string | undefined => {
  const id = total > 1 ? `${run.record.id}: ` : ''
  if (event.type === 'started') {
    const resumed = event.resumedFrom > 0 ? `, from step ${event.resumedFrom}` : ''
    return `${run.record.id}: ${describeConfig(run)} · seed ${run.record.seed} · ${event.trainExamples} train, ${event.devExamples} dev · ${event.backend} ${event.precision}${resumed}`
  }
  if (event.type === 'log') return `${id}${event.message}`
  if (event.type === 'evaluation') {
    const { selectionMetric } = run.record.config
    const loss = event.metrics.loss
    return `${id}epoch ${event.epoch}: ${metricLabel(selectionMetric)} ${formatScore(event.metrics[selectionMetric])}${typeof loss === 'number' ? `, dev loss ${formatLoss(loss)}` : ''}`
  }
  if (event.type !== 'finished') return undefined
  const reason = event.reason === undefined ? '' : `: ${event.reason}`
  return `${id}${event.state} after ${formatDuration(event.seconds)}${reason}`
}
