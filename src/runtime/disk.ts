import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../core/errors.ts'
import { formatBytes } from './progress.ts'

/** Bytes that the user may still write on the file system which holds `folder`. */
export const freeBytes = (folder: string): number => {
  let existing = folder
  while (!fs.existsSync(existing) && path.dirname(existing) !== existing)
    existing = path.dirname(existing)
  const { bavail, bsize } = fs.statfsSync(existing)
  return bavail * bsize
}

/** @throws InputError where fewer than `needed` bytes are free */
export const requireFreeSpace = (
  folder: string,
  needed: number,
  what: string,
  free: (folder: string) => number = freeBytes,
): void => {
  const available = free(folder)
  if (available >= needed) return
  throw new InputError(
    `${what} needs ${formatBytes(needed)} of disk space, and ${folder} has ${formatBytes(available)} left: free some, or let HEADWAY_CACHE name a folder on a larger disk.`,
  )
}
