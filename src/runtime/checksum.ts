import { createHash } from 'node:crypto'
import fs from 'node:fs'

export const sha256OfFile = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** How git names a file's content. */
export const gitHash = (file: string): string => {
  const content = fs.readFileSync(file)
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')
}

export const sha1OfFile = (file: string): string =>
  createHash('sha1').update(fs.readFileSync(file)).digest('hex')

/** A file that came is not the file that was wanted. */
export class ChecksumError extends Error {
  override name = 'ChecksumError'
}

/** @throws ChecksumError; the file is then deleted, so that nothing uses it */
export const requireChecksum = async (file: string, sha256: string, name: string) => {
  const found = await sha256OfFile(file)
  if (found === sha256) return
  fs.rmSync(file, { force: true })
  throw new ChecksumError(
    `${name} came with the SHA-256 ${found.slice(0, 12)}… in place of ${sha256.slice(0, 12)}…: it was deleted; try again, and check the mirror if it stays so.`,
  )
}
