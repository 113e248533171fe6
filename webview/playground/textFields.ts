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

/** What goes into the model: one text, or two. */
export class TextFields {
  readonly root: HTMLElement
  private readonly first = field('text')
  private readonly second = field('text-pair')
  private task: PlaygroundTask = 'sentence'

  constructor(changed: () => void) {
    this.root = element('div', { class: 'fields' }, this.first.root, this.second.root)
    for (const { area } of [this.first, this.second]) area.addEventListener('input', changed)
    setHidden(this.root, true)
  }

  use(task: PlaygroundTask, { text, textPair = '' }: PlayTexts): void {
    this.task = task
    const [one, two] = names[task]
    setText(this.first.name, one)
    setText(this.second.name, two ?? '')
    setHidden(this.second.root, two === undefined)
    this.first.area.value = text
    this.second.area.value = textPair
    this.second.area.rows = task === 'qa' ? 4 : 2
    setHidden(this.root, false)
  }

  focus(): void {
    this.first.area.focus()
  }

  get texts(): PlayTexts {
    const text = this.first.area.value
    const textPair = this.second.area.value
    const one = names[this.task][1] === undefined || (this.task === 'either' && textPair === '')
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
