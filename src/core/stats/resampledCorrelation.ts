import { eachOnce, type ResampledMetric } from './resampledMetric.ts'

/** Pearson's correlation; null where one side is constant. */
export const pearsonMetric = (
  gold: readonly number[],
  predicted: readonly number[],
): ResampledMetric => {
  const x = centred(gold)
  const y = centred(predicted)
  return {
    units: gold.length,
    score: (counts) => weightedPearson(x, y, counts),
    influence: () => pearsonInfluence(x, y),
  }
}

/** Spearman's: ranks are those within the resample, ties sharing their average one. */
export const spearmanMetric = (
  gold: readonly number[],
  predicted: readonly number[],
): ResampledMetric => {
  const ranksOfGold = weightedRanks(gold)
  const ranksOfPredicted = weightedRanks(predicted)
  return {
    units: gold.length,
    score: (counts) => weightedPearson(ranksOfGold(counts), ranksOfPredicted(counts), counts),
    influence: () => {
      const once = eachOnce(gold.length)
      return pearsonInfluence(ranksOfGold(once), ranksOfPredicted(once))
    },
  }
}

/** Near 0, so that sums of squares lose no digits. */
const centred = (values: readonly number[]): Float64Array => {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  return Float64Array.from(values, (value) => value - mean)
}

/** What is left of a sum of squares by cancellation alone, as a share of it. */
const rounding = 1e-12

const weightedPearson = (x: Float64Array, y: Float64Array, counts: Uint16Array): number | null => {
  let n = 0
  let sumX = 0
  let sumY = 0
  let sumXX = 0
  let sumYY = 0
  let sumXY = 0
  for (let unit = 0; unit < counts.length; unit++) {
    const count = counts[unit]!
    const a = x[unit]!
    const b = y[unit]!
    n += count
    sumX += count * a
    sumY += count * b
    sumXX += count * a * a
    sumYY += count * b * b
    sumXY += count * a * b
  }
  const spreadX = sumXX - (sumX * sumX) / n
  const spreadY = sumYY - (sumY * sumY) / n
  // Not above the rounding also where n is 0 and these are no numbers.
  if (!(spreadX > rounding * sumXX && spreadY > rounding * sumYY)) return null
  const correlation = (sumXY - (sumX * sumY) / n) / Math.sqrt(spreadX * spreadY)
  return Math.min(1, Math.max(-1, correlation))
}

/** x y − r (x² + y²) / 2 of standardized values (Devlin, Gnanadesikan and Kettenring 1975). */
const pearsonInfluence = (x: Float64Array, y: Float64Array): Float64Array => {
  const r = weightedPearson(x, y, eachOnce(x.length)) ?? 0
  const scaleX = deviation(x)
  const scaleY = deviation(y)
  return x.map((value, unit) => {
    const a = value / scaleX
    const b = y[unit]! / scaleY
    return a * b - (r * (a * a + b * b)) / 2
  })
}

const deviation = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length) || 1

/** @returns ranks of the units in a resample, about the middle one; in an array that is used again */
const weightedRanks = (values: readonly number[]): ((counts: Uint16Array) => Float64Array) => {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!)
  const ranks = new Float64Array(values.length)
  return (counts) => {
    let below = 0
    for (let start = 0; start < order.length; ) {
      const value = values[order[start]!]!
      let end = start
      let equal = 0
      while (end < order.length && values[order[end]!] === value) equal += counts[order[end++]!]!
      for (let at = start; at < end; at++) ranks[order[at]!] = below + (equal - values.length) / 2
      below += equal
      start = end
    }
    return ranks
  }
}
