import fs from 'node:fs'
import { Value } from 'typebox/value'
import { messageOf } from '../core/errors.ts'
import { type RunEvent, type RunEventBody, RunEventBodySchema } from '../core/runs/events.ts'

/** Where lines go: a file, opened for appending. */
export interface EventSink {
  /** Bytes that were taken; fewer than given where the disk became full. Throws where none were. */
  append(bytes: Uint8Array): number
  /** On the disk itself, not in the system's memory. */
  sync(): Promise<void>
  close(): void
}

const longestText = 100_000

/**
 * Writes an attempt's events, one line each, in the order given, and tells each on. Where the file
 * takes no more (full disk), training goes on: events are told on, kept here and written by `retry`
 * in the same order; a `log` warning says so, once. Only a flush waits until everything is written,
 * so a trainer does not end before its last event is on disk.
 */
export class EventWriter {
  private seq = 0
  private readonly unwritten: Uint8Array[] = []
  private stalled = false
  /** `finished` is an attempt's last event. */
  private over = false

  constructor(
    private readonly sink: EventSink,
    private readonly clock: () => number,
    private readonly tell: (event: RunEvent) => void,
  ) {}

  get hasUnwritten(): boolean {
    return this.unwritten.length > 0
  }

  write(body: RunEventBody): void {
    const wasStalled = this.stalled
    this.over ||= body.type === 'finished'
    const event: RunEvent = { seq: ++this.seq, time: this.clock(), ...recordable(body) }
    this.unwritten.push(Buffer.from(`${JSON.stringify(event)}\n`))
    const fault = this.drain()
    this.tell(event)
    if (fault !== undefined && !wasStalled) this.warn(fault)
    if (fault === undefined && wasStalled) this.sayRecovered()
  }

  /** Writes what had to wait; called every second or so while there is any. */
  retry(): void {
    if (this.hasUnwritten && this.drain() === undefined) this.sayRecovered()
  }

  sync(): Promise<void> {
    return this.sink.sync()
  }

  close(): void {
    this.sink.close()
  }

  private warn(fault: string): void {
    if (this.over) return
    this.write({
      type: 'log',
      level: 'warning',
      message: `events.jsonl cannot be written (${fault}): training goes on and its events are kept in memory. Free some space on this disk.`,
    })
  }

  private sayRecovered(): void {
    if (this.over) return
    this.write({
      type: 'log',
      level: 'info',
      message: 'events.jsonl can be written again; the events that had waited are in it.',
    })
  }

  /** Undefined when all is written, else what stood in the way. */
  private drain(): string | undefined {
    this.stalled = true
    for (let next = this.unwritten[0]; next; next = this.unwritten[0]) {
      let written: number
      try {
        written = this.sink.append(next)
      } catch (error) {
        return messageOf(error)
      }
      if (written < next.length) this.unwritten[0] = next.subarray(written)
      else this.unwritten.shift()
    }
    this.stalled = false
    return undefined
  }
}

/** JSON has no NaN: such an event would become a line that no reader takes. */
const recordable = (body: RunEventBody): RunEventBody => {
  if (body.type === 'log' && body.message.length > longestText) {
    return { ...body, message: `${body.message.slice(0, longestText)}…` }
  }
  const sound: boolean = Value.Check(RunEventBodySchema, body)
  if (sound) return body
  const fault = Value.Errors(RunEventBodySchema, body).at(-1)
  const message = `An event of type ${body.type} could not be recorded: ${fault?.instancePath ?? ''} ${fault?.message ?? ''}.`
  return body.type === 'finished'
    ? { type: 'finished', state: body.state, reason: message, seconds: 0 }
    : { type: 'log', level: 'warning', message }
}

/** Opens the file at the first append, so that a disk that is full by then is met the same way. */
export const fileSink = (file: string): EventSink => {
  let handle: number | undefined
  return {
    append(bytes) {
      handle ??= fs.openSync(file, 'a', 0o644)
      return fs.writeSync(handle, bytes)
    },
    sync() {
      const open = handle
      if (open === undefined) return Promise.resolve()
      return new Promise((resolve, reject) =>
        fs.fsync(open, (error) => (error ? reject(error) : resolve())),
      )
    },
    close() {
      if (handle !== undefined) fs.closeSync(handle)
      handle = undefined
    },
  }
}
