/** How long the examples of a file are, in word pieces with [CLS] and [SEP]. */
export interface LengthSummary {
  /** The length that half of the examples do not exceed, and 95 of 100; upper ends of their bins. */
  readonly median: number
  readonly percentile95: number
  readonly longest: number
  readonly mean: number
  /** Counts by length: those of at most `upTo` pieces, and more than the bin before. */
  readonly bins: readonly { readonly upTo: number; readonly count: number }[]
  /** Longer than the maximum length. */
  readonly over: number
  /** Share of all word pieces that lie beyond the maximum length. */
  readonly cutShare: number
  /** In a long file only some of the rows are measured, and stand for the others. */
  readonly estimated: boolean
}

export const binWidth = 16
const measuredRows = 100_000
const laterEvery = 16

/** Collects lengths. Of a file's later rows one in sixteen is measured. */
export class LengthCounts {
  private readonly counts = new Map<number, number>()
  private rows = 0
  private total = 0
  private cut = 0
  private over = 0
  private longest = 0
  private examples = 0

  constructor(private readonly maxLength: number) {}

  /** @param measure is called only where this example is measured */
  add(measure: () => number): void {
    const row = this.rows++
    if (row >= measuredRows && row % laterEvery !== 0) return
    const weight = row >= measuredRows ? laterEvery : 1
    const pieces = measure()
    const bin = Math.max(1, Math.ceil(pieces / binWidth))
    this.counts.set(bin, (this.counts.get(bin) ?? 0) + weight)
    this.examples += weight
    this.total += weight * pieces
    this.longest = Math.max(this.longest, pieces)
    if (pieces > this.maxLength) {
      this.over += weight
      this.cut += weight * (pieces - this.maxLength)
    }
  }

  summary(): LengthSummary {
    const bins = [...this.counts]
      .sort(([a], [b]) => a - b)
      .map(([bin, count]) => ({ upTo: bin * binWidth, count }))
    return {
      median: this.quantile(bins, 0.5),
      percentile95: this.quantile(bins, 0.95),
      longest: this.longest,
      mean: this.total / Math.max(1, this.examples),
      bins,
      over: this.over,
      cutShare: this.cut / Math.max(1, this.total),
      estimated: this.rows > measuredRows,
    }
  }

  private quantile(bins: LengthSummary['bins'], share: number): number {
    let left = share * this.examples
    for (const { upTo, count } of bins) {
      left -= count
      if (left <= 0) return Math.min(upTo, this.longest)
    }
    return this.longest
  }
}
