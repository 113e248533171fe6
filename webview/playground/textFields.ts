import {
  longestPlayText,
  type PlaygroundTask,
  type PlayTexts,
} from '../../src/core/protocol/playground.ts'
import { element, setHidden, setText } from '../ui/dom.ts'

/** What the two fields are called; without a second one there is but the first. */
const names: Readonly<Record<PlaygroundTask, readonly [string, string?]>> = {
  sentence: ['Text'],
  token: ['Text'],
  pair: ['First text', 'Second text'],
  either: ['Text', 'Second text, if it takes two'],
  qa: ['Question', 'Context'],
}

const readOne: readonly PlaygroundTask[] = ['sentence', 'token', 'either']
const readTwo: readonly PlaygroundTask[] = ['pair', 'either']

/** Whether what was written for one model can be given to another. */
export const goesAlong = (
  from: PlaygroundTask,
  to: PlaygroundTask,
  { textPair }: PlayTexts,
): boolean =>
  from === to ||
  [textPair ? readTwo : readOne].some((all) => all.includes(from) && all.includes(to))

/** What goes into the model: one text, or two. */
export class TextFields {
  readonly root: HTMLElement
  private readonly first = field('text')
  private readonly second = field('text-pair')
  private current: PlaygroundTask | undefined

  constructor(changed: () => void) {
    this.root = element('div', { class: 'fields' }, this.first.root, this.second.root)
    for (const { area } of [this.first, this.second]) area.addEventListener('input', changed)
    setHidden(this.root, true)
  }

  use(task: PlaygroundTask, { text, textPair = '' }: PlayTexts): void {
    this.current = task
    const [one, two] = names[task]
    setText(this.first.name, one)
    setText(this.second.name, two ?? '')
    setHidden(this.second.root, two === undefined)
    this.first.area.value = text
    this.second.area.value = textPair
    this.second.area.rows = task === 'qa' ? 4 : 2
    setHidden(this.root, false)
  }

  /** Undefined before there is a model. */
  get task(): PlaygroundTask | undefined {
    return this.current
  }

  focus(): void {
    this.first.area.focus()
  }

  get texts(): PlayTexts {
    const text = this.first.area.value
    const textPair = this.second.area.value
    const { task = 'sentence' } = this
    const one = names[task][1] === undefined || (task === 'either' && textPair === '')
    return one ? { text } : { text, textPair }
  }
}

const field = (testId: string) => {
  const area = element('textarea', {
    testId,
    rows: '2',
    maxlength: String(longestPlayText),
    spellcheck: 'false',
  })
  const name = element('span', {})
  return { area, name, root: element('label', { class: 'field' }, name, area) }
}
