export interface Point {
  readonly x: number
  readonly y: number
}

/**
 * At most about `limit` points that draw like all of them: of each slice the first, lowest, highest
 * and last stay, in order, so that no spike is lost. Short curves come back as they are.
 */
export const thin = (points: readonly Point[], limit: number): readonly Point[] => {
  if (points.length <= limit) return points
  const slices = Math.max(1, Math.floor(limit / 4))
  const kept: Point[] = []
  for (let slice = 0; slice < slices; slice++) {
    const from = Math.floor((slice * points.length) / slices)
    const to = Math.floor(((slice + 1) * points.length) / slices)
    keepExtremes(points, from, to, kept)
  }
  return kept
}

const keepExtremes = (points: readonly Point[], from: number, to: number, kept: Point[]): void => {
  let low = from
  let high = from
  for (let at = from; at < to; at++) {
    const y = points[at]?.y ?? 0
    if (y < (points[low]?.y ?? 0)) low = at
    if (y > (points[high]?.y ?? 0)) high = at
  }
  const places = [...new Set([from, low, high, to - 1])].sort((a, b) => a - b)
  for (const at of places) {
    const point = points[at]
    if (point) kept.push(point)
  }
}
