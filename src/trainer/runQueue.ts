/** The queue of a trainer: what runs, what waits, what was asked to stop. Folders of runs. */
export class RunQueue {
  private readonly waiting: string[] = []
  private current: string | null = null
  private stopAsked = false
  /** The current run is trained; what is left of it is its sweep's end. */
  private currentIsOver = false
  /** Set with the last `next`: whoever comes now needs another trainer. */
  private ended = false
  private everGiven = false

  get running(): string | null {
    return this.current
  }
  get queued(): readonly string[] {
    return this.waiting
  }
  get stopping(): boolean {
    return this.stopAsked
  }
  get isEnded(): boolean {
    return this.ended
  }
  /** Whether it was ever given a run: a trainer just started waits a while for its first. */
  get wasGiven(): boolean {
    return this.everGiven
  }

  /** Runs that wait or work already are left where they are; one that is stopping, or over, waits once more. */
  add(runs: readonly string[]): void {
    this.everGiven = true
    for (const run of runs) {
      const works = run === this.current && !this.stopAsked && !this.currentIsOver
      if (!works && !this.waiting.includes(run)) this.waiting.push(run)
    }
  }

  /** Puts a run before all others that wait; the one at work goes on. */
  first(run: string): void {
    this.add([run])
    const at = this.waiting.indexOf(run)
    if (at > 0) this.waiting.unshift(...this.waiting.splice(at, 1))
  }

  /**
   * Left out, `runs` is all of them.
   * @returns the runs taken out before they began, and whether the running one has to stop
   */
  stop(runs?: readonly string[]): { removed: string[]; stopRunning: boolean } {
    const isMeant = (run: string) => runs === undefined || runs.includes(run)
    const all = this.waiting.splice(0)
    const removed = all.filter(isMeant)
    this.waiting.push(...all.filter((run) => !isMeant(run)))
    const stopRunning = this.current !== null && isMeant(this.current)
    if (stopRunning) this.stopAsked = true
    return { removed, stopRunning }
  }

  /** The current run is trained, or was before: whoever adds it from now on wants it once more. */
  over(): void {
    this.currentIsOver = true
  }

  /** The current run is done with; the next one, or null and the queue takes no more. */
  next(): string | null {
    this.stopAsked = false
    this.currentIsOver = false
    this.current = this.waiting.shift() ?? null
    this.ended = this.current === null
    return this.current
  }
}
