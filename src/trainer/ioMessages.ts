import type { RunEventBody } from '../core/runs/events.ts'
import type { ProcessIdentity } from '../core/runs/records.ts'

/** What the I/O thread is started with. `flags` is shared memory: see `stopFlag`. */
export interface IoStart {
  readonly store: string
  readonly seat: number | undefined
  readonly socket: string
  readonly process: ProcessIdentity
  readonly version: string
  readonly flags: SharedArrayBuffer
}

/** Index into `flags`: what the running run is asked to do. Readable amid a blocking step. */
export const stopFlag = 0
/** Values of that flag. */
export const goOn = 0
export const stopAsked = 1
export const pauseAsked = 2

/** Main thread → I/O thread. */
export type IoOrder =
  | { readonly type: 'enqueue'; readonly runs: readonly string[] }
  /** The store is this trainer's: its record is touched from now on. */
  | { readonly type: 'claimed' }
  /** Asks for the next run; answered by `run`. */
  | { readonly type: 'next' }
  | { readonly type: 'begin'; readonly run: string; readonly attempt: number }
  | { readonly type: 'event'; readonly body: RunEventBody }
  /** The attempt's last event; answered by `flushed` once it is on disk. */
  | { readonly type: 'finish'; readonly body: RunEventBody }
  /** The run is over, be it that it was before: what follows is its sweep's end. */
  | { readonly type: 'over' }
  | { readonly type: 'stopAll' }
  | { readonly type: 'close' }

/** I/O thread → main thread. */
export type IoNotice =
  | { readonly type: 'listening' }
  | { readonly type: 'run'; readonly run: string | null }
  | { readonly type: 'flushed' }
  | { readonly type: 'closed' }
