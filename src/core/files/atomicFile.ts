import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

/** A file's next content, on disk beside it. */
export interface PreparedFile {
  /** Puts it in the file's place: a reader sees the old bytes or the new, never half. */
  commit(): void
  discard(): void
}

/**
 * Writes beside the file, flushes, and renames over it. What is left of a failed attempt is removed.
 * @param write fills the open file
 */
export const writeAtomic = (file: string, write: (handle: number) => void): void =>
  prepare(file, write).commit()

/** As `writeFileAtomic`, but whoever asks can still think better of it. */
export const prepareFileNow = (file: string, text: string | Uint8Array): PreparedFile =>
  prepare(file, (handle) => fs.writeFileSync(handle, text))

const prepare = (file: string, write: (handle: number) => void): PreparedFile => {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const prepared = preparedBeside(file)
  try {
    const handle = fs.openSync(prepared.temporary, 'w')
    try {
      write(handle)
      fs.fsyncSync(handle)
    } finally {
      fs.closeSync(handle)
    }
  } catch (error) {
    prepared.discard()
    throw error
  }
  return prepared
}

/** As `prepareFileNow`, and nothing waits for the disk. */
export const prepareFile = async (file: string, text: string): Promise<PreparedFile> => {
  await fs.promises.mkdir(path.dirname(file), { recursive: true })
  const prepared = preparedBeside(file)
  try {
    await fs.promises.writeFile(prepared.temporary, text, { flush: true })
  } catch (error) {
    prepared.discard()
    throw error
  }
  return prepared
}

const preparedBeside = (file: string): PreparedFile & { readonly temporary: string } => {
  const temporary = temporaryBeside(file)
  const discard = () => fs.rmSync(temporary, { force: true })
  const commit = () => {
    try {
      fs.renameSync(temporary, file)
    } catch (error) {
      discard()
      throw error
    }
  }
  return { temporary, commit, discard }
}

/** Not by the process id alone: over a shared folder two machines may have the same. */
const temporaryBeside = (file: string): string =>
  `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`

export const writeFileAtomic = (file: string, text: string | Uint8Array): void =>
  prepareFileNow(file, text).commit()

export const writeJsonAtomic = (file: string, value: unknown): void =>
  writeFileAtomic(file, `${JSON.stringify(value, null, 2)}\n`)
