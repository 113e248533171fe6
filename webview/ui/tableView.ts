import { plainTable } from './card.ts'
import { element, setHidden } from './dom.ts'
import type { MenuItem } from './menu.ts'

/** The numbers of a chart as a table, in its place, for who would rather read them. */
export class TableView {
  readonly root: HTMLElement
  private on = false
  private shown = ''

  constructor(
    private readonly plot: HTMLElement,
    name: string,
    private readonly rows: () => readonly (readonly string[])[],
  ) {
    this.root = element('div', {
      class: 'chart-table',
      role: 'region',
      tabindex: '0',
      'aria-label': `${name}, as a table`,
    })
    setHidden(this.root, true)
  }

  /** False: the chart is shown, and is to be drawn. */
  get isShown(): boolean {
    return this.on
  }

  /** `draw` draws what is shown now: a chart was not drawn while its table was. */
  item(draw: () => void): MenuItem {
    return {
      label: this.on ? 'Show as chart' : 'Show as table',
      run: () => {
        this.on = !this.on
        this.update(true)
        draw()
      },
    }
  }

  /** @param there whether there is anything to show */
  update(there: boolean): void {
    setHidden(this.root, !there || !this.on)
    setHidden(this.plot, !there || this.on)
    if (!there || !this.on) return
    const rows = this.rows()
    const signature = JSON.stringify(rows)
    if (signature === this.shown) return
    this.shown = signature
    this.root.replaceChildren(plainTable(rows))
  }
}
