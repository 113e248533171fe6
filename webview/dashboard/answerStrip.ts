import type { DashboardRequest } from '../../src/core/protocol/dashboard.ts'
import { formatDuration, formatRate, formatSpeed } from '../../src/core/runs/describe.ts'
import type { RunState } from '../../src/core/runs/runState.ts'
import { button } from '../ui/controls.ts'
import { element, setAttribute, setHidden, setText } from '../ui/dom.ts'
import { replaceKeepingFocus } from '../ui/focus.ts'
import { answerFor, type NextStep } from './answer.ts'
import type { SweepView } from './sweepView.ts'

const factNames = ['Learning rate', 'Batch', 'Epochs', 'Speed', 'Memory', 'Time'] as const
type FactName = (typeof factNames)[number]

/** The answer first: one big number, one sentence, the configuration it belongs to, the next step. */
export class AnswerStrip {
  readonly root: HTMLElement
  private readonly caption = element('p', { class: 'caption' })
  private readonly score = element('span', { class: 'score', testId: 'metric' })
  private readonly spread = element('span', { class: 'spread' })
  private readonly unit = element('span', { class: 'unit' })
  private readonly sentence = element('p', { class: 'answer-sentence', testId: 'answer' })
  private readonly advice = element('p', { class: 'sentence', testId: 'advice' })
  private readonly steps = element('div', { class: 'buttons' })
  private readonly facts = new Map<FactName, { root: HTMLElement; value: HTMLElement }>()
  private shownSteps = ''

  constructor(private readonly send: (request: DashboardRequest) => void) {
    const list = element('dl', { class: 'facts' })
    for (const name of factNames) {
      const value = element('dd', { testId: `fact-${name.toLowerCase().replaceAll(' ', '-')}` })
      const root = element('div', {}, element('dt', {}, name), value)
      this.facts.set(name, { root, value })
      list.append(root)
    }
    this.root = element(
      'section',
      { class: 'answer', 'aria-label': 'Result so far' },
      element(
        'div',
        { class: 'answer-main' },
        this.caption,
        element('p', { class: 'score-line' }, this.score, this.spread, this.unit),
      ),
      element('div', { class: 'answer-words' }, this.sentence, this.advice, list),
      this.steps,
    )
  }

  /** @param unjudged why the runs could not be held against each other */
  update(sweep: SweepView, trusted: boolean, unjudged?: string): void {
    const answer = answerFor(sweep)
    const advice =
      unjudged === undefined ? answer.advice : `What is noise is not known: ${unjudged}`
    setText(this.caption, answer.caption)
    setText(this.score, answer.score)
    setAttribute(this.score, 'data-value', answer.score)
    setAttribute(this.root, 'data-scored', String(answer.unit !== ''))
    setText(this.spread, answer.spread)
    setText(this.unit, answer.unit)
    setText(this.sentence, answer.sentence)
    setText(this.advice, advice)
    setHidden(this.advice, advice === '')
    const facts = answer.run ? factsOf(answer.run, sweep) : {}
    for (const name of factNames) {
      const fact = this.facts.get(name)
      if (!fact) continue
      setText(fact.value, facts[name] ?? '')
      setHidden(fact.root, facts[name] === undefined)
    }
    this.updateSteps(trusted ? answer.next : [])
  }

  private updateSteps(next: readonly NextStep[]): void {
    const signature = JSON.stringify(next)
    if (signature === this.shownSteps) return
    this.shownSteps = signature
    replaceKeepingFocus(
      this.steps,
      ...next.map((step, at) =>
        button({
          label: step.label,
          kind: at === next.length - 1 ? 'primary' : 'secondary',
          testId: `next-${step.type}`,
          onClick: () => this.take(step),
        }),
      ),
    )
  }

  private take(step: NextStep): void {
    if (step.type === 'addSeeds') {
      this.send({ type: 'addSeeds', cells: [...step.cells], count: step.count })
    } else this.send({ type: 'annotateWith', run: step.run })
  }
}

/** Of one run its configuration; of many the sentence names it. */
const factsOf = (run: RunState, sweep: SweepView): Partial<Record<FactName, string>> => {
  const { config, seconds, peakMemoryMB } = run.record
  if (sweep.cells.length > 1) return {}
  return {
    'Learning rate': formatRate(config.learningRate),
    Batch: String(config.batchSize),
    Epochs: String(config.epochs),
    ...(run.examplesPerSecond ? { Speed: formatSpeed(run.examplesPerSecond) } : {}),
    ...(peakMemoryMB === undefined ? {} : { Memory: `${(peakMemoryMB / 1024).toFixed(1)} GB` }),
    ...(seconds === undefined ? {} : { Time: formatDuration(seconds) }),
  }
}
