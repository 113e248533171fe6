import { element } from '../ui/dom.ts'

export interface VirtualRow {
  readonly key: string
}

export interface VirtualRowsOptions<T extends VirtualRow> {
  readonly make: (row: T) => HTMLTableRowElement
  readonly paint: (node: HTMLTableRowElement, row: T, at: number) => void
  /** The row that keys are about: it exists even out of sight, where it may have the focus. */
  readonly current: () => number
}

const overscan = 8
const leastFrame = 600
/** Until one was drawn and measured. */
const usualHeight = 27

/**
 * The body of a table in a scrolling frame, of which only the rows in view exist: five hundred cost
 * as much as thirty. All rows have one height.
 */
export class VirtualRows<T extends VirtualRow> {
  readonly body = element('tbody')
  private readonly nodes = new Map<string, HTMLTableRowElement>()
  private readonly above = spacer()
  private readonly below = spacer()
  /** Between the rows in view and the current one, where that is not among them. */
  private readonly gap = spacer()
  private rows: readonly T[] = []
  private height = usualHeight

  constructor(
    private readonly frame: HTMLElement,
    private readonly options: VirtualRowsOptions<T>,
  ) {
    let waiting = false
    frame.addEventListener('scroll', () => {
      if (waiting) return
      waiting = true
      requestAnimationFrame(() => {
        waiting = false
        this.draw()
      })
    })
  }

  update(rows: readonly T[]): void {
    this.rows = rows
    this.draw()
  }

  /** Drops what was made: the columns changed. */
  reset(): void {
    this.nodes.clear()
    this.body.replaceChildren()
  }

  nodeOf(key: string): HTMLTableRowElement | undefined {
    return this.nodes.get(key)
  }

  /** The row's node, scrolled into view. */
  reveal(at: number): HTMLTableRowElement | undefined {
    const row = this.rows[at]
    if (!row) return undefined
    const head = this.body.offsetTop
    const top = at * this.height
    const { scrollTop, clientHeight } = this.frame
    if (top < scrollTop) this.frame.scrollTop = top
    else if (top + this.height + head > scrollTop + clientHeight) {
      this.frame.scrollTop = top + this.height + head - clientHeight
    }
    this.draw()
    return this.nodes.get(row.key)
  }

  private draw(): void {
    const { scrollTop, clientHeight } = this.frame
    const first = Math.max(0, Math.floor(scrollTop / this.height) - overscan)
    // Before the first row is there, the frame is lower than it will be.
    const count = Math.ceil(Math.max(clientHeight, leastFrame) / this.height) + 2 * overscan
    const last = Math.min(this.rows.length, first + count)
    const kept = new Set<string>()
    const nodes = (from: number, to: number): HTMLTableRowElement[] =>
      this.rows.slice(from, to).map((row, at) => {
        const node = this.nodes.get(row.key) ?? this.options.make(row)
        this.nodes.set(row.key, node)
        kept.add(row.key)
        this.options.paint(node, row, from + at)
        return node
      })
    const shown = nodes(first, last)
    const current = this.options.current()
    const before = current < first ? nodes(current, current + 1) : []
    const after = current >= last ? nodes(current, current + 1) : []
    for (const key of this.nodes.keys()) if (!kept.has(key)) this.nodes.delete(key)
    const { length } = this.rows
    setHeight(this.above, (before.length > 0 ? current : first) * this.height)
    setHeight(this.below, (length - (after.length > 0 ? current + 1 : last)) * this.height)
    const between = before.length > 0 ? first - current - 1 : after.length > 0 ? current - last : 0
    setHeight(this.gap, between * this.height)
    const focused = document.activeElement
    const hadFocus = this.body.contains(focused)
    const gapAbove = before.length > 0 ? [this.gap] : []
    const gapBelow = after.length > 0 ? [this.gap] : []
    const rows = [...before, ...gapAbove, ...shown, ...gapBelow, ...after]
    placeChildren(this.body, [this.above, ...rows, this.below])
    if (hadFocus) this.refocus(focused)
    const measured = shown[0]?.offsetHeight ?? 0
    if (measured > 0 && Math.abs(measured - this.height) > 0.5) this.height = measured
  }

  /** Moving a node takes its focus away; that of a row that is gone goes to the current one. */
  private refocus(focused: Element | null): void {
    const row = this.rows[this.options.current()]
    const heir = this.body.contains(focused) ? focused : row && this.nodes.get(row.key)
    if (heir instanceof HTMLElement) heir.focus({ preventScroll: true })
  }
}

/**
 * Touches only those that come, go or move: putting all rows in again had them all laid out anew, a
 * hundred megabytes of garbage on the way down a table of two hundred.
 */
const placeChildren = (parent: Element, wanted: readonly Element[]): void => {
  const stay = new Set(wanted)
  for (const child of [...parent.children]) if (!stay.has(child)) child.remove()
  let next = parent.firstElementChild
  for (const node of wanted) {
    if (node === next) next = next.nextElementSibling
    else parent.insertBefore(node, next)
  }
}

const spacer = (): HTMLTableRowElement => {
  const row = element('tr', { class: 'spacer', 'aria-hidden': 'true' })
  setHeight(row, 0)
  return row
}

const setHeight = (row: HTMLTableRowElement, height: number): void => {
  row.style.height = `${height}px`
  row.hidden = height <= 0
}
