import { formatDuration, formatRate, formatSpeed, stepTime } from '../../src/core/runs/describe.ts'
import type { RunState } from '../../src/core/runs/runState.ts'
import { element, setAttribute, setHidden, setText } from '../ui/dom.ts'
import { answerFor } from './answer.ts'

const factNames = [
  'Learning rate',
  'Batch',
  'Epochs',
  'Speed',
  'Step time',
  'Memory',
  'Time',
] as const
type FactName = (typeof factNames)[number]

/** The answer first: one big number, one sentence, the configuration it belongs to. */
export class AnswerStrip {
  readonly root: HTMLElement
  private readonly caption = element('p', { class: 'caption' })
  private readonly score = element('span', { class: 'score', testId: 'metric' })
  private readonly unit = element('span', { class: 'unit' })
  private readonly sentence = element('p', { class: 'sentence' })
  private readonly facts = new Map<FactName, { root: HTMLElement; value: HTMLElement }>()

  constructor() {
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
        element('p', { class: 'score-line' }, this.score, this.unit),
        this.sentence,
      ),
      list,
    )
  }

  update(runs: readonly RunState[]): void {
    const answer = answerFor(runs)
    setText(this.caption, answer.caption)
    setText(this.score, answer.score)
    setAttribute(this.score, 'data-value', answer.score)
    setAttribute(this.root, 'data-scored', String(answer.unit !== ''))
    setText(this.unit, answer.unit)
    setText(this.sentence, answer.sentence)
    const facts = answer.run ? factsOf(answer.run) : {}
    for (const name of factNames) {
      const fact = this.facts.get(name)
      if (!fact) continue
      setText(fact.value, facts[name] ?? '')
      setHidden(fact.root, facts[name] === undefined)
    }
  }
}

const factsOf = (run: RunState): Partial<Record<FactName, string>> => {
  const { config, seconds, peakMemoryMB } = run.record
  const step = stepTime(run)
  return {
    'Learning rate': formatRate(config.learningRate),
    Batch: String(config.batchSize),
    Epochs: String(config.epochs),
    ...(run.examplesPerSecond ? { Speed: formatSpeed(run.examplesPerSecond) } : {}),
    ...(step === null
      ? {}
      : {
          'Step time': step < 10_000 ? `${Math.round(step)} ms` : `${(step / 1000).toFixed(1)} s`,
        }),
    ...(peakMemoryMB === undefined ? {} : { Memory: `${(peakMemoryMB / 1024).toFixed(1)} GB` }),
    ...(seconds === undefined ? {} : { Time: formatDuration(seconds) }),
  }
}
