import type { DashboardRequest, SweepState } from '../../src/core/protocol/dashboard.ts'
import { describeChanged } from '../../src/core/runs/apart.ts'
import {
  activityWord,
  formatCount,
  formatDuration,
  formatPercent,
  isActive,
  modelName,
  stateWord,
} from '../../src/core/runs/describe.ts'
import type { RunState } from '../../src/core/runs/runState.ts'
import { type SweepSummary, summarize } from '../../src/core/runs/sweepSummary.ts'
import { button, setDisabled } from '../ui/controls.ts'
import { element, setAttribute, setHidden, setText } from '../ui/dom.ts'
import { troubleOf } from './notice.ts'
import { nameOfSweep } from './sweepView.ts'

/** Name, what it is made of, where it stands, and the buttons. */
export class Header {
  readonly root: HTMLElement
  private readonly name = element('h1', { testId: 'name', tabindex: '-1' })
  private readonly meta = element('p', { class: 'meta', testId: 'meta' })
  private readonly state = element('span', { class: 'badge', testId: 'state' })
  private readonly activity = element('span', { class: 'activity', testId: 'activity' })
  private readonly bar = element('div', { class: 'bar' })
  private readonly progress = element(
    'div',
    {
      class: 'progress',
      role: 'progressbar',
      testId: 'progress',
      'aria-label': 'Training progress',
      'aria-valuemin': '0',
      'aria-valuemax': '100',
    },
    this.bar,
  )
  private readonly announcement = element('p', { class: 'visually-hidden', 'aria-live': 'polite' })
  private readonly pause: HTMLElement
  private readonly stop: HTMLElement
  private readonly seeds: HTMLElement
  private readonly resume: HTMLElement

  constructor(send: (request: DashboardRequest) => void) {
    this.pause = button({
      label: 'Pause',
      testId: 'pause',
      onClick: () => send({ type: 'pause' }),
    })
    this.seeds = button({
      label: 'Add Seeds…',
      testId: 'add-seeds',
      onClick: () => send({ type: 'addSeeds', cells: [], count: 0 }),
    })
    const exporter = button({
      label: 'Export…',
      testId: 'export',
      onClick: () => send({ type: 'export' }),
    })
    this.stop = button({
      label: 'Stop',
      testId: 'stop',
      onClick: () => send({ type: 'stop' }),
    })
    this.resume = button({
      label: 'Resume',
      kind: 'primary',
      testId: 'resume',
      onClick: () => send({ type: 'resume' }),
    })
    const log = button({
      label: 'Log',
      name: 'Show Log',
      testId: 'show-log',
      onClick: () => send({ type: 'showLog' }),
    })
    this.root = element(
      'header',
      {},
      element(
        'div',
        { class: 'head-row' },
        element('div', { class: 'head-text' }, this.name, this.meta),
        element(
          'div',
          { class: 'buttons' },
          this.resume,
          this.pause,
          this.stop,
          this.seeds,
          exporter,
          log,
        ),
      ),
      element('p', { class: 'status-line' }, this.state, this.activity),
      this.progress,
      this.announcement,
    )
  }

  update(view: SweepState, trusted: boolean): void {
    const summary = summarize(view.runs)
    const meta = describeSweep(view)
    const name = nameOfSweep(view.sweep, view.marks)
    setText(this.name, name)
    setAttribute(this.name, 'title', name)
    setText(this.meta, meta)
    setAttribute(this.meta, 'title', meta)
    setText(this.state, stateWord(summary.state))
    setAttribute(this.state, 'data-state', summary.state)
    setText(this.activity, describeActivity(view, summary))
    const percent = Math.round(summary.progress * 100)
    setAttribute(this.progress, 'aria-valuenow', String(percent))
    setAttribute(this.progress, 'aria-valuetext', formatPercent(summary.progress))
    setAttribute(this.progress, 'data-state', summary.state)
    this.bar.style.width = `${(summary.progress * 100).toFixed(2)}%`
    setHidden(this.pause, !summary.active || !trusted || summary.state === 'stopping')
    setHidden(this.seeds, !trusted || summary.active)
    setHidden(this.stop, !summary.active || !trusted)
    setDisabled(this.stop, summary.state === 'stopping')
    setText(this.stop, summary.state === 'stopping' ? 'Stopping…' : 'Stop')
    // Where something went wrong the notice below has the button.
    setHidden(this.resume, !summary.resumable || !trusted || Boolean(troubleOf(view)?.wayOn))
    setText(this.announcement, `${name}: ${stateWord(summary.state)}`)
  }
}

const describeSweep = ({ sweep, runs }: SweepState): string => {
  const first = runs.find(({ trainExamples }) => trainExamples > 0) ?? runs[0]
  if (!first) return sweep.head
  const { config } = first.record
  return [
    config.head,
    modelName(config.model),
    first.trainExamples > 0
      ? `${formatCount(first.trainExamples)} train, ${formatCount(first.devExamples)} dev`
      : modelName(config.data.train),
    `${config.precision} on ${config.backend}`,
    ...(sweep.apart
      ? [`not ranked with ${sweep.apart.from}: ${describeChanged(sweep.apart)}`]
      : []),
  ].join(' · ')
}

const describeActivity = ({ runs }: SweepState, summary: SweepSummary): string => {
  const working = runs.find(({ state }) => state === 'running' || state === 'stopping')
  const run = working ?? (runs.length === 1 ? runs[0] : undefined)
  const parts: string[] = []
  if (summary.total > 1) parts.push(`${summary.finished} of ${summary.total} runs done`)
  if (run) parts.push(...describeRun(run))
  if (summary.secondsLeft !== null) parts.push(`about ${formatDuration(summary.secondsLeft)} left`)
  return parts.join(' · ')
}

const describeRun = (run: RunState): string[] => {
  const parts: string[] = []
  const { epochs } = run.record.config
  if (run.state === 'running' && activityWord(run) !== 'running') parts.push(activityWord(run))
  if (run.totalSteps > 0) {
    parts.push(`step ${formatCount(run.step)} of ${formatCount(run.totalSteps)}`)
    if (run.state !== 'done')
      parts.push(`epoch ${Math.min(run.epoch, epochs).toFixed(1)} of ${epochs}`)
  }
  const { seconds } = run.record
  if (seconds !== undefined && !isActive(run.state)) parts.push(`took ${formatDuration(seconds)}`)
  return parts
}
