/**
 * A run's predictions, boiled down to what a bootstrap needs to compute the metric again and again.
 * Equal to the metric of the resampled examples themselves (core/metrics), not an approximation.
 */
export interface ResampledMetric {
  /** Dev examples; documents where an example is one of several questions about a document. */
  readonly units: number
  /**
   * The metric where unit u occurs counts[u] times; null where it is undefined.
   * @param counts [units]
   */
  score(counts: Uint16Array): number | null
  /**
   * By how much one more of each unit moves the metric, to first order, times the units: their mean
   * is 0, and Σ influence² / units² is the metric's variance (infinitesimal jackknife, Jaeckel 1972).
   * @returns [units]
   */
  influence(): Float64Array
}

/** Every unit once: the data as they are. */
export const eachOnce = (units: number): Uint16Array => new Uint16Array(units).fill(1)

/** A ratio of sums, as accuracy, F1 and the means of SQuAD are; 0 where it is 0 / 0. */
export const ratioMetric = (
  numerators: Float64Array,
  denominators: Float64Array,
): ResampledMetric => {
  const score = (counts: Uint16Array): number => {
    let above = 0
    let below = 0
    for (let unit = 0; unit < counts.length; unit++) {
      const count = counts[unit]!
      above += count * numerators[unit]!
      below += count * denominators[unit]!
    }
    return below === 0 ? 0 : above / below
  }
  return {
    units: numerators.length,
    score,
    influence: () => {
      const ratio = score(eachOnce(numerators.length))
      const size = denominators.reduce((sum, each) => sum + each, 0) / denominators.length || 1
      return numerators.map((above, unit) => (above - ratio * denominators[unit]!) / size)
    },
  }
}

/** Share of the units that are right. */
export const shareMetric = (right: readonly boolean[]): ResampledMetric => {
  const units = right.length
  // Bytes and whole numbers: accuracy is the common case, and this is the inner loop of them all.
  const hits = Uint8Array.from(right, (each) => (each ? 1 : 0))
  const score = (counts: Uint16Array): number => {
    let above = 0
    let below = 0
    for (let unit = 0; unit < units; unit++) {
      const count = counts[unit]!
      above += Math.imul(count, hits[unit]!)
      below += count
    }
    return below === 0 ? 0 : above / below
  }
  return {
    units,
    score,
    influence: () => {
      const share = score(eachOnce(units))
      return Float64Array.from(hits, (hit) => hit - share)
    },
  }
}
