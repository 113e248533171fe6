import type { TrainerMessage } from '../../core/protocol/trainer.ts'
import { runKey } from '../../core/runs/runKey.ts'

export type Status = Extract<TrainerMessage, { type: 'status' }>
type Lines = Pick<Status, 'running' | 'queued'>

/** `running`: a trainer works on it; `queued`: it waits for one; `nowhere`: no trainer has it. */
export type Place = 'running' | 'queued' | 'nowhere'

/** What the trainers of one store say they have, by seat. */
export class TrainerQueues {
  private readonly told = new Map<number, Lines>()

  tell(seat: number, { running, queued }: Lines): void {
    this.told.set(seat, { running, queued })
  }

  /** Before what it says now is known. */
  forget(seat: number): void {
    this.told.delete(seat)
  }

  hasToldOf(seat: number): boolean {
    return this.told.has(seat)
  }

  /**
   * Where a run is, or undefined where not all of these seats have said what they have.
   * @param seats those with a living trainer
   */
  placeOf(runDir: string, seats: readonly number[]): Place | undefined {
    const lines = seats.map((seat) => this.told.get(seat))
    const key = runKey(runDir)
    if (lines.some((each) => each?.running && runKey(each.running) === key)) return 'running'
    if (lines.some((each) => each?.queued.some((run) => runKey(run) === key))) return 'queued'
    return lines.includes(undefined) ? undefined : 'nowhere'
  }

  /** Of these runs those that a seat's trainer had, in its order. */
  inLine(seat: number, runDirs: readonly string[]): string[] {
    const { running = null, queued = [] } = this.told.get(seat) ?? {}
    const known = new Map(runDirs.map((dir) => [runKey(dir), dir]))
    return [...(running === null ? [] : [running]), ...queued].flatMap(
      (run) => known.get(runKey(run)) ?? [],
    )
  }
}
