import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../core/errors.ts'

const refreshMs = 5_000
/** A lock untouched for this long belongs to nobody: its owner touches it every 5 s. */
const staleMs = 60_000

interface Owner {
  readonly pid: number
  readonly host: string
}

/**
 * Runs `work` while holding `folder` as a lock (made by exclusive mkdir), so that two processes
 * that install the same thing take turns. A lock whose owner died is taken over.
 * @param waiting called once when another process holds the lock
 */
export const withLock = async <T>(
  folder: string,
  work: () => Promise<T>,
  waiting: () => void = () => {},
): Promise<T> => {
  fs.mkdirSync(path.dirname(folder), { recursive: true, mode: 0o700 })
  let told = false
  while (!tryLock(folder)) {
    if (isStale(folder)) {
      takeAway(folder)
      continue
    }
    if (!told) waiting()
    told = true
    await sleep(300)
  }
  const timer = setInterval(() => touch(folder), refreshMs)
  timer.unref()
  try {
    return await work()
  } finally {
    clearInterval(timer)
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

const ownerFile = (folder: string) => path.join(folder, 'owner.json')

const tryLock = (folder: string): boolean => {
  try {
    fs.mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw new Error(`${folder} cannot be created: ${messageOf(error)}.`)
  }
  const owner: Owner = { pid: process.pid, host: os.hostname() }
  fs.writeFileSync(ownerFile(folder), JSON.stringify(owner))
  return true
}

const touch = (folder: string): void => {
  try {
    const now = new Date()
    fs.utimesSync(folder, now, now)
  } catch {
    // The folder was taken away: whoever did held this process for dead. Nothing to do here.
  }
}

const isStale = (folder: string): boolean => {
  const stat = fs.statSync(folder, { throwIfNoEntry: false })
  if (!stat) return false
  if (Date.now() - stat.mtimeMs > staleMs) return true
  const owner = readOwner(folder)
  return owner !== undefined && owner.host === os.hostname() && !isRunning(owner.pid)
}

const readOwner = (folder: string): Owner | undefined => {
  try {
    return JSON.parse(fs.readFileSync(ownerFile(folder), 'utf8')) as Owner
  } catch {
    return undefined
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Renames first: of two that find the same stale lock, one gets it and the other tries again. */
const takeAway = (folder: string): void => {
  const aside = `${folder}.stale.${process.pid}`
  try {
    fs.renameSync(folder, aside)
  } catch {
    return
  }
  fs.rmSync(aside, { recursive: true, force: true })
}
