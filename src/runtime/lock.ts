import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../core/errors.ts'
import { identityOf, isOtherMachine, isProcessAlive, isRunning } from './processIdentity.ts'
import { Pulses } from './pulse.ts'

const refreshMs = 5_000
/** A lock of another machine that is not seen to change for so long belongs to nobody. */
const longestSilenceMs = 60_000

interface Owner {
  readonly host: string
  readonly pid: number
  /** Left out where the system does not say it. */
  readonly startTime?: string
  readonly namespace?: string
  readonly token: string
}

/**
 * Runs `work` while holding `folder` as a lock (made by exclusive mkdir), so that two processes
 * that install the same thing take turns. A lock whose owner died is taken over: on this machine its
 * process says so, of another one that its owner no longer touches it, by no clock but this one.
 * @param waiting called once when another process holds the lock
 */
export const withLock = async <T>(
  folder: string,
  work: () => Promise<T>,
  waiting: () => void = () => {},
  silenceMs = longestSilenceMs,
): Promise<T> => {
  fs.mkdirSync(path.dirname(folder), { recursive: true, mode: 0o700 })
  const token = randomUUID()
  const pulses = new Pulses(silenceMs)
  let told = false
  while (!tryLock(folder, token)) {
    if (isAbandoned(folder, pulses)) {
      takeAway(folder)
      continue
    }
    if (!told) waiting()
    told = true
    await sleep(300)
  }
  const timer = setInterval(() => touch(folder, token), refreshMs)
  timer.unref()
  try {
    return await work()
  } finally {
    clearInterval(timer)
    if (isOurs(folder, token)) fs.rmSync(folder, { recursive: true, force: true })
  }
}

const ownerFile = (folder: string) => path.join(folder, 'owner.json')

const tryLock = (folder: string, token: string): boolean => {
  try {
    fs.mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw new Error(`${folder} cannot be created: ${messageOf(error)}.`)
  }
  const identity = identityOf(process.pid) ?? { host: os.hostname(), pid: process.pid }
  const owner: Owner = { ...identity, token }
  fs.writeFileSync(ownerFile(folder), JSON.stringify(owner))
  return true
}

/** Where the machine slept, another one may have taken the lock meanwhile. */
const isOurs = (folder: string, token: string): boolean => readOwner(folder)?.token === token

const touch = (folder: string, token: string): void => {
  if (!isOurs(folder, token)) return
  try {
    const now = new Date()
    fs.utimesSync(ownerFile(folder), now, now)
  } catch {
    // Taken away in this moment: whoever did held this process for dead. Nothing to do here.
  }
}

/** However long ago an owner on this machine was heard of: it may have slept, and works on. */
const isAbandoned = (folder: string, pulses: Pulses): boolean => {
  const silent = pulses.look(ownerFile(folder)) === 'silent'
  const owner = readOwner(folder)
  // Containers share a boot and do not see each other's processes; older versions wrote no namespace.
  if (owner?.host !== os.hostname()) return silent
  const { startTime } = owner
  if (startTime === undefined) return !isRunning(owner.pid)
  const identity = { ...owner, startTime }
  return isOtherMachine(identity) ? silent : !isProcessAlive(identity)
}

const readOwner = (folder: string): Owner | undefined => {
  try {
    return JSON.parse(fs.readFileSync(ownerFile(folder), 'utf8')) as Owner
  } catch {
    return undefined
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
