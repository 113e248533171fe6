import type { MetricName } from '../../src/core/metrics/metrics.ts'
import type { SummaryRequest } from '../../src/core/protocol/summary.ts'
import {
  formatDuration,
  formatPercent,
  metricLabel,
  stateWord,
} from '../../src/core/runs/describe.ts'
import type { Glance } from '../../src/core/runs/glance.ts'
import { digitsFor, plural } from '../dashboard/words.ts'
import { element, setHidden, setText } from '../ui/dom.ts'
import { SmallGrid } from './smallGrid.ts'
import { sparkline } from './sparkline.ts'

/** The running sweep, or the newest one, at a glance. */
export class SummaryPage {
  readonly root: HTMLElement
  private readonly name = element('button', { class: 'name', type: 'button', testId: 'open' })
  private readonly heading = element('h1', {}, this.name)
  private readonly state = element('p', { class: 'state', testId: 'state' })
  private readonly bar = element('progress', { max: '1', 'aria-label': 'Progress' })
  private readonly best = element('p', { class: 'best', testId: 'best' })
  private readonly advice = element('p', { class: 'muted', testId: 'advice' })
  private readonly grid: SmallGrid
  private readonly live = element('div', { class: 'live', testId: 'live' })
  private readonly empty = element('p', { class: 'muted', testId: 'empty' }, 'Reading the runs…')
  private readonly parts: HTMLElement[]

  constructor(send: (request: SummaryRequest) => void) {
    this.grid = new SmallGrid((query) => send({ type: 'open', query }))
    this.name.addEventListener('click', () => send({ type: 'open' }))
    this.parts = [
      ...[this.heading, this.state, this.bar, this.best, this.advice],
      ...[this.grid.root, this.live],
    ]
    this.root = element('div', { class: 'summary' }, this.empty, ...this.parts)
    this.hideParts()
  }

  clear(): void {
    setText(this.empty, 'Nothing has run here yet.')
    this.hideParts()
  }

  update(glance: Glance, others: number): void {
    setHidden(this.empty, true)
    for (const part of this.parts) setHidden(part, false)
    const { summary, best } = glance
    setText(this.name, glance.name)
    this.name.title = `Open the dashboard of ${glance.name}`
    setText(this.state, stateOf(glance, others))
    setHidden(this.bar, !summary.active)
    this.bar.value = summary.progress
    setText(this.best, best ? bestOf(glance) : 'No run is finished yet.')
    setText(this.advice, adviceOf(glance))
    setHidden(this.advice, adviceOf(glance) === '')
    this.grid.update(glance)
    this.updateLive(glance)
  }

  private hideParts(): void {
    setHidden(this.empty, false)
    for (const part of this.parts) setHidden(part, true)
  }

  private updateLive({ live }: Glance): void {
    setHidden(this.live, live === null)
    if (!live) return
    const last = live.loss.at(-1)
    const loss = last === undefined ? '' : ` · loss ${last.toFixed(3)}`
    const said = `${live.what} · step ${live.step} of ${live.totalSteps || '…'}${loss}`
    this.live.replaceChildren(
      sparkline(live.loss, `Training loss of ${said}`),
      element('p', { class: 'muted' }, said),
    )
  }
}

const stateOf = ({ summary }: Glance, others: number): string => {
  const { finished, total, secondsLeft, active, progress } = summary
  const parts = [
    stateWord(summary.state),
    total > 1 ? `${finished} of ${total} runs done` : '',
    active ? formatPercent(progress) : '',
    secondsLeft === null ? '' : `${formatDuration(secondsLeft)} left`,
    others > 0 ? `${plural(others, 'other sweep')} running` : '',
  ]
  return parts.filter(Boolean).join(' · ')
}

const bestOf = ({ best, metric, summary }: Glance): string => {
  if (!best) return ''
  const digits = digitsFor(best.spread ?? undefined)
  const score = (100 * best.mean).toFixed(digits)
  const spread = best.spread === null ? '' : ` ± ${(100 * best.spread).toFixed(digits)}`
  const so = summary.total > 1 ? (summary.active ? 'Best so far: ' : 'Best: ') : ''
  return `${so}${metricLabel(metric as MetricName)} ${score}${spread}${summary.total > 1 ? `, ${best.what}` : ''}`
}

const adviceOf = ({ best, cells }: Glance): string => {
  if (!best || best.withinNoise === null || cells.length < 2) return ''
  return best.withinNoise === 0
    ? 'Better than every other cell by more than chance.'
    : `${plural(best.withinNoise, 'other cell')} within noise of it.`
}
