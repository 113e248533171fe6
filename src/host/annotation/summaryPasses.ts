import { type FileSummary, type Summarised, summarise } from './summary.ts'

/** A moment's rest after a change. */
const restMs = 250
/** A pass over a large file takes its time: so much more of it is left to everything else. */
const restShare = 4

/** As long as predictions come in, each pass says more than the last: the passes grow rarer. */
const mostRestMs = 1000

/** Sums a file up again and again as it changes, one pass at a time. */
export class SummaryPasses {
  private version = 0
  private rest = restMs
  /** What a pass over this file takes. */
  private leastRest = restMs
  private timer: NodeJS.Timeout | undefined
  private running = false
  private again = false
  private over = false

  constructor(
    private readonly annotated: Summarised,
    private readonly show: (summary: FileSummary) => void,
  ) {}

  /** @param moved whether spans may stand elsewhere now, so that a pass under way is of no use */
  soon(moved: boolean): void {
    this.again = true
    if (moved) {
      this.version++
      this.hurry()
    }
    if (!this.running && !this.over) this.timer ??= setTimeout(() => void this.pass(), this.rest)
  }

  /** All predictions are there: what waits for a rarer pass is shown soon. */
  settled(): void {
    this.hurry()
    if (this.again) this.soon(false)
  }

  dispose(): void {
    this.over = true
    clearTimeout(this.timer)
  }

  private hurry(): void {
    if (this.rest > this.leastRest) {
      clearTimeout(this.timer)
      this.timer = undefined
    }
    this.rest = this.leastRest
  }

  private async pass(): Promise<void> {
    const { version } = this
    const began = performance.now()
    this.timer = undefined
    this.running = true
    this.again = false
    try {
      const stale = () => this.over || this.version !== version
      const summary = await summarise(this.annotated, stale)
      if (summary && !stale()) {
        this.leastRest = Math.max(restMs, restShare * (performance.now() - began))
        this.rest = Math.max(this.leastRest, Math.min(mostRestMs, 2 * this.rest))
        this.show(summary)
      }
    } finally {
      this.running = false
      if (this.again) this.soon(false)
    }
  }
}
