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
  const temporary = temporaryBeside(file)
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

/** A file's next content, on disk beside it. */
export interface PreparedFile {
  /** Puts it in the file's place. */
  commit(): void
  discard(): void
}

/** As `writeFileAtomic`, but whoever asks can still think better of it, and nothing waits for the disk. */
export const prepareFile = async (file: string, text: string): Promise<PreparedFile> => {
  await fs.promises.mkdir(path.dirname(file), { recursive: true })
  const temporary = temporaryBeside(file)
  const discard = () => fs.rmSync(temporary, { force: true })
  try {
    await fs.promises.writeFile(temporary, text, { flush: true })
  } catch (error) {
    discard()
    throw error
  }
  const commit = () => {
    try {
      fs.renameSync(temporary, file)
    } catch (error) {
      discard()
      throw error
    }
  }
  return { commit, discard }
}

/** Not by the process id alone: over a shared folder two machines may have the same. */
const temporaryBeside = (file: string): string =>
  `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`

export const writeFileAtomic = (file: string, text: string | Uint8Array): void =>
  writeAtomic(file, (handle) => fs.writeFileSync(handle, text))

export const writeJsonAtomic = (file: string, value: unknown): void =>
  writeFileAtomic(file, `${JSON.stringify(value, null, 2)}\n`)
