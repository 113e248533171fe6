import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CalmRows, type Rows } from './calmRows.ts'

const head = ['step', 'loss']

/** A table that shows what a run has recorded. */
class Table {
  points: string[][] = []
  head: readonly string[] = head
  readonly drawn: Rows[] = []
  looked = 0
  readonly calm = new CalmRows(
    () => {
      this.looked++
      return this.rows
    },
    (rows) => this.drawn.push(rows),
  )

  get rows(): Rows {
    return [this.head, ...this.points]
  }

  record(): void {
    this.points = [...this.points, [String(this.points.length), '0.5']]
    this.calm.update(this.head)
  }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('rows that are redrawn calmly', () => {
  it('are left alone where nothing changed', () => {
    const table = new Table()
    table.record()
    for (let frame = 0; frame < 600; frame++) {
      vi.advanceTimersByTime(16)
      table.calm.update(head)
    }
    expect(table.drawn).toEqual([table.rows])
    expect(table.looked).toBeLessThan(7)
  })

  it('are drawn at most every two seconds while points come in, and at last as they are', () => {
    const table = new Table()
    for (let frame = 0; frame < 400; frame++) {
      table.record()
      vi.advanceTimersByTime(16)
    }
    expect(table.drawn).toHaveLength(4)
    vi.advanceTimersByTime(2000)
    expect(table.drawn.at(-1)).toEqual(table.rows)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('are drawn at once where their columns change', () => {
    const table = new Table()
    table.record()
    table.head = ['epoch', 'loss']
    table.record()
    expect(table.drawn).toHaveLength(2)
    vi.advanceTimersByTime(5000)
    expect(table.drawn).toHaveLength(2)
  })

  it('are as they are by then where they were not seen', () => {
    const table = new Table()
    table.record()
    table.record()
    table.calm.pause()
    vi.advanceTimersByTime(5000)
    expect(table.drawn).toHaveLength(1)
    table.record()
    table.calm.pause()
    table.record()
    expect(table.drawn.at(-1)).toEqual(table.rows)
  })
})
