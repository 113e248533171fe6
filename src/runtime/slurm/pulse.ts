import fs from 'node:fs'
import { layout } from '../../core/runs/store.ts'

/** What an observer knows of an attempt's trainer. */
export type Pulse = 'beats' | 'unknown' | 'silent'

/** Looks further apart than this say nothing: this process, or the file system, stood still between. */
const longestGapMs = 15_000

/**
 * Whether attempts' trainers live, by their heartbeat files changing while this process looks. Clocks
 * of machines differ and are set, so times in the files are compared with each other only.
 */
export class Pulses {
  private readonly seen = new Map<string, { sign: string; since: number; last: number }>()

  /**
   * @param silenceMs so long without a change, and its trainer is taken for dead. Beats come every
   * two seconds; a shared file system may hand them on half a minute later.
   */
  constructor(
    private readonly silenceMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  look(runDir: string, attempt: number): Pulse {
    const key = `${runDir} ${attempt}`
    const sign = signOfLife(layout.heartbeat(runDir, attempt))
    const now = this.now()
    const before = this.seen.get(key)
    if (!before || now - before.last > longestGapMs) {
      this.seen.set(key, { sign, since: now, last: now })
      return 'unknown'
    }
    before.last = now
    if (before.sign !== sign) {
      this.seen.set(key, { sign, since: now, last: now })
      return 'beats'
    }
    return now - before.since > this.silenceMs ? 'silent' : 'unknown'
  }
}

/** Opened and read, since that is when a network file system asks its server. */
const signOfLife = (file: string): string => {
  try {
    const handle = fs.openSync(file, 'r')
    try {
      return `${fs.fstatSync(handle).mtimeMs} ${fs.readFileSync(handle, 'utf8')}`
    } finally {
      fs.closeSync(handle)
    }
  } catch {
    return ''
  }
}
