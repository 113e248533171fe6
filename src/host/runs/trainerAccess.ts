import type { TrainerMessage } from '../../core/protocol/trainer.ts'
import type { TrainerRecord } from '../../core/runs/records.ts'

/** An open connection to a trainer. */
export interface TrainerLink {
  onMessage(listener: (message: TrainerMessage) => void): () => void
  readonly closed: Promise<void>
  /** Has it say what it works on and what waits; listeners hear it too. */
  status(): Promise<unknown>
  /** Stops runs (their folders), or all; paused, they are recorded as such. */
  stop(runDirs?: readonly string[], how?: 'stop' | 'pause'): Promise<void>
  /** Has this run (its folder) worked on next. */
  first(runDir: string): Promise<void>
  dispose(): void
}

/** What the registry needs to know of trainers. */
export interface TrainerAccess {
  connect(record: TrainerRecord): Promise<TrainerLink>
  isAlive(record: TrainerRecord): boolean
  /** On another machine that shares this folder: its processes cannot be seen from here. */
  isElsewhere(record: TrainerRecord): boolean
}
