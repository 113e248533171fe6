import { element, setAttribute } from '../ui/dom.ts'

export interface BrushedAxis {
  readonly name: string
  /** As the filter calls it. */
  readonly filterName: string
  /** The condition for a brushed part of the axis; undefined where nothing lies in it. */
  readonly condition: (low: number, high: number) => string | undefined
  /** The conditions that arrow keys go through, from the axis' lower end up. */
  readonly stops: readonly string[]
}

interface Placed {
  readonly axis: BrushedAxis
  /** Pixels. */
  readonly left: number
  /** The values at the axis' ends. */
  readonly range: { readonly low: number; readonly high: number }
  /** What the filter asks of this axis. */
  readonly on: string | undefined
}

/** Shorter than this a drag is a click, which clears. Pixels. */
const leastDrag = 4
const halfWidth = 12

/**
 * What is dragged along the axes of parallel coordinates. A brush outlives the page's updates, of which
 * a running sweep sends several a second: one that took the node away would end the drag in it.
 */
export class AxisBrushes {
  readonly root = element('div', { class: 'brushes' })
  private readonly nodes = new Map<string, HTMLElement>()
  private placed = new Map<string, Placed>()

  constructor(
    private readonly filter: (filterName: string, condition: string | undefined) => void,
  ) {}

  focus(): void {
    const [first] = this.nodes.values()
    first?.focus()
  }

  place(all: readonly Placed[], span: { readonly top: number; readonly bottom: number }): void {
    this.placed = new Map(all.map((one) => [one.axis.filterName, one]))
    for (const [name, node] of this.nodes) {
      if (this.placed.has(name)) continue
      node.remove()
      this.nodes.delete(name)
    }
    for (const { axis, left, on } of all) {
      const node = this.nodes.get(axis.filterName) ?? this.create(axis)
      node.style.left = `${left - halfWidth}px`
      node.style.top = `${span.top}px`
      node.style.height = `${span.bottom - span.top}px`
      node.classList.toggle('on', on !== undefined)
      setAttribute(node, 'aria-valuemax', String(axis.stops.length))
      setAttribute(node, 'aria-valuenow', String(on === undefined ? 0 : axis.stops.indexOf(on) + 1))
      setAttribute(node, 'aria-valuetext', on ?? 'all')
    }
  }

  private create(axis: BrushedAxis): HTMLElement {
    const node = element('div', {
      class: 'brush',
      'data-axis': axis.filterName,
      title: `Drag to filter by ${axis.name}, or use the arrow keys; click, or Escape, to clear`,
      role: 'slider',
      tabindex: '0',
      'aria-label': `Filter by ${axis.name}`,
      'aria-orientation': 'vertical',
      'aria-valuemin': '0',
    })
    node.addEventListener('keydown', (event) => this.key(axis.filterName, event))
    node.addEventListener('pointerdown', (down) => this.drag(node, axis.filterName, down))
    this.nodes.set(axis.filterName, node)
    this.root.append(node)
    return node
  }

  /** Up and down from one value of the axis to the next; below the first there is all of it. */
  private key(filterName: string, event: KeyboardEvent): void {
    const { axis, on } = this.placed.get(filterName) ?? {}
    if (!axis) return
    const now = on === undefined ? -1 : axis.stops.indexOf(on)
    const last = axis.stops.length - 1
    const places: Record<string, number> = {
      ArrowUp: Math.min(last, now + 1),
      ArrowRight: Math.min(last, now + 1),
      ArrowDown: Math.max(-1, now - 1),
      ArrowLeft: Math.max(-1, now - 1),
      Home: -1,
      End: last,
      Escape: -1,
      Delete: -1,
    }
    const place = places[event.key]
    if (place === undefined) return
    event.preventDefault()
    this.filter(filterName, axis.stops[place])
  }

  private drag(node: HTMLElement, filterName: string, down: PointerEvent): void {
    const mark = element('div', { class: 'brush-mark' })
    node.replaceChildren(mark)
    node.setPointerCapture(down.pointerId)
    const share = (event: PointerEvent): number => {
      const box = node.getBoundingClientRect()
      return Math.max(0, Math.min(1, (event.clientY - box.top) / box.height))
    }
    const from = share(down)
    const move = (event: PointerEvent): void => {
      mark.style.top = `${100 * Math.min(from, share(event))}%`
      mark.style.height = `${100 * Math.abs(share(event) - from)}%`
    }
    const end = (): void => {
      node.removeEventListener('pointermove', move)
      node.removeEventListener('pointerup', up)
      node.removeEventListener('pointercancel', end)
      node.replaceChildren()
    }
    const up = (event: PointerEvent): void => {
      const to = share(event)
      end()
      const isClick = Math.abs(to - from) * node.clientHeight < leastDrag
      this.filter(filterName, isClick ? undefined : this.conditionOf(filterName, from, to))
    }
    node.addEventListener('pointermove', move)
    node.addEventListener('pointerup', up)
    node.addEventListener('pointercancel', end)
  }

  private conditionOf(filterName: string, from: number, to: number): string | undefined {
    const { axis, range } = this.placed.get(filterName) ?? {}
    if (!axis || !range) return undefined
    const valueAt = (share: number) => range.high - share * (range.high - range.low)
    return axis.condition(valueAt(Math.max(from, to)), valueAt(Math.min(from, to)))
  }
}
