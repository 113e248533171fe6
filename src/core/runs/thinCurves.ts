import type { Curves } from './runState.ts'

/** Points of all curves together that a dashboard is sent: more cost time and show nothing. */
const pointBudget = 40_000
const mostPoints = 2000
const fewestPoints = 120

/** How many points each of so many runs may have. */
export const pointsPerRun = (runs: number): number =>
  Math.max(fewestPoints, Math.min(mostPoints, Math.floor(pointBudget / Math.max(1, runs))))

/**
 * At most `limit` points that draw like all of them: of each slice the lowest and the highest loss
 * stay, and the first and last point of all, so that no spike is lost. `mean` keeps the mean loss
 * since the point before, for smoothing. A short curve comes back as it is.
 */
export const thinCurves = (curves: Curves, limit: number, from = 0, to = Infinity): Curves => {
  const begin = lowerBound(curves.step, from)
  const end = to === Infinity ? curves.step.length : lowerBound(curves.step, to + 1)
  if (begin === 0 && end === curves.step.length && end <= limit) return curves
  return pick(curves, begin, placesToKeep(curves.loss, begin, end, limit))
}

/** First place whose step is at least `step`. */
const lowerBound = (steps: readonly number[], step: number): number => {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((steps[middle] ?? 0) < step) low = middle + 1
    else high = middle
  }
  return low
}

const placesToKeep = (
  loss: readonly number[],
  begin: number,
  end: number,
  limit: number,
): number[] => {
  const count = end - begin
  if (count <= limit) return Array.from({ length: count }, (_, at) => begin + at)
  const slices = Math.max(1, Math.floor((limit - 2) / 2))
  const places: number[] = [begin]
  const keep = (place: number): void => {
    if (place !== places.at(-1)) places.push(place)
  }
  for (let slice = 0; slice < slices; slice++) {
    const first = begin + Math.floor((slice * count) / slices)
    const last = begin + Math.floor(((slice + 1) * count) / slices)
    const [low, high] = extremes(loss, first, last)
    keep(Math.min(low, high))
    keep(Math.max(low, high))
  }
  keep(end - 1)
  return places
}

const extremes = (values: readonly number[], first: number, last: number): [number, number] => {
  let low = first
  let high = first
  for (let at = first; at < last; at++) {
    const value = values[at] ?? 0
    if (value < (values[low] ?? 0)) low = at
    if (value > (values[high] ?? 0)) high = at
  }
  return [low, high]
}

/** Six digits are more than a screen shows, and half of what a message would carry. */
const short = (value: number): number => Number(value.toPrecision(6))

const pick = (curves: Curves, begin: number, places: readonly number[]): Curves => {
  const mean: number[] = []
  let next = begin
  for (const place of places) {
    let sum = 0
    // Of curves that were thinned before, its points weigh alike: near enough for a smoothed line.
    for (let at = next; at <= place; at++) sum += curves.mean?.[at] ?? curves.loss[at] ?? 0
    mean.push(short(sum / Math.max(1, place - next + 1)))
    next = place + 1
  }
  const values = (of: readonly number[]) => places.map((place) => short(of[place] ?? 0))
  return {
    step: places.map((place) => curves.step[place] ?? 0),
    loss: values(curves.loss),
    learningRate: values(curves.learningRate),
    seconds: values(curves.seconds),
    mean,
  }
}
