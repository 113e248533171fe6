import { sortLabels } from '../data/labels.ts'

/** How often a label occurs, and where it does first. */
export interface LabelCount {
  readonly label: string
  readonly count: number
  readonly line: number
}

const mostLabels = 20_000

/** Counts labels; of a column of text only the first twenty thousand different ones. */
export class LabelTally {
  private readonly counts = new Map<string, { count: number; line: number }>()
  total = 0

  add(label: string, line: number): void {
    this.total++
    const there = this.counts.get(label)
    if (there) there.count++
    else if (this.counts.size < mostLabels) this.counts.set(label, { count: 1, line })
  }

  has(label: string): boolean {
    return this.counts.has(label)
  }

  get distinct(): number {
    return this.counts.size
  }

  /** In label order. */
  list(): LabelCount[] {
    return sortLabels(this.counts.keys()).map((label) => ({
      label,
      ...(this.counts.get(label) ?? { count: 0, line: 1 }),
    }))
  }
}
