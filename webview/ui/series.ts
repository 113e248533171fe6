/** One line of a chart: parallel arrays, ascending in x. */
export interface Series {
  /** The run it belongs to. */
  readonly id: string
  readonly name: string
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly color: string
  readonly width: number
  readonly dash: readonly number[]
  readonly marker: Marker
  /** Drawn pale, and never found by the mouse. */
  readonly faint?: boolean
  /** The best, and what still grows: drawn over the others, anew for each new point. */
  readonly front?: boolean
  /** Few points, each a measurement: drawn as markers on the line. */
  readonly dots?: boolean
}

export const markers = ['circle', 'triangle', 'rect', 'rectRot', 'cross', 'star'] as const
export type Marker = (typeof markers)[number]

export interface Extent {
  readonly low: number
  readonly high: number
}

const extents = new WeakMap<
  readonly number[],
  { readonly length: number; readonly extent: Extent }
>()

/** Least and greatest finite value; kept for arrays that did not grow. */
const extentOf = (values: readonly number[]): Extent => {
  const known = extents.get(values)
  if (known && known.length === values.length) return known.extent
  let low = Infinity
  let high = -Infinity
  for (let at = known?.length ?? 0; at < values.length; at++) {
    const value = values[at] ?? Number.NaN
    if (value < low) low = value
    if (value > high) high = value
  }
  const extent = {
    low: Math.min(low, known?.extent.low ?? Infinity),
    high: Math.max(high, known?.extent.high ?? -Infinity),
  }
  extents.set(values, { length: values.length, extent })
  return extent
}

export const extentOfAll = (all: readonly (readonly number[])[]): Extent | undefined => {
  let low = Infinity
  let high = -Infinity
  for (const values of all) {
    const extent = extentOf(values)
    low = Math.min(low, extent.low)
    high = Math.max(high, extent.high)
  }
  return low <= high ? { low, high } : undefined
}

/** First place whose value is at least `wanted`. */
export const lowerBound = (values: readonly number[], wanted: number): number => {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return low
}

/** The line's value at `x`, between its points; undefined beyond its ends. */
export const valueAt = ({ x, y }: Pick<Series, 'x' | 'y'>, wanted: number): number | undefined => {
  const after = lowerBound(x, wanted)
  const x1 = x[after]
  const y1 = y[after]
  if (x1 === undefined || y1 === undefined) return undefined
  if (x1 === wanted) return y1
  const x0 = x[after - 1]
  const y0 = y[after - 1]
  if (x0 === undefined || y0 === undefined) return undefined
  return y0 + ((y1 - y0) * (wanted - x0)) / (x1 - x0)
}

/** The line nearest to a place, if one is near: `distance` in pixels, by the given scale of y. */
export const nearestSeries = (
  series: readonly Series[],
  x: number,
  pixelY: number,
  toPixel: (y: number) => number,
  reach: number,
): Series | undefined => {
  let nearest: Series | undefined
  let best = reach
  for (const one of series) {
    if (one.faint) continue
    const y = valueAt(one, x)
    if (y === undefined) continue
    const distance = Math.abs(toPixel(y) - pixelY)
    // Of two that lie together the bolder is meant.
    if (distance < best || (distance === best && one.front)) {
      nearest = one
      best = distance
    }
  }
  return nearest
}
