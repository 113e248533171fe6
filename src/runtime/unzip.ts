import fs from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'
import { InputError, messageOf } from '../core/errors.ts'

/**
 * Extracts some files of a zip archive.
 * @param choose where a file of the archive goes, relative to `folder`; undefined leaves it out
 * @returns number of files written
 * @throws InputError where the archive is damaged
 */
export const extractZip = async (
  archive: string,
  folder: string,
  choose: (name: string) => string | undefined,
  onBytes: (written: number) => void = () => {},
): Promise<number> => {
  let files = 0
  let written = 0
  try {
    const zip = await yauzl.openPromise(archive)
    try {
      for await (const entry of zip.eachEntry()) {
        const target = entry.fileName.endsWith('/') ? undefined : choose(entry.fileName)
        if (target === undefined) continue
        const file = inside(folder, target)
        fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
        const content = await zip.openReadStreamPromise(entry)
        content.on('data', (chunk: Buffer) => {
          written += chunk.length
          onBytes(written)
        })
        await pipeline(content, fs.createWriteStream(file))
        files++
      }
    } finally {
      zip.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw error
    throw new InputError(`${archive} cannot be unpacked: ${messageOf(error)}.`)
  }
  return files
}

const inside = (folder: string, target: string): string => {
  const file = path.resolve(folder, target)
  if (file.startsWith(path.resolve(folder) + path.sep)) return file
  throw new Error(`it holds a file that would land elsewhere, ${target}`)
}
