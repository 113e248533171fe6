/** Wall times of optimizer steps; the first of each shape records or compiles, and is left out. */
export class StepClock {
  private readonly seen = new Set<number>()
  private readonly times: number[] = []
  private examples = 0
  private totalMs = 0

  add(shape: number, stepMs: number, examples: number): void {
    this.totalMs += stepMs
    this.examples += examples
    if (this.seen.has(shape)) this.times.push(stepMs)
    this.seen.add(shape)
  }

  get seconds(): number {
    return this.totalMs / 1000
  }

  /** @returns `stepMs`: median; `examplesPerSecond`: over all steps. Absent before the first. */
  summary(): { stepMs?: number; examplesPerSecond?: number } {
    if (this.examples === 0) return {}
    const sorted = [...this.times].sort((a, b) => a - b)
    const median = sorted[sorted.length >> 1]
    return {
      examplesPerSecond: (1000 * this.examples) / this.totalMs,
      ...(median === undefined ? {} : { stepMs: median }),
    }
  }
}
