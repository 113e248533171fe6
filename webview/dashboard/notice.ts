import type { DashboardRequest, SweepState } from '../../src/core/protocol/dashboard.ts'
import { button } from '../ui/controls.ts'
import { element, setAttribute, setHidden, setText } from '../ui/dom.ts'

interface Trouble {
  readonly kind: 'error' | 'warning'
  readonly title: string
  readonly text: string
  /** What its button says that puts runs back in line; empty: that would not help. */
  readonly wayOn: string
}

/** What went wrong, in words, and the way on. */
export class Notice {
  readonly root: HTMLElement
  private readonly title = element('h2')
  private readonly text = element('p', { testId: 'notice-text' })
  private readonly action: HTMLElement
  private readonly ask: HTMLElement
  private disconnected = false

  constructor(send: (request: DashboardRequest) => void) {
    this.action = button({
      label: 'Resume',
      kind: 'primary',
      testId: 'notice-resume',
      onClick: () => send({ type: 'resume' }),
    })
    this.ask = button({
      label: 'Ask Again',
      kind: 'primary',
      onClick: () => send({ type: 'ready' }),
    })
    const log = button({ label: 'Show Log', onClick: () => send({ type: 'showLog' }) })
    this.root = element(
      'section',
      { class: 'notice', testId: 'notice', 'aria-label': 'What went wrong' },
      element('div', { role: 'status' }, this.title, this.text),
      element('div', { class: 'buttons' }, this.action, this.ask, log),
    )
  }

  /** The host does not answer any more. */
  setDisconnected(disconnected: boolean): void {
    this.disconnected = disconnected
  }

  update(view: SweepState, trusted: boolean): void {
    const trouble = this.disconnected ? lostConnection : troubleOf(view)
    setHidden(this.root, trouble === undefined)
    if (!trouble) return
    setAttribute(this.root, 'data-kind', trouble.kind)
    setText(this.title, trouble.title)
    setText(this.text, trouble.text)
    setText(this.action, trouble.wayOn)
    setHidden(this.action, !trusted || this.disconnected || trouble.wayOn === '')
    setHidden(this.ask, !this.disconnected)
  }
}

const lostConnection: Trouble = {
  kind: 'warning',
  title: 'No news from the extension',
  text: 'What is shown may be old. A training that was running goes on without this window.',
  wayOn: '',
}

export const troubleOf = ({ sweep, runs }: SweepState): Trouble | undefined => {
  const failed = runs.find(({ state }) => state === 'failed')
  if (failed) {
    return {
      kind: 'error',
      title: runs.length > 1 ? 'A run failed' : 'The run failed',
      text: failed.record.reason ?? 'The trainer gave no reason; its log may.',
      wayOn: 'Run Again',
    }
  }
  const diverged = runs.find(({ state }) => state === 'diverged')
  if (diverged) {
    const advice = 'A smaller learning rate usually helps.'
    return {
      kind: 'error',
      title: 'The loss is no number any more',
      text: [diverged.record.reason, advice].filter(Boolean).join(' '),
      wayOn: 'Run Again',
    }
  }
  if (runs.some(({ state }) => state === 'interrupted')) {
    return {
      kind: 'warning',
      title: 'The trainer is gone',
      text: 'It ended without a word: killed, out of memory, or the machine restarted. All that it reported is kept; Resume goes on from the last checkpoint.',
      wayOn: 'Resume',
    }
  }
  return unreadTrouble(sweep.runs, runs)
}

const unreadTrouble = (ids: readonly string[], runs: SweepState['runs']): Trouble | undefined => {
  const read = new Set(runs.map(({ record }) => record.id))
  const [first, ...others] = ids.filter((id) => !read.has(id))
  if (first === undefined) return undefined
  return {
    kind: 'warning',
    title:
      others.length === 0 ? 'A run cannot be read' : `${others.length + 1} runs cannot be read`,
    text: `The record of run ${first}${others.length === 0 ? '' : ' and others'} (run.json) is damaged or gone: it is neither shown nor counted. The log says more.`,
    wayOn: '',
  }
}
