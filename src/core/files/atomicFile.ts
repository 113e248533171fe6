import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

/**
 * Writes beside the file, flushes, and renames over it: a reader sees the old bytes or the new,
 * never half. What is left of a failed attempt is removed.
 * @param write fills the open file
 */
export const writeAtomic = (file: string, write: (handle: number) => void): void => {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  // Not by the process id alone: over a shared folder two machines may have the same.
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
  try {
    const handle = fs.openSync(temporary, 'w')
    try {
      write(handle)
      fs.fsyncSync(handle)
    } finally {
      fs.closeSync(handle)
    }
    fs.renameSync(temporary, file)
  } catch (error) {
    fs.rmSync(temporary, { force: true })
    throw error
  }
}

export const writeFileAtomic = (file: string, text: string | Uint8Array): void =>
  writeAtomic(file, (handle) => fs.writeFileSync(handle, text))

export const writeJsonAtomic = (file: string, value: unknown): void =>
  writeFileAtomic(file, `${JSON.stringify(value, null, 2)}\n`)
