import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

/** Changes with the engine's sources, so that figures of an older engine are measured again. */
export const engineFingerprint = (root: string): string => {
  const hash = createHash('sha256')
  for (const folder of ['src/engine', 'native']) {
    const sources = path.join(root, folder)
    const files = fs
      .readdirSync(sources, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|cc|h)$/.test(file) && !file.endsWith('.test.ts'))
    for (const file of files.sort()) {
      hash
        .update(`${file.replaceAll(path.sep, '/')}\n`)
        .update(fs.readFileSync(path.join(sources, file)))
    }
  }
  return hash.digest('hex').slice(0, 12)
}
