import { element, setAttribute, setHidden, setText } from '../ui/dom.ts'
import { type Tab, tabs, type View } from './view.ts'

const names: Record<Tab, string> = {
  overview: 'Overview',
  parameters: 'Parameters',
  system: 'System',
  compare: 'Compare',
}

/** The pages of the dashboard; what is not shown costs nothing. Arrow keys go from one to the next. */
export class TabBar {
  readonly root: HTMLElement
  private readonly buttons = new Map<Tab, HTMLButtonElement>()

  constructor(private readonly view: View) {
    for (const tab of tabs) {
      const node = element(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `tab-${tab}`,
          'aria-controls': 'tab-panel',
          testId: `tab-${tab}`,
        },
        names[tab],
      )
      node.addEventListener('click', () => view.set({ tab }))
      this.buttons.set(tab, node)
    }
    this.root = element(
      'div',
      { class: 'tabs', role: 'tablist', 'aria-label': 'Pages' },
      ...this.buttons.values(),
    )
    this.root.addEventListener('keydown', (event) => {
      const shown = tabs.filter((tab) => !this.buttons.get(tab)?.hidden)
      const at = shown.indexOf(this.view.saved.tab)
      const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key]
      if (target === undefined) return
      event.preventDefault()
      const next = shown.at(target % shown.length)
      if (!next) return
      this.view.set({ tab: next })
      this.buttons.get(next)?.focus()
    })
  }

  focus(tab: Tab): void {
    this.buttons.get(tab)?.focus()
  }

  update(tab: Tab, many: boolean, selected: number): void {
    for (const [name, node] of this.buttons) {
      const current = name === tab
      setAttribute(node, 'aria-selected', String(current))
      setAttribute(node, 'tabindex', current ? '0' : '-1')
      setHidden(node, !many && (name === 'parameters' || name === 'compare'))
      if (name === 'compare') setText(node, selected > 0 ? `Compare (${selected})` : 'Compare')
    }
  }
}
