import { type FileSummary, type Summarised, summarise } from './summary.ts'

/** A moment's rest after a change. */
const restMs = 250
/** A pass over a large file takes its time: so much more of it is left to everything else. */
const restShare = 4

/** Sums a file up again and again as it changes, one pass at a time. */
export class SummaryPasses {
  private version = 0
  private rest = restMs
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
    if (moved) this.version++
    this.again = true
    if (!this.running && !this.over) this.timer ??= setTimeout(() => void this.pass(), this.rest)
  }

  dispose(): void {
    this.over = true
    clearTimeout(this.timer)
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
        this.rest = Math.max(restMs, restShare * (performance.now() - began))
        this.show(summary)
      }
    } finally {
      this.running = false
      if (this.again) this.soon(false)
    }
  }
}
