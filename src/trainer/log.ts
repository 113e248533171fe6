import fs from 'node:fs'
import { messageOf } from '../core/errors.ts'

/** Of any thread. The log lies on the store's disk: where that is full, nobody hears it. */
export const complain =
  (what: string) =>
  (error: unknown): void => {
    try {
      fs.writeSync(2, `${what}: ${messageOf(error)}\n`)
    } catch {
      // Trouble is what this tells of: it must not make more.
    }
  }

/** A stream that nobody listens to ends its process with the first line that it cannot write. */
export const surviveFullLog = (): void => {
  process.stderr.on('error', () => {})
}
