import fs from 'node:fs'
import path from 'node:path'
import type { TrainerRecord } from '../core/runs/records.ts'
import { layout, writeJsonAtomic } from '../core/runs/store.ts'
import { isAlive, isAtWorkElsewhere, readTrainerRecord } from '../runtime/trainerRecord.ts'

/** The lock is held for one look and one rename; this old, its holder was killed in between. */
const lockStaleMs = 10_000
const lockWaitMs = 20

/** Makes this trainer the store's. False where a living one is there already. */
export const claimStore = (store: string, record: TrainerRecord): boolean =>
  withLock(store, () => {
    const present = readTrainerRecord(store)
    if (present && (isAlive(present) || isAtWorkElsewhere(store, present))) return false
    writeJsonAtomic(layout.trainerRecord(store), record)
    return true
  })

/** Gives the store back, if it is still this trainer's. */
export const releaseStore = (store: string, record: TrainerRecord): void =>
  withLock(store, () => {
    const present = readTrainerRecord(store)
    if (present?.socket === record.socket) fs.rmSync(layout.trainerRecord(store), { force: true })
  })

const withLock = <T>(store: string, action: () => T): T => {
  const lock = `${layout.trainerRecord(store)}.lock`
  fs.mkdirSync(path.dirname(lock), { recursive: true })
  while (!tryMakeFolder(lock)) {
    removeIfStale(lock)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lockWaitMs)
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

const removeIfStale = (lock: string): void => {
  const made = fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs
  if (made === undefined || Math.abs(Date.now() - made) < lockStaleMs) return
  // Of several that see a stale lock, one renames it.
  const aside = `${lock}.${process.pid}`
  try {
    fs.renameSync(lock, aside)
    fs.rmSync(aside, { recursive: true, force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
