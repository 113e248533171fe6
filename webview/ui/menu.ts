import { element, setAttribute, setHidden } from './dom.ts'

export interface MenuItem {
  readonly label: string
  readonly run: () => void
}

export interface MenuOptions {
  readonly label: string
  /** What a screen reader says, and what hovering shows. */
  readonly name: string
  readonly testId?: string
  /** Asked each time the menu opens. */
  readonly items: () => readonly MenuItem[]
}

/** A button that opens a short list of actions: arrow keys choose, Enter runs, Escape closes. */
export const menuButton = ({ label, name, testId, items }: MenuOptions): HTMLElement => {
  const opener = element(
    'button',
    {
      class: 'icon-button',
      type: 'button',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      'aria-label': name,
      title: name,
      ...(testId ? { testId } : {}),
    },
    label,
  )
  const list = element('div', { class: 'menu', role: 'menu', 'aria-label': name })
  setHidden(list, true)
  const root = element('div', { class: 'menu-root' }, opener, list)

  const close = (): void => {
    if (list.hidden) return
    setHidden(list, true)
    list.replaceChildren()
    setAttribute(opener, 'aria-expanded', 'false')
  }
  const open = (): void => {
    list.replaceChildren(
      ...items().map((item) => {
        const entry = element(
          'button',
          { class: 'menu-item', type: 'button', role: 'menuitem', tabindex: '-1' },
          item.label,
        )
        entry.addEventListener('click', () => {
          opener.focus()
          close()
          item.run()
        })
        return entry
      }),
    )
    setHidden(list, false)
    setAttribute(opener, 'aria-expanded', 'true')
    focusEntry(list, 0)
  }
  opener.addEventListener('click', () => (list.hidden ? open() : close()))
  list.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      close()
      opener.focus()
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      focusEntry(list, focusedEntry(list) + (event.key === 'ArrowDown' ? 1 : -1))
    } else if (event.key === 'Home' || event.key === 'End') {
      focusEntry(list, event.key === 'Home' ? 0 : -1)
    } else return
    event.preventDefault()
    event.stopPropagation()
  })
  root.addEventListener('focusout', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node) || !root.contains(relatedTarget)) close()
  })
  return root
}

const focusedEntry = (list: HTMLElement): number =>
  [...list.children].indexOf(document.activeElement ?? list)

const focusEntry = (list: HTMLElement, at: number): void => {
  const count = list.children.length
  const entry = list.children[(at + count) % Math.max(1, count)]
  if (entry instanceof HTMLElement) entry.focus()
}
