import fs from 'node:fs'
import path from 'node:path'

/** A lock is held for one look and one rename; this old, its holder was killed in between. */
const staleMs = 10_000
const waitMs = 20

/**
 * Runs the action while this process alone holds the lock: a folder, made by an exclusive mkdir.
 * The action must be short, and must not wait.
 */
export const withFolderLock = <T>(lock: string, action: () => T): T => {
  fs.mkdirSync(path.dirname(lock), { recursive: true })
  const staleness = new Staleness(lock)
  while (!tryMakeFolder(lock)) {
    if (staleness.isStale()) removeStale(lock)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs)
  }
  try {
    return action()
  } finally {
    fs.rmSync(lock, { recursive: true, force: true })
  }
}

const tryMakeFolder = (folder: string): boolean => {
  try {
    fs.mkdirSync(folder)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

/** By how long this process has seen one and the same lock: clocks are set, and differ. */
class Staleness {
  private made: number | undefined
  private since = 0

  constructor(private readonly lock: string) {}

  isStale(): boolean {
    const made = fs.statSync(this.lock, { throwIfNoEntry: false })?.mtimeMs
    if (made === undefined || made !== this.made) {
      this.made = made
      this.since = performance.now()
      return false
    }
    return performance.now() - this.since > staleMs
  }
}

const removeStale = (lock: string): void => {
  // Of several that see a stale lock, one renames it.
  const aside = `${lock}.${process.pid}`
  try {
    fs.renameSync(lock, aside)
    fs.rmSync(aside, { recursive: true, force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
