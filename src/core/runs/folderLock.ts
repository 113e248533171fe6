import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

/** A lock is held for one look and one rename; this old, its holder was killed in between. */
const staleAfterMs = 10_000
const waitMs = 20

/**
 * Runs the action while this process alone holds the lock: a folder, made by an exclusive mkdir, with a
 * file in it that is named for its holder. The action must be short, and must not wait.
 *
 * A lock that is stale is taken over by renaming its holder's file: of several that find it stale one
 * succeeds, and none where another lock is there by then. A holder that was frozen so long, and comes
 * back, finds that its file is gone, and leaves the lock to the one that has it.
 */
export const withFolderLock = <T>(
  lock: string,
  action: () => T,
  { staleMs = staleAfterMs } = {},
): T => {
  fs.mkdirSync(path.dirname(lock), { recursive: true })
  const token = randomUUID()
  const staleness = new Staleness(lock, staleMs)
  while (!tryMake(lock, token)) {
    const stale = staleness.holders()
    if (stale && takeOver(lock, stale, token)) break
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs)
  }
  try {
    return action()
  } finally {
    if (attempt(() => fs.unlinkSync(path.join(lock, token)))) removeEmpty(lock)
  }
}

const tryMake = (lock: string, token: string): boolean => {
  try {
    fs.mkdirSync(lock)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
  const own = path.join(lock, token)
  // Nothing to write into: so slow that it was taken for the folder of one that was killed.
  if (!attempt(() => fs.writeFileSync(own, '', { flag: 'wx' }))) return false
  if (fs.readdirSync(lock).length === 1) return true
  // Likewise, and another one has made it again.
  attempt(() => fs.unlinkSync(own))
  return false
}

const takeOver = (lock: string, stale: readonly string[], token: string): boolean => {
  const [holder, ...others] = stale
  if (holder === undefined) removeEmpty(lock)
  // Never more than one, but for a moment.
  for (const other of others) attempt(() => fs.unlinkSync(path.join(lock, other)))
  if (holder === undefined || others.length > 0) return false
  return attempt(() => fs.renameSync(path.join(lock, holder), path.join(lock, token)))
}

/** By how long this process has seen one and the same lock: clocks are set, and differ. */
class Staleness {
  private seen = ''
  private since = 0

  constructor(
    private readonly lock: string,
    private readonly staleMs: number,
  ) {}

  /** Who holds a lock that is stale; undefined where it is not. */
  holders(): readonly string[] | undefined {
    let holders: string[]
    let made: number
    try {
      made = fs.statSync(this.lock).mtimeMs
      holders = fs.readdirSync(this.lock)
    } catch {
      return undefined
    }
    const sign = [made, ...holders].join(' ')
    if (sign !== this.seen) {
      this.seen = sign
      this.since = performance.now()
      return undefined
    }
    return performance.now() - this.since > this.staleMs ? holders : undefined
  }
}

const removeEmpty = (folder: string): void => {
  attempt(() => fs.rmdirSync(folder), ['ENOENT', 'ENOTEMPTY', 'EEXIST'])
}

/** Whether it was done; false where another process has been faster. */
const attempt = (action: () => void, expected: readonly string[] = ['ENOENT']): boolean => {
  try {
    action()
    return true
  } catch (error) {
    if (!expected.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    return false
  }
}
