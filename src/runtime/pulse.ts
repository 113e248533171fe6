import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** What an observer knows of a process that touches a file every two seconds. */
export type Pulse = 'beats' | 'unknown' | 'silent'

/** Looks further apart than this say nothing: this process, or the file system, stood still between. */
const longestGapMs = 15_000

interface Seen {
  readonly sign: string
  readonly since: number
  last: number
  /** Whether it was seen to change, since it has been looked at without a gap. */
  readonly beat: boolean
}

/**
 * Whether trainers live, by their heartbeat files changing while this process looks. Clocks of
 * machines differ and are set, so times in the files are compared with each other only.
 */
export class Pulses {
  private readonly seen = new Map<string, Seen>()

  /**
   * @param silenceMs so long without a change, and its trainer is taken for dead. Beats come every
   * two seconds; a shared file system may hand them on half a minute later.
   */
  constructor(
    private readonly silenceMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  look(file: string): Pulse {
    const sign = signOfLife(file)
    const now = this.now()
    const before = this.seen.get(file)
    if (!before || now - before.last > longestGapMs) {
      this.seen.set(file, { sign, since: now, last: now, beat: false })
      return 'unknown'
    }
    before.last = now
    if (before.sign !== sign) {
      this.seen.set(file, { sign, since: now, last: now, beat: true })
      return 'beats'
    }
    return now - before.since > this.silenceMs ? 'silent' : 'unknown'
  }

  /** Looks, and says what is known by now: undefined before the first beat, or the silence. */
  lives(file: string): boolean | undefined {
    const pulse = this.look(file)
    if (pulse === 'silent') return false
    return this.seen.get(file)?.beat ? true : undefined
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

const lookEveryMs = 250

/** So long without a beat, and a trainer of another machine is taken for dead. */
export const defaultSilenceMs = (): number => {
  const seconds = Number(process.env.HEADWAY_SILENCE)
  return seconds > 0 ? 1000 * seconds : 30_000
}

/** The first of these heartbeat files that beats; undefined where none did for so long. */
export const firstBeat = async (
  files: readonly string[],
  listenMs = defaultSilenceMs(),
): Promise<string | undefined> => {
  if (files.length === 0) return undefined
  const pulses = new Pulses(listenMs)
  const deadline = performance.now() + listenMs
  while (performance.now() < deadline) {
    const beats = files.find((file) => pulses.look(file) === 'beats')
    if (beats !== undefined) return beats
    await sleep(lookEveryMs)
  }
  return undefined
}
