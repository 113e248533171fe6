import { element, setAttribute, setHidden, setText } from './dom.ts'
import { type MenuItem, menuButton } from './menu.ts'

export interface CardOptions {
  readonly title: string
  readonly testId: string
  readonly controls?: readonly HTMLElement[]
  readonly menu?: () => readonly MenuItem[]
}

/** A titled frame; what is in it is its maker's. */
export class Card {
  readonly root: HTMLElement
  readonly body = element('div', { class: 'card-body' })
  private readonly title: HTMLElement
  private readonly subtitle = element('span', { class: 'subtitle' })

  constructor({ title, testId, controls = [], menu }: CardOptions) {
    this.title = element('h2', {}, title)
    const tools = element('div', { class: 'card-tools' }, ...controls)
    if (menu)
      tools.append(
        menuButton({ label: '⋯', name: `${title}: more`, testId: `${testId}-menu`, items: menu }),
      )
    this.root = element(
      'section',
      { class: 'card', testId, 'aria-label': title },
      element(
        'div',
        { class: 'card-head' },
        element('div', { class: 'card-title' }, this.title, this.subtitle),
        tools,
      ),
      this.body,
    )
  }

  head(title: string, subtitle: string): void {
    setText(this.title, title)
    setText(this.subtitle, subtitle)
    setAttribute(this.root, 'aria-label', title)
  }

  set hidden(hidden: boolean) {
    setHidden(this.root, hidden)
  }

  get hidden(): boolean {
    return this.root.hidden !== false
  }
}

/** Where a table is wider than its card it scrolls, also by keyboard. */
export const scrolling = (label: string, ...children: readonly Node[]): HTMLElement =>
  element(
    'div',
    {
      class: 'table-scroll',
      tabindex: '0',
      role: 'region',
      'aria-label': label,
      'data-key': label,
    },
    ...children,
  )

/** A table of texts: the first row its head, the first column each row's name. */
export const plainTable = (
  [head = [], ...rows]: readonly (readonly string[])[],
  caption?: string,
): HTMLTableElement =>
  element(
    'table',
    { class: 'plain' },
    ...(caption === undefined ? [] : [element('caption', {}, caption)]),
    element(
      'thead',
      {},
      element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text))),
    ),
    element(
      'tbody',
      {},
      ...rows.map(([name = '', ...values]) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, name),
          ...values.map((value) => element('td', {}, value)),
        ),
      ),
    ),
  )
