import type { TrainerRecord } from '../../core/runs/records.ts'

/** Trainers that this window has seen at work, to tell when one of them dies. */
export class SeenTrainers {
  private readonly seen = new Map<string, TrainerRecord>()

  constructor(private readonly isAlive: (record: TrainerRecord) => boolean) {}

  /**
   * @param records those that the store has now
   * @returns trainers that died since the last look: a good end takes the record away, and where
   * another trainer has its place somebody has started that one
   */
  look(records: readonly TrainerRecord[]): TrainerRecord[] {
    const there = new Set(records.map(({ socket }) => socket))
    const dead = [...this.seen.values()].filter(
      (record) => there.has(record.socket) && !this.isAlive(record),
    )
    this.seen.clear()
    for (const record of records) if (this.isAlive(record)) this.seen.set(record.socket, record)
    return dead
  }
}
