/** More often nobody who reads them, or has them read, could follow. */
const leastMs = 2000

/** A table's rows, head first. */
export type Rows = readonly (readonly string[])[]

/**
 * Draws a table anew only where its rows changed, and at most every two seconds while its columns
 * stay: what was drawn anew has lost the selection, and a screen reader its place. The last state is
 * always drawn.
 */
export class CalmRows {
  private head = ''
  private drawn = ''
  private lookedAt = Number.NEGATIVE_INFINITY
  private timer: ReturnType<typeof setTimeout> | undefined

  /** @param rows as they are now */
  constructor(
    private readonly rows: () => Rows,
    private readonly draw: (rows: Rows) => void,
  ) {}

  /** The rows may have changed. @param head of the table, now: other columns are drawn at once */
  update(head: readonly string[]): void {
    const wait = this.lookedAt + leastMs - performance.now()
    if (wait <= 0 || JSON.stringify(head) !== this.head) this.look()
    else this.timer ??= setTimeout(() => this.look(), wait)
  }

  /** Nobody sees the table; the next update finds it as it is then, at once. */
  pause(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.lookedAt = Number.NEGATIVE_INFINITY
  }

  private look(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const rows = this.rows()
    this.lookedAt = performance.now()
    this.head = JSON.stringify(rows[0] ?? [])
    const signature = JSON.stringify(rows)
    if (signature === this.drawn) return
    this.drawn = signature
    this.draw(rows)
  }
}
