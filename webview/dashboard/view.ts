import type { GridParameter } from '../../src/core/stats/analysis.ts'
import type { Range } from '../ui/lineChart.ts'

export const xAxes = ['step', 'epoch', 'time', 'examples'] as const
export type XAxis = (typeof xAxes)[number]

export const tabs = ['overview', 'parameters', 'system', 'compare'] as const
export type Tab = (typeof tabs)[number]

/** What the user chose on the page; kept over a reload, of this page alone. */
export interface SavedView {
  readonly smoothing: number
  readonly xAxis: XAxis
  readonly logarithmic: boolean
  readonly tab: Tab
  readonly query: string
  readonly sort: { readonly column: string; readonly descending: boolean }
  /** Names of columns as the user put them; those it does not name follow in their own order. */
  readonly columnOrder: readonly string[]
  readonly hiddenColumns: readonly string[]
  readonly pinned: readonly string[]
  /** Places in the palette by run, where the user chose one. */
  readonly colors: Readonly<Record<string, string>>
  /** Runs to compare, in the order they were chosen. */
  readonly selected: readonly string[]
  readonly expanded: readonly string[]
  readonly gridAxes: { readonly x: GridParameter; readonly y: GridParameter } | null
  /** Which task of the paper the data stand for, where the user said. */
  readonly paperTask: string | null
}

/** Seldom told apart by, or long: one click away. */
export const usuallyHidden: readonly string[] = [
  'seed',
  'length',
  'parameters',
  'memory',
  'ece',
  'mcc',
]

export const defaultView: SavedView = {
  smoothing: 0.8,
  xAxis: 'step',
  logarithmic: false,
  tab: 'overview',
  query: '',
  sort: { column: 'score', descending: true },
  columnOrder: [],
  hiddenColumns: usuallyHidden,
  pinned: [],
  colors: {},
  selected: [],
  expanded: [],
  gridAxes: null,
  paperTask: null,
}

export interface ViewListeners {
  /** Something is to be drawn anew. */
  readonly changed: () => void
  /** Only what is lit changed: no line is drawn anew for it. */
  readonly hovered: (runs: ReadonlySet<string>) => void
  readonly save: (saved: SavedView) => void
  /** Another part of x is shown. */
  readonly zoomed: (range: Range | undefined) => void
}

const none: ReadonlySet<string> = new Set()

/** What the user chose and points at; every part reads it, and changes it for all the others. */
export class View {
  hovered: ReadonlySet<string> = none
  zoom: Range | undefined

  constructor(
    public saved: SavedView,
    private readonly listeners: ViewListeners,
  ) {}

  set(change: Partial<SavedView>): void {
    // Another axis has other places.
    if (change.xAxis !== undefined && change.xAxis !== this.saved.xAxis) this.zoom = undefined
    this.saved = { ...this.saved, ...change }
    this.listeners.save(this.saved)
    this.listeners.changed()
  }

  hover(runs: readonly string[]): void {
    if (runs.length === this.hovered.size && runs.every((run) => this.hovered.has(run))) {
      // The mouse moved along the same line: its label moves.
      if (runs.length > 0) this.listeners.hovered(this.hovered)
      return
    }
    this.hovered = runs.length === 0 ? none : new Set(runs)
    this.listeners.hovered(this.hovered)
  }

  zoomTo(range: Range | undefined): void {
    this.zoom = range
    this.listeners.zoomed(range)
    this.listeners.changed()
  }

  /** Runs that were deleted are chosen no more. */
  keepOnly(runs: ReadonlySet<string>): void {
    const { selected, pinned } = this.saved
    const there = (ids: readonly string[]) => ids.filter((id) => runs.has(id))
    if ([...selected, ...pinned].every((id) => runs.has(id))) return
    this.set({ selected: there(selected), pinned: there(pinned) })
  }

  toggle(list: 'pinned' | 'selected' | 'expanded' | 'hiddenColumns', item: string): void {
    const now = this.saved[list]
    this.set({ [list]: now.includes(item) ? now.filter((one) => one !== item) : [...now, item] })
  }
}

/** What an earlier version of the page, or this one, left behind; what does not fit is left out. */
export const restoreView = (state: unknown): SavedView => {
  if (typeof state !== 'object' || state === null) return defaultView
  const kept = Object.fromEntries(
    Object.entries(defaultView).map(([key, fallback]) => {
      const value: unknown = (state as Record<string, unknown>)[key]
      return [key, sameShape(value, fallback) ? value : fallback]
    }),
  ) as unknown as SavedView
  return {
    ...kept,
    xAxis: xAxes.includes(kept.xAxis) ? kept.xAxis : 'step',
    tab: tabs.includes(kept.tab) ? kept.tab : 'overview',
  }
}

const sameShape = (value: unknown, fallback: unknown): boolean => {
  if (fallback === null)
    return value === null || typeof value === 'string' || typeof value === 'object'
  return (
    typeof value === typeof fallback &&
    Array.isArray(value) === Array.isArray(fallback) &&
    value !== null
  )
}
