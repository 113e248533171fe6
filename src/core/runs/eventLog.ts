import fs from 'node:fs'
import { compiledCheck } from '../files/compiledCheck.ts'
import { type RunEvent, RunEventSchema } from './events.ts'

const chunkBytes = 1 << 20
const newline = 10
const isRunEvent = compiledCheck(RunEventSchema)

/**
 * Follows a growing `events.jsonl` by bytes: each `read` returns the events since the last one. A
 * last line without its newline is left for the next time (its writer may be in the middle of it, or
 * was killed there); a damaged line is counted in `damaged` and passed over, so that one torn line
 * never hides the rest.
 */
export class EventLogReader {
  private offset = 0
  private rest = Buffer.alloc(0)
  damaged = 0

  constructor(private readonly file: string) {}

  read(): RunEvent[] {
    const events: RunEvent[] = []
    let handle: number
    try {
      handle = fs.openSync(this.file, 'r')
    } catch {
      return events
    }
    try {
      const chunk = Buffer.alloc(chunkBytes)
      for (;;) {
        const bytes = fs.readSync(handle, chunk, 0, chunkBytes, this.offset)
        if (bytes === 0) break
        this.offset += bytes
        this.take(Buffer.concat([this.rest, chunk.subarray(0, bytes)]), events)
      }
    } finally {
      fs.closeSync(handle)
    }
    return events
  }

  private take(bytes: Buffer, events: RunEvent[]): void {
    let start = 0
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      const event = parseEvent(bytes.toString('utf8', start, end))
      if (event) events.push(event)
      else if (end > start) this.damaged++
      start = end + 1
    }
    this.rest = Buffer.from(bytes.subarray(start))
  }
}

export const parseEvent = (line: string): RunEvent | undefined => {
  try {
    const value: unknown = JSON.parse(line)
    return isRunEvent(value) ? value : undefined
  } catch {
    return undefined
  }
}
