import type { DashboardRequest } from '../../src/core/protocol/dashboard.ts'
import { button, progressRing } from '../ui/controls.ts'
import { element } from '../ui/dom.ts'

type Send = (request: DashboardRequest) => void

const slowMs = 10_000

/** Until the snapshot is there; after a while with a way on. */
export const loadingPage = (send: Send): HTMLElement[] => {
  const text = element('h1', { tabindex: '-1' }, 'Reading the runs…')
  const more = element('p')
  const ways = element('div', { class: 'buttons' })
  setTimeout(() => {
    if (!text.isConnected) return
    text.textContent = 'Still reading the runs…'
    more.textContent = 'The window may have lost its connection to the extension.'
    ways.replaceChildren(
      button({ label: 'Ask Again', kind: 'primary', onClick: () => send({ type: 'ready' }) }),
      button({ label: 'Show Log', onClick: () => send({ type: 'showLog' }) }),
    )
  }, slowMs)
  return [
    element(
      'section',
      { class: 'page', testId: 'loading', role: 'status' },
      progressRing(),
      text,
      more,
      ways,
    ),
  ]
}

export const missingPage = (reason: string, send: Send): HTMLElement[] => [
  element(
    'section',
    { class: 'page', testId: 'missing' },
    element('h1', { tabindex: '-1' }, 'Nothing to show'),
    element('p', {}, reason),
    element(
      'div',
      { class: 'buttons' },
      button({ label: 'Fine-Tune…', kind: 'primary', onClick: () => send({ type: 'startNew' }) }),
      button({ label: 'Look Again', onClick: () => send({ type: 'ready' }) }),
      button({ label: 'Show Log', onClick: () => send({ type: 'showLog' }) }),
    ),
  ),
]

/** A sweep whose runs were all deleted, or none of which can be read. */
export const emptyPage = (name: string, unread: number, send: Send): HTMLElement[] => [
  element(
    'section',
    { class: 'page', testId: 'empty' },
    element('h1', { tabindex: '-1' }, name),
    element(
      'p',
      {},
      unread === 0
        ? 'This sweep has no runs: they were deleted, or it was never launched.'
        : `None of its ${unread} runs can be read: their records (run.json) are damaged or gone. The log says more.`,
    ),
    element(
      'div',
      { class: 'buttons' },
      button({ label: 'Fine-Tune…', kind: 'primary', onClick: () => send({ type: 'startNew' }) }),
      button({ label: 'Look Again', onClick: () => send({ type: 'ready' }) }),
      button({ label: 'Show Log', onClick: () => send({ type: 'showLog' }) }),
    ),
  ),
]
